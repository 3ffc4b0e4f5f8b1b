// Voicemint on Azure: a page, the function that mints for it, and the model that talks. Subscription scope, because it
// makes its own resource group. One file a part. What an owner can set is a parameter; main.parameters.json names the
// azd variable of each. Later parts, such as relay/ on Container Apps, join as one more module and one more tag.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment; the resource group and every tag carry it.')
param environmentName string

// azd finds no region at all for a quota whose name Azure's list lacks, so only a name that was seen is asked for.
@allowed(['eastus2', 'swedencentral'])
@metadata({ azd: { type: 'location', usageName: ['OpenAI.GlobalStandard.gpt-realtime-2.1,5'] } })
@description('Region of the model and the function; the page\'s own region follows from it.')
param location string

@description('Object id of the person or pipeline that deploys, for the roles that a local run needs.')
param principalId string = ''

@allowed(['User', 'ServicePrincipal'])
@description('What the deploying principal is; a pipeline is a ServicePrincipal.')
param principalType string = 'User'

@description('Whether the deploying principal gets the roles that a local run needs.')
param grantToPrincipal bool = true

@allowed(['gpt-realtime-2.1', 'gpt-realtime-2.1-mini', 'gpt-realtime-1.5'])
@description('The model that talks; models.json says where each is offered and until when.')
param model string = 'gpt-realtime-2.1'

@minValue(1)
@description('Units of the model\'s quota that its deployment takes.')
param modelCapacity int = 5

@allowed(['gpt-realtime-whisper', 'gpt-4o-mini-transcribe', 'none'])
@description('The model that writes down what callers say, or none.')
param transcriptionModel string = 'gpt-realtime-whisper'

@minValue(1)
@description('Units of the transcription model\'s quota that its deployment takes.')
param transcriptionCapacity int = 1

@description('Whether to bring back a soft-deleted account of the same name instead of failing at it.')
param restoreAccount bool = false

@allowed(['entra', 'key_vault'])
@description('How the function signs in to Azure OpenAI: without a key, or with one that it reads from Key Vault.')
param credential string = 'entra'

@allowed(['key1', 'key2'])
@description('Key mode: which of the account\'s two keys goes into the vault.')
param storedKey string = 'key1'

@description('Key mode: whether the vault can never be purged before its time; cannot be taken back.')
param purgeProtection bool = false

@allowed(['linked', 'direct'])
@description('How the page reaches the function: through a Standard Static Web App, or directly from a Free one.')
param frontDoor string = 'linked'

@allowed(['signed-in', 'anonymous', 'nobody'])
@description('Who may start calls; signed-in needs the linked front door, and without it means nobody.')
param callers string = 'signed-in'

@description('Roles, separated by commas, of which a signed-in caller needs one; empty lets in everybody who can sign in.')
param allowedRoles string = ''

@description('Origins of the page beside the Static Web App\'s own, such as its custom domain.')
param moreOrigins array = []

@minValue(0)
@maxValue(5)
@description('How many proxies add to X-Forwarded-For; 0 takes what the front door is believed to add.')
param trustedProxies int = 0

@allowed(['token', 'relay'])
@description('How the browser connects: with a token of its own, or through the function, which can then end a call.')
param callMode string = 'token'

@allowed(['open', 'private'])
@description('Whether the browser gets every event of a call, or only what it needs to be heard and seen.')
param eventFilter string = 'open'

@minValue(10)
@maxValue(3600)
@description('Longest call in seconds; enforced in relay mode.')
param maxCallSeconds int = 600

@minValue(1)
@maxValue(999999)
@description('Calls that all callers together may start in a day; this is what bounds the bill.')
param maxCallsPerDay int = 50

@description('More settings of the function, by name; they cannot replace those that this template decides.')
param moreSettings object = {}

@allowed([512, 2048, 4096])
@description('Memory of one instance of the function in MB.')
param instanceMemory int = 2048

@minValue(40)
@maxValue(1000)
@description('Most instances that the function may grow to.')
param maxInstances int = 40

@minValue(1)
@maxValue(100)
@description('Requests that one instance takes at once; left alone it would be one for Python.')
param requestsPerInstance int = 32

@minValue(0)
@maxValue(20)
@description('Instances that are always warm for requests; each costs money around the clock.')
param warmInstances int = 0

@minValue(0)
@maxValue(20)
@description('Relay mode: instances that are always warm to end calls on time; each costs money around the clock.')
param warmLeashInstances int = 0

@allowed(['off', 'logs', 'full'])
@description('What goes to Application Insights: nothing, log lines and requests, or metrics and dependencies, too.')
param monitoring string = 'logs'

@description('Address that alerts and the budget write to; without one there are no alerts.')
param alertEmail string = ''

@minValue(0)
@description('Monthly budget of the resource group in the currency of the bill; 0 for none. It warns and stops nothing.')
param monthlyBudget int = 0

@description('First day of the month in which the budget began; Azure refuses another one later. azd remembers it.')
param budgetStart string = ''

@description('First day of this month; not meant to be set.')
param thisMonth string = utcNow('yyyy-MM-01')

var models = loadJsonContent('../static_site/public/models.json')
var linked = frontDoor == 'linked'
var keyed = credential == 'key_vault'
var relay = callMode == 'relay'
var monitored = monitoring != 'off'
var transcribes = transcriptionModel != 'none'
// Without the link nothing tells who calls, so nobody is let in rather than everybody.
var whoMayCall = callers == 'signed-in' && !linked ? 'nobody' : callers

var realtime = contains(models.realtime[model].places, location)
  ? models.realtime[model]
  : fail('${model} does not work in ${location}: choose another model, or eastus2.')

