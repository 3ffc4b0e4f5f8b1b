// The function on Flex Consumption. Its settings come from settings.bicep, after the link. Only what Flex accepts is
// set: in some regions one property too many, such as ftpsState, is an error.
@description('Name of the function app.')
param name string

@description('Name of its plan; on Flex each app has its own.')
param planName string

@description('Region.')
param location string

@description('Tags of every resource here.')
param tags object

@description('Resource id of the function\'s identity.')
param identityId string

@description('Address of the container that the package is put into.')
param packageContainer string

@description('Origins whose preflights the platform answers; none behind a linked page.')
param crossOrigins array

@description('Memory of one instance in MB.')
param instanceMemory int

@description('Most instances.')
param maxInstances int

@description('Requests that one instance takes at once.')
param requestsPerInstance int

@description('Instances that are always warm for requests.')
param warmInstances int

@description('Instances that are always warm for the queue trigger that ends calls.')
param warmLeashInstances int

var warmHttp = warmInstances > 0 ? [{ name: 'http', instanceCount: warmInstances }] : []
var warmLeash = warmLeashInstances > 0 ? [{ name: 'function:end_call', instanceCount: warmLeashInstances }] : []

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    siteConfig: {
      minTlsVersion: '1.2'
      cors: { allowedOrigins: crossOrigins }
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maxInstances
        alwaysReady: concat(warmHttp, warmLeash)
        triggers: { http: { perInstanceConcurrency: requestsPerInstance } }
      }
    }
  }
}

// No password opens the way to publish; azd comes with a token.
resource ftpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource publishPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
  dependsOn: [ftpPassword]
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
