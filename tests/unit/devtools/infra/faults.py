"""Faults to plant in the templates: the file, what it says, what it then says, and what must be found."""

from __future__ import annotations

TAG = "tags: union(tags, { 'azd-service-name': 'web' })"
ROLE = "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobOwner)"

CLIENT = "AZURE_CLIENT_ID: clientId"
KEY = "storedKey == 'key1' ? account.listKeys().key1 : account.listKeys().key2"
HOLDS = "vault.bicep: an output holds the account's key"

Fault = tuple[str, str, str, str]

FAULTS: dict[str, list[Fault]] = {
    "tags": [
        ("storage.bicep", "  tags: tags\n", "", "storage.bicep: account lacks the tag azd-env-name"),
        ("main.bicep", "'azd-env-name': environmentName", "'azd-env-name': 'x'", "main.bicep: group lacks the tag"),
        ("site.bicep", TAG, "tags: tags", "main.bicep: azd-service-name is on {'api'"),
        ("function.bicep", TAG.replace("web", "api"), "tags: tags", "azd-service-name is on {'web'"),
    ],
    "names": [
        ("main.bicep", "storage: 'st${token}'", "storage: 'voicemint-st${token}'", "not between 3 and 24"),
        ("main.bicep", "vault: 'kv-${token}'", "vault: 'kv-${environmentName}-${token}'", "not between 3 and 24"),
        ("main.bicep", "site: 'stapp-${token}'", "site: 'stapp_${token}'", "staticSites cannot be named 'stapp_"),
        (
            "alerts.bicep",
            "groupShortName: 'voicemint'",
            "groupShortName: 'voicemint-owners'",
            "groupShortName is longer",
        ),
        (
            "storage.bicep",
            "'voicemint-call-ends-poison'",
            "'voicemint-call-ends'",
            "queues 'voicemint-call-ends' is deployed",
        ),
        ("link.bicep", "linkedBackends@", "builds@", "no limit of names is known for Microsoft.Web/staticSites/builds"),
    ],
    "presence": [
        ("main.bicep", "= if (linked) {", "= if (true) {", "1 of Microsoft.Web/staticSites/linkedBackends, not 0"),
        (
            "main.bicep",
            "if (monitored && !empty(alertEmail))",
            "if (!empty(alertEmail))",
            "insights, which is not deployed",
        ),
        (
            "main.bicep",
            "if (monthlyBudget > 0)",
            "if (monthlyBudget > 100)",
            "0 of Microsoft.Consumption/budgets, not 1",
        ),
        (
            "alerts.bicep",
            "relay ? inRelayMode : []",
            "inRelayMode",
            "4 of Microsoft.Insights/scheduledQueryRules, not 3",
        ),
        (
            "site.bicep",
            "standard ? 'Standard' : 'Free'",
            "standard ? 'Free' : 'Standard'",
            "the site's plan is not Standard",
        ),
    ],
    "order": [
        ("main.bicep", "dependsOn: [roles]", "dependsOn: []", "main.bicep: function does not wait for roles"),
        ("main.bicep", "dependsOn: [link]", "dependsOn: []", "main.bicep: settings does not wait for link"),
        ("main.bicep", "dependsOn: [vault, insights]", "dependsOn: []", "main.bicep: roles does not wait for vault"),
        ("openai.bicep", "dependsOn: [realtime]", "dependsOn: []", "are made at the same time"),
    ],
    "roles": [
        (
            "roles.bicep",
            "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
            "a97b65f3-24c7-4388-baec-2e87135dc908",
            "a97b65f3-24c7",
        ),
        ("roles.bicep", ROLE, ROLE.replace("blobOwner", "queueContributor"), "function lacks Storage Blob Data Owner"),
        ("roles.bicep", "= if (relay) {", "= {", "function has no need of Storage Queue Data Contributor"),
        ("roles.bicep", "  scope: storage\n", "", "reaches further than one resource"),
        ("roles.bicep", "    principalType: 'ServicePrincipal'\n", "", "calls the function a None"),
        (
            "main.bicep",
            "relay: relay\n    keyed",
            "relay: false\n    keyed",
            "function lacks Storage Queue Data Contributor",
        ),
        ("main.bicep", "grantToPrincipal ? principalId : ''", "''", "person lacks Cognitive Services OpenAI User"),
    ],
    "door": [
        (
            "openai.bicep",
            "disableLocalAuth: !localAuth",
            "disableLocalAuth: false",
            "openai.bicep: disableLocalAuth is False",
        ),
        ("openai.bicep", "customSubDomainName: name", "customSubDomainName: 'other'", "nobody can sign in to it"),
        (
            "storage.bicep",
            "allowSharedKeyAccess: false",
            "allowSharedKeyAccess: true",
            "account keys or public blobs are on",
        ),
        (
            "storage.bicep",
            "allowBlobPublicAccess: false",
            "allowBlobPublicAccess: true",
            "account keys or public blobs are on",
        ),
        ("monitoring.bicep", "DisableLocalAuth: true", "DisableLocalAuth: false", "anybody with the connection string"),
        (
            "function.bicep",
            "name: 'scm'\n  properties: { allow: false }",
            "name: 'scm'\n  properties: { allow: true }",
            "off for ['ftp'] only",
        ),
        ("main.bicep", "linked ? [] : origins", "[]", "the platform's CORS allows []"),
        ("main.bicep", "linked ? [] : origins", "['*']", "the platform's CORS allows ['*']"),
        ("settings.bicep", "name: 'appsettings'", "name: 'authsettingsV2'", "authsettingsV2 must stay out"),
    ],
    "flex": [
        ("settings.bicep", CLIENT, "FUNCTIONS_WORKER_RUNTIME: 'python'", "FUNCTIONS_WORKER_RUNTIME does not belong"),
        ("settings.bicep", CLIENT, "WEBSITE_TIME_ZONE: 'UTC'", "WEBSITE_TIME_ZONE does not belong"),
        ("settings.bicep", CLIENT, "AzureWebJobsStorage: 'x'", "AzureWebJobsStorage holds a key"),
        ("settings.bicep", "string(maxCallsPerDay)", "maxCallsPerDay", "MAX_CALLS_PER_DAY is no text"),
        (
            "settings.bicep",
            "empty(transcriptionDeployment) ? {} :",
            "false ? {} :",
            "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT is empty",
        ),
        (
            "function.bicep",
            "minTlsVersion: '1.2'",
            "minTlsVersion: '1.2'\n      ftpsState: 'Disabled'",
            "siteConfig.ftpsState is not safe",
        ),
        (
            "function.bicep",
            "name: 'FC1', tier: 'FlexConsumption'",
            "name: 'Y1', tier: 'Dynamic'",
            "the plan is not Flex",
        ),
        ("function.bicep", "'functionapp,linux'", "'functionapp'", "the app is no Linux function app"),
        ("function.bicep", "httpsOnly: true", "httpsOnly: false", "httpsOnly is not true"),
        ("function.bicep", "version: '3.13'", "version: '3.10'", "the runtime is"),
        (
            "function.bicep",
            "triggers: { http: { perInstanceConcurrency: requestsPerInstance } }",
            "",
            "perInstanceConcurrency is not set",
        ),
        (
            "function.bicep",
            "maximumInstanceCount: maxInstances",
            "maximumInstanceCount: 10",
            "maximumInstanceCount is below 40",
        ),
        (
            "function.bicep",
            "type: 'UserAssignedIdentity'",
            "type: 'StorageAccountConnectionString'",
            "not fetched with the function's",
        ),
        (
            "storage.bicep",
            "primaryEndpoints.blob}${package.name}",
            "primaryEndpoints.blob}elsewhere",
            "elsewhere, which is not deployed",
        ),
        ("function.bicep", "'function:end_call'", "'function:EndCall'", "always ready 'function:EndCall' is unknown"),
        ("main.bicep", "relay ? warmLeashInstances : 0", "warmLeashInstances", "end_call is kept warm"),
    ],
    "outputs": [
        (
            "main.bicep",
            "output SERVICE_API_URI string = function.outputs.url\n",
            "",
            "output SERVICE_API_URI is missing",
        ),
        (
            "main.bicep",
            "output ALLOWED_ROLES string = whoMayCall == 'signed-in' ? allowedRoles : ''\n",
            "",
            "output ALLOWED_ROLES is",
        ),
        (
            "main.bicep",
            "output FRONT_DOOR string",
            "output STORAGE_CONNECTION string = 'x'\noutput FRONT_DOOR string",
            "looks like a secret",
        ),
    ],
    "mail": [
        ("alerts.bicep", "emailAddress: email", "emailAddress: 'x'", "alerts.bicep: nobody is written to"),
        ("budget.bicep", "contactRoles: ['Owner']", "contactRoles: []", "budget.bicep: 'half' is not sent to"),
        ("main.bicep", "utcNow('yyyy-MM-01')", "'2026-11-15'", "begins on the first day of a month"),
        ("main.bicep", "monthlyBudget > 0 ? budgetBegins : ''", "''", "azd would forget when the budget began"),
    ],
    "secrets": [
        (
            "vault.bicep",
            "output secretName string = secret.name",
            "output secretName string = secret.properties.value",
            HOLDS,
        ),
        (
            "vault.bicep",
            "  tags: tags\n",
            "  tags: { 'azd-env-name': account.listKeys().key1 }\n",
            "vault.bicep: vault holds the account's key",
        ),
        ("vault.bicep", KEY, "'x'", "secret does not hold"),
    ],
}
"""By the rule that must find them."""
