// Key mode only: a vault that holds one of the account's keys. The template reads the key and writes it there; it is
// in no output and in no setting.
@minLength(3)
@maxLength(24)
@description('Name of the vault.')
param name string

@description('Region.')
param location string

@description('Tags of every resource here.')
param tags object

@description('Name of the Azure OpenAI account, whose keys must work.')
param accountName string

@allowed(['key1', 'key2'])
@description('Which of its keys to store.')
param storedKey string

@description('Whether the vault can never be purged before its time.')
param purgeProtection bool

resource account 'Microsoft.CognitiveServices/accounts@2025-09-01' existing = {
  name: accountName
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    softDeleteRetentionInDays: 7
    // Not false: Azure refuses that once it was true.
    enablePurgeProtection: purgeProtection ? true : null
    publicNetworkAccess: 'Enabled'
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {
  parent: vault
  name: 'azure-openai-key'
  tags: tags
  properties: {
    contentType: 'key of the Azure OpenAI account'
    value: storedKey == 'key1' ? account.listKeys().key1 : account.listKeys().key2
  }
}

output url string = vault.properties.vaultUri
output secretName string = secret.name
