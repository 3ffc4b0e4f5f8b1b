// What the function is told. This map is the whole of it: Azure replaces all settings by it, so nothing is set by hand
// beside it. docs/settings.md says what each means; a test starts the function with what this file gives.
@description('Name of the function app.')
param functionName string

@description('Client id of the function\'s identity.')
param clientId string

@description('Address of the storage account\'s blobs.')
param blobEndpoint string

@description('Address of its queues.')
param queueEndpoint string

@description('Address of its tables.')
param tableEndpoint string

@description('Address of the Azure OpenAI account.')
param openaiEndpoint string

@description('Name of the realtime deployment.')
param realtimeDeployment string

@description('Name of the transcription deployment, or empty.')
param transcriptionDeployment string

@allowed(['entra', 'key_vault'])
@description('How the function signs in to Azure OpenAI.')
param credential string

@description('Address of the vault, or empty.')
param vaultUrl string

@description('Name of the secret in the vault, or empty.')
param vaultEntry string

@allowed(['token', 'relay'])
@description('How the browser connects.')
param callMode string

@allowed(['open', 'private'])
@description('Which events the browser gets.')
param eventFilter string

@description('Longest call in seconds.')
param maxCallSeconds int

@description('Calls that all callers together may start in a day.')
param maxCallsPerDay int

@description('Whether the page reaches the function through a linked Static Web App.')
param linked bool

@allowed(['signed-in', 'anonymous', 'nobody'])
@description('Who may start calls.')
param whoMayCall string

@description('Roles of which a signed-in caller needs one, or empty.')
param allowedRoles string

@description('Origins of the page.')
param origins array

@description('How many proxies add to X-Forwarded-For, or 0 for what the front door is believed to add.')
param trustedProxies int

@allowed(['off', 'logs', 'full'])
@description('What goes to Application Insights.')
param monitoring string

@description('Where Application Insights takes it, or empty.')
param insightsConnection string

@description('More settings, which cannot replace those below.')
param moreSettings object

var relay = callMode == 'relay'
// Through the link one public observation saw two entries, directly App Service adds one; a probe after deployment tells.
var proxies = trustedProxies > 0 ? trustedProxies : (linked ? 2 : 1)

var hostStorage = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
}

var always = {
  AZURE_CLIENT_ID: clientId
  AZURE_OPENAI_ENDPOINT: openaiEndpoint
  AZURE_OPENAI_DEPLOYMENT: realtimeDeployment
  AZURE_OPENAI_AUTH: credential
  CALL_MODE: callMode
  EVENT_FILTER: eventFilter
  MAX_CALL_SECONDS: string(maxCallSeconds)
  MAX_CALLS_PER_DAY: string(maxCallsPerDay)
  TABLES_ENDPOINT: tableEndpoint
  ALLOWED_ORIGINS: join(origins, ',')
  TRUSTED_PROXIES: string(proxies)
  // All three in every case, so that no other setting can open what this template keeps shut.
  REQUIRE_SIGN_IN: whoMayCall == 'signed-in' ? 'true' : 'false'
  ALLOW_ANONYMOUS: whoMayCall == 'anonymous' ? 'true' : 'false'
  TRUST_CLIENT_PRINCIPAL: linked ? 'true' : 'false'
}

var ifTranscribing = empty(transcriptionDeployment) ? {} : {
  AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT: transcriptionDeployment
}

var ifKeyed = credential != 'key_vault' ? {} : {
  KEY_VAULT_URL: vaultUrl
  KEY_VAULT_SECRET_NAME: vaultEntry
}

var ifRoles = whoMayCall != 'signed-in' || empty(allowedRoles) ? {} : {
  ALLOWED_ROLES: allowedRoles
}

// The host reads the queue with the function's identity: the three belong together.
var ifRelay = !relay ? {} : {
  CALL_QUEUE__queueServiceUri: queueEndpoint
  CALL_QUEUE__credential: 'managedidentity'
  CALL_QUEUE__clientId: clientId
  AzureWebJobsStorage__queueServiceUri: queueEndpoint
}

var ifMonitored = monitoring == 'off' ? {} : {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
}

var ifMeasured = monitoring != 'full' ? {} : {
  PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
  PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME: 'voicemint'
  APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL: 'true'
  APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED: 'true'
  APPLICATIONINSIGHTS_SDKSTATS_DISABLED: 'true'
  OTEL_TRACES_SAMPLER: 'always_on'
}

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: functionName
}

resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    moreSettings,
    hostStorage,
    always,
    ifTranscribing,
    ifKeyed,
    ifRoles,
    ifRelay,
    ifMonitored,
    ifMeasured
  )
}
