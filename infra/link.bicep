// Makes the function the Static Web App's own API: same origin, sign-in at the edge, direct calls refused. Azure adds
// its provider to the function's authentication, so no template may write that part: it would take the lock away.
@description('Name of the Static Web App; Standard only.')
param siteName string

@description('Resource id of the function app.')
param functionId string

@description('Region of the function app, not of the site.')
param functionLocation string

resource site 'Microsoft.Web/staticSites@2024-11-01' existing = {
  name: siteName
}

resource link 'Microsoft.Web/staticSites/linkedBackends@2024-11-01' = {
  parent: site
  name: 'api'
  properties: {
    backendResourceId: functionId
    region: functionLocation
  }
}
