"""Rules that every combination keeps: tags, what is there, the order, the door, outputs and secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from devtools.bicep.world import SECRET
from devtools.infra.cases import EMAIL, Case
from devtools.infra.flex import flex
from devtools.infra.names import names
from devtools.infra.roles import roles

Rule = Callable[[Case], list[str]]

UNTAGGED = (
    "Microsoft.Authorization/roleAssignments", "Microsoft.Consumption/budgets",
    "Microsoft.Storage/storageAccounts/", "Microsoft.Web/sites/", "Microsoft.Web/staticSites/",
)  # fmt: skip
"""Types that take no tags; with a slash at its end, all types below one."""

SERVICES = {"api": ("function", "Microsoft.Web/sites"), "web": ("staticwebapp", "Microsoft.Web/staticSites")}
"""azd's services: the host that azure.yaml names, and the type that must carry the tag."""

OUTPUTS = (
    "AZURE_LOCATION", "AZURE_TENANT_ID", "AZURE_RESOURCE_GROUP", "SERVICE_API_NAME", "SERVICE_API_URI",
    "SERVICE_WEB_NAME", "SERVICE_WEB_URI", "AZURE_OPENAI_RESOURCE", "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_DEPLOYMENT",
    "AZURE_OPENAI_AUTH", "AZURE_OPENAI_MODEL", "AZURE_OPENAI_MODEL_VERSION", "STORAGE_ACCOUNT_NAME",
    "FUNCTION_IDENTITY_PRINCIPAL_ID", "FUNCTION_IDENTITY_CLIENT_ID", "CALL_MODE", "EVENT_FILTER", "FRONT_DOOR",
    "WHO_MAY_CALL",
)  # fmt: skip
"""Outputs that are never empty: azd's hooks and the doctor read them from azd's environment."""

SOMETIMES = (
    "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT", "KEY_VAULT_URL", "KEY_VAULT_SECRET_NAME", "ALLOWED_ROLES",
    "VOICEMINT_BUDGET_START",
)  # fmt: skip
"""Outputs that are empty where there is nothing to say."""

_SECRETIVE = re.compile(r"SECRET|PASSWORD|_KEY\b|TOKEN|CONNECTION", re.IGNORECASE)


def tags(case: Case) -> list[str]:
    """Everything carries azd's environment, and each of azd's services is on exactly one resource of the right type."""
    found: list[str] = []
    services: dict[str, list[str]] = {}
    for one in case.deployment.everything():
        own = one.body.get("tags", {})
        if "azd-service-name" in own:
            services.setdefault(own["azd-service-name"], []).append(one.kind)
        takes_none = any(one.kind == kind or (kind.endswith("/") and one.kind.startswith(kind)) for kind in UNTAGGED)
        if not takes_none and own.get("azd-env-name") != case.environment_name:
            found.append(f"{one.file}: {one.symbol} lacks the tag azd-env-name")
    wanted = {service: [kind] for service, (_, kind) in SERVICES.items()}
    if services != wanted:
        found.append(f"main.bicep: azd-service-name is on {services}, not on {wanted}")
    return found


def presence(case: Case) -> list[str]:
    """What is there is what these parameters ask for."""
    mail = bool(case.setting("VOICEMINT_ALERT_EMAIL", ""))
    transcribes = case.setting("VOICEMINT_TRANSCRIPTION_MODEL", "") != "none"
    alerts = mail and case.monitored
    wanted = {
        "Microsoft.CognitiveServices/accounts": 1,
        "Microsoft.CognitiveServices/accounts/deployments": 2 if transcribes else 1,
        "Microsoft.KeyVault/vaults": int(case.keyed),
        "Microsoft.KeyVault/vaults/secrets": int(case.keyed),
        "Microsoft.Web/staticSites/linkedBackends": int(case.linked),
        "Microsoft.Insights/components": int(case.monitored),
        "Microsoft.OperationalInsights/workspaces": int(case.monitored),
        "Microsoft.Insights/actionGroups": int(alerts),
        "Microsoft.Insights/scheduledQueryRules": (4 if case.relay else 3) * int(alerts),
        "Microsoft.Consumption/budgets": int(case.setting("VOICEMINT_MONTHLY_BUDGET", "0") != "0"),
        "Microsoft.Storage/storageAccounts/queueServices/queues": 2,
        "Microsoft.Storage/storageAccounts/tableServices/tables": 1,
    }
    counts = {kind: len(case.deployment.of(kind)) for kind in wanted}
    found = [f"{counts[kind]} of {kind}, not {count}" for kind, count in wanted.items() if counts[kind] != count]
    site = case.deployment.of("Microsoft.Web/staticSites")
    plan = "Standard" if case.linked else "Free"
    if [one.body["sku"] for one in site] != [{"name": plan, "tier": plan}]:
        found.append(f"site.bicep: the site's plan is not {plan}")
    return found


