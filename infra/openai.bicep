// The Azure OpenAI account and its deployments. Its data plane stays public: the browser itself posts its offer to it
// and sends its voice there.
@minLength(2)
@maxLength(64)
@description('Name of the account, and of its host.')
param name string

@description('Region.')
param location string

@description('Tags of every resource here.')
param tags object

@description('Whether the account\'s keys work; only key mode needs them.')
param localAuth bool

@description('Whether to bring back a soft-deleted account of this name.')
param restore bool

@description('Name of the realtime model and of its deployment.')
param realtimeName string

@description('Its entry of models.json.')
param realtimeModel object

@description('Units of quota for it.')
param realtimeCapacity int

@description('Name of the transcription model and of its deployment, or none.')
param transcriptionName string

@description('Its entry of models.json, or an empty object.')
param transcriptionModel object

@description('Units of quota for it.')
param transcriptionCapacity int

var transcribes = transcriptionName != 'none'

resource account 'Microsoft.CognitiveServices/accounts@2025-09-01' = {
  name: name
  location: location
  tags: tags
  kind: 'AIServices'
  sku: { name: 'S0' }
  identity: { type: 'SystemAssigned' }
  properties: {
    customSubDomainName: name
    disableLocalAuth: !localAuth
    publicNetworkAccess: 'Enabled'
    restore: restore ? true : null
  }
}

resource realtime 'Microsoft.CognitiveServices/accounts/deployments@2025-09-01' = {
  parent: account
  name: realtimeName
  tags: tags
  sku: { name: realtimeModel.sku, capacity: realtimeCapacity }
  properties: {
    model: { format: 'OpenAI', name: realtimeName, version: realtimeModel.version }
    versionUpgradeOption: 'OnceCurrentVersionExpired'
  }
}

resource transcription 'Microsoft.CognitiveServices/accounts/deployments@2025-09-01' = if (transcribes) {
  parent: account
  name: transcriptionName
  tags: tags
  sku: { name: transcribes ? transcriptionModel.sku : '', capacity: transcriptionCapacity }
  properties: {
    model: { format: 'OpenAI', name: transcriptionName, version: transcribes ? transcriptionModel.version : '' }
    versionUpgradeOption: 'OnceCurrentVersionExpired'
  }
  // An account makes one deployment at a time and refuses a second one meanwhile.
  dependsOn: [realtime]
}

output name string = account.name
// Not the account's own endpoint: that of an AIServices account names another host than the one documented for realtime.
output endpoint string = 'https://${account.properties.customSubDomainName}.openai.azure.com'
output realtimeDeployment string = realtime.name
output transcriptionDeployment string = transcribes ? transcriptionName : ''