// any(), because the compiler would look for a model called none, too.
var transcription = transcribes ? any(models.transcription)[transcriptionModel] : {}

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var names = {
  account: 'aif-${token}'
  app: 'func-${token}'
  plan: 'plan-${token}'
  site: 'stapp-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  identity: 'id-${token}'
  workspace: 'log-${token}'
  insights: 'appi-${token}'
}
var budgetBegins = empty(budgetStart) ? thisMonth : budgetStart

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  scope: group
  name: 'identity'
  params: { name: names.identity, location: location, tags: tags }
}

module storage 'storage.bicep' = {
  scope: group
  name: 'storage'
  params: { name: names.storage, location: location, tags: tags }
}

module insights 'monitoring.bicep' = if (monitored) {
  scope: group
  name: 'monitoring'
  params: { workspaceName: names.workspace, insightsName: names.insights, location: location, tags: tags }
}

module openai 'openai.bicep' = {
  scope: group
  name: 'openai'
  params: {
    name: names.account
    location: location
    tags: tags
    localAuth: keyed
    restore: restoreAccount
    realtimeName: model
    realtimeModel: realtime
    realtimeCapacity: modelCapacity
    transcriptionName: transcriptionModel
    transcriptionModel: transcription
    transcriptionCapacity: transcriptionCapacity
  }
}

module vault 'vault.bicep' = if (keyed) {
  scope: group
  name: 'vault'
  params: {
    name: names.vault
    location: location
    tags: tags
    accountName: openai.outputs.name
    storedKey: storedKey
    purgeProtection: purgeProtection
  }
}

module roles 'roles.bicep' = {
  scope: group
  name: 'roles'
  params: {
    functionPrincipalId: identity.outputs.principalId
    personPrincipalId: grantToPrincipal ? principalId : ''
    personPrincipalType: principalType
    accountName: openai.outputs.name
    storageName: storage.outputs.name
    relay: relay
    keyed: keyed
    vaultName: names.vault
    monitored: monitored
    insightsName: names.insights
  }
  dependsOn: [vault, insights]
}

module site 'site.bicep' = {
  scope: group
  name: 'site'
  params: { name: names.site, location: models.places[location].static_web_app, tags: tags, standard: linked }
}

var origins = concat([site.outputs.origin], moreOrigins)

module function 'function.bicep' = {
  scope: group
  name: 'function'
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityId: identity.outputs.id
    packageContainer: storage.outputs.packageContainer
    crossOrigins: linked ? [] : origins
    instanceMemory: instanceMemory
    maxInstances: maxInstances
    requestsPerInstance: requestsPerInstance
    warmInstances: warmInstances
    warmLeashInstances: relay ? warmLeashInstances : 0
  }
  // A process that starts before its roles exist fails its first minutes.
  dependsOn: [roles]
}

module link 'link.bicep' = if (linked) {
  scope: group
  name: 'link'
  params: { siteName: site.outputs.name, functionId: function.outputs.id, functionLocation: location }
}

// After the link: writing settings restarts the function, and an owner reports that the link's lock holds only from the
// next start on. So it never runs believing a sign-in header that nothing guards.
module settings 'settings.bicep' = {
  scope: group
  name: 'settings'
  params: {
    functionName: function.outputs.name
    clientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    openaiEndpoint: openai.outputs.endpoint
    realtimeDeployment: openai.outputs.realtimeDeployment
    transcriptionDeployment: openai.outputs.transcriptionDeployment
    credential: credential
    vaultUrl: keyed ? vault!.outputs.url : ''
    vaultEntry: keyed ? vault!.outputs.secretName : ''
    callMode: callMode
    eventFilter: eventFilter
    maxCallSeconds: maxCallSeconds
    maxCallsPerDay: maxCallsPerDay
    linked: linked
    whoMayCall: whoMayCall
    allowedRoles: allowedRoles
    origins: origins
    trustedProxies: trustedProxies
    monitoring: monitoring
    insightsConnection: monitored ? insights!.outputs.connectionString : ''
    moreSettings: moreSettings
  }
  dependsOn: [link]
}

module alerts 'alerts.bicep' = if (monitored && !empty(alertEmail)) {
  scope: group
  name: 'alerts'
  params: { insightsId: insights!.outputs.insightsId, location: location, tags: tags, email: alertEmail, relay: relay }
}

module budget 'budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  name: 'budget'
  params: { amount: monthlyBudget, start: budgetBegins, email: alertEmail }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_API_NAME string = function.outputs.name
output SERVICE_API_URI string = function.outputs.url
output SERVICE_WEB_NAME string = site.outputs.name
output SERVICE_WEB_URI string = site.outputs.origin
output AZURE_OPENAI_RESOURCE string = openai.outputs.name
output AZURE_OPENAI_ENDPOINT string = openai.outputs.endpoint
output AZURE_OPENAI_DEPLOYMENT string = openai.outputs.realtimeDeployment
output AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT string = openai.outputs.transcriptionDeployment
output AZURE_OPENAI_AUTH string = credential
output AZURE_OPENAI_MODEL string = model
output AZURE_OPENAI_MODEL_VERSION string = realtime.version
output KEY_VAULT_URL string = keyed ? vault!.outputs.url : ''
output KEY_VAULT_SECRET_NAME string = keyed ? vault!.outputs.secretName : ''
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output FUNCTION_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output FUNCTION_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output CALL_MODE string = callMode
output EVENT_FILTER string = eventFilter
output ALLOWED_ROLES string = whoMayCall == 'signed-in' ? allowedRoles : ''
output FRONT_DOOR string = frontDoor
output WHO_MAY_CALL string = whoMayCall
output VOICEMINT_BUDGET_START string = monthlyBudget > 0 ? budgetBegins : ''
