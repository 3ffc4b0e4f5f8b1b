// Who may do what: the function, and the person who deploys, for a local run. Nothing wider than the one resource.
// The names of the assignments come from what they say, so a second run finds them again.
@description('The function\'s identity.')
param functionPrincipalId string

@description('The deploying principal, or empty for no roles.')
param personPrincipalId string

@allowed(['User', 'ServicePrincipal'])
@description('What the deploying principal is.')
param personPrincipalType string

@description('Name of the Azure OpenAI account.')
param accountName string

@description('Name of the storage account.')
param storageName string

@description('Relay mode, which needs the queue.')
param relay bool

@description('Key mode, in which there is a vault.')
param keyed bool

@description('Name of the vault, whether or not there is one: Azure reads names before it looks at conditions.')
param vaultName string

@description('Whether there is an Application Insights resource.')
param monitored bool

@description('Its name, whether or not there is one.')
param insightsName string

// Cognitive Services OpenAI User: uses the models, cannot read the account's keys.
var openaiUser = '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd'
// Key Vault Secrets User: reads secrets.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
// Storage Blob Data Owner: the host keeps its leases and keys there, and the package lies there.
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
// Storage Queue Data Contributor: the leash.
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
// Storage Table Data Contributor: the limits.
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
// Monitoring Metrics Publisher: sends to Application Insights.
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

var grantsPerson = !empty(personPrincipalId)

resource account 'Microsoft.CognitiveServices/accounts@2025-09-01' existing = {
  name: accountName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = if (keyed) {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = if (monitored) {
  name: insightsName
}

resource functionUsesModels 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, functionPrincipalId, openaiUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', openaiUser)
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource functionOwnsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: guid(storage.id, functionPrincipalId, blobOwner)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobOwner)
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource functionWritesTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: guid(storage.id, functionPrincipalId, tableContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableContributor)
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource functionWritesQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (relay) {
  scope: storage
  name: guid(storage.id, functionPrincipalId, queueContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueContributor)
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource functionReadsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (keyed) {
  scope: vault
  name: guid(vault.id, functionPrincipalId, secretsUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource functionSendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (monitored) {
  scope: insights
  name: guid(insights.id, functionPrincipalId, metricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource personUsesModels 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (grantsPerson) {
  scope: account
  name: guid(account.id, personPrincipalId, openaiUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', openaiUser)
    principalId: personPrincipalId
    principalType: personPrincipalType
  }
}

resource personReadsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (grantsPerson && keyed) {
  scope: vault
  name: guid(vault.id, personPrincipalId, secretsUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: personPrincipalId
    principalType: personPrincipalType
  }
}