def order(case: Case) -> list[str]:
    """Roles before the function, the link before its settings, one deployment of a model after the other."""
    main = case.deployment
    before = [("function", "roles"), ("settings", "function")]
    if case.linked:
        before += [("link", "function"), ("link", "site"), ("settings", "link")]
    if case.keyed:
        before += [("roles", "vault"), ("settings", "vault"), ("vault", "openai")]
    if case.monitored:
        before.append(("roles", "insights"))
    early = [(one, other) for one, other in before if other not in main.waits_for(one)]
    found = [f"main.bicep: {one} does not wait for {other}" for one, other in early]
    models = main.modules["openai"]
    symbols = [one.symbol for one in models.resources if one.kind.endswith("/deployments")]
    loose = [one for one in symbols if not any(one in models.waits_for(other) for other in symbols)]
    if len(symbols) > 1 and len(loose) != 1:
        found.append(f"openai.bicep: {' and '.join(symbols)} are made at the same time")
    return found


def door(case: Case) -> list[str]:
    """Account keys and passwords work only where they are meant to; CORS is for a direct page only."""
    found: list[str] = []
    for one in case.deployment.of("Microsoft.CognitiveServices/accounts"):
        if one.properties["disableLocalAuth"] is case.keyed:
            found.append(f"openai.bicep: disableLocalAuth is {one.properties['disableLocalAuth']}")
        if one.properties["customSubDomainName"] != one.name:
            found.append("openai.bicep: customSubDomainName is not the account's name, so nobody can sign in to it")
    for one in case.deployment.of("Microsoft.Storage/storageAccounts"):
        if one.properties["allowSharedKeyAccess"] is not False or one.properties["allowBlobPublicAccess"] is not False:
            found.append("storage.bicep: account keys or public blobs are on")
    for one in case.deployment.of("Microsoft.Insights/components"):
        if one.properties["DisableLocalAuth"] is not True:
            found.append("monitoring.bicep: anybody with the connection string can send")
    closed = {
        one.name.rpartition("/")[2]
        for one in case.deployment.of("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
        if one.properties["allow"] is False
    }
    if closed != {"ftp", "scm"}:
        found.append(f"function.bicep: passwords for publishing are off for {sorted(closed)} only")
    page = [case.deployment.outputs["SERVICE_WEB_URI"]]
    for one in case.deployment.of("Microsoft.Web/sites"):
        allowed = one.properties["siteConfig"].get("cors", {}).get("allowedOrigins", [])
        if allowed != ([] if case.linked else page):
            found.append(f"function.bicep: the platform's CORS allows {allowed}")
    if any(one.kind == "Microsoft.Web/sites/config" and "auth" in one.name for one in case.deployment.everything()):
        found.append("authsettingsV2 must stay out of the templates: it would take away the link's lock")
    return found


def outputs(case: Case) -> list[str]:
    """Everything that the hooks read is there, and nothing that looks like a secret."""
    given = case.deployment.outputs
    found = [f"main.bicep: output {name} is missing or empty" for name in OUTPUTS if not given.get(name)]
    found += [f"main.bicep: output {name} is missing" for name in SOMETIMES if name not in given]
    found += [
        f"main.bicep: output {name} looks like a secret"
        for name in given
        if _SECRETIVE.search(name) and name != "KEY_VAULT_SECRET_NAME"
    ]
    return found


def secrets(case: Case) -> list[str]:
    """The account's key is in the vault and nowhere else: no output, no setting, no tag, of main or of a module."""
    found: list[str] = []
    for one in case.deployment.everything():
        held = SECRET in json.dumps(one.body)
        if held != (one.kind == "Microsoft.KeyVault/vaults/secrets"):
            found.append(f"{one.file}: {one.symbol} {'holds' if held else 'does not hold'} the account's key")
    for deployment in (case.deployment, *case.deployment.modules.values()):
        if SECRET in json.dumps(dict(deployment.outputs)):
            found.append(f"{deployment.file}: an output holds the account's key")
    return found


def mail(case: Case) -> list[str]:
    """Alerts go to the address that was given, and so does the budget, to the owners in any case."""
    address = case.setting("VOICEMINT_ALERT_EMAIL", "")
    found: list[str] = []
    for one in case.deployment.of("Microsoft.Insights/actionGroups"):
        if [each["emailAddress"] for each in one.properties["emailReceivers"]] != [EMAIL]:
            found.append("alerts.bicep: nobody is written to")
    for one in case.deployment.of("Microsoft.Consumption/budgets"):
        for name, notice in one.properties["notifications"].items():
            if notice["contactEmails"] != ([address] if address else []) or notice["contactRoles"] != ["Owner"]:
                found.append(f"budget.bicep: '{name}' is not sent to {address or 'the owners'}")
        if not re.fullmatch(r"\d{4}-\d\d-01", one.properties["timePeriod"]["startDate"]):
            found.append("budget.bicep: a budget begins on the first day of a month")
        if case.deployment.outputs["VOICEMINT_BUDGET_START"] != one.properties["timePeriod"]["startDate"]:
            found.append("main.bicep: azd would forget when the budget began, and the next month's run would fail")
    return found


RULES: tuple[Rule, ...] = (tags, names, presence, order, roles, door, flex, outputs, secrets, mail)


def findings(all_cases: list[Case]) -> list[str]:
    """What breaks a rule, each once, with the first case that shows it."""
    found: dict[str, str] = {}
    for case in all_cases:
        for rule in RULES:
            for finding in rule(case):
                found.setdefault(finding, case.name)
    return [f"{finding} (with {name or 'nothing set'})" for finding, name in found.items()]
