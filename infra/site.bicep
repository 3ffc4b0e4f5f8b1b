// The page. No repository is named: azd uploads it.
@description('Name of the Static Web App.')
param name string

@description('One of the few regions that have Static Web Apps; the files are served from everywhere.')
param location string

@description('Tags of every resource here.')
param tags object

@description('Standard, which can be linked to a function, or Free.')
param standard bool

var plan = standard ? 'Standard' : 'Free'

resource site 'Microsoft.Web/staticSites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'web' })
  sku: { name: plan, tier: plan }
  properties: {
    allowConfigFileUpdates: true
    // A preview would be a second page that the function does not know.
    stagingEnvironmentPolicy: 'Disabled'
  }
}

output name string = site.name
output origin string = 'https://${site.properties.defaultHostname}'
