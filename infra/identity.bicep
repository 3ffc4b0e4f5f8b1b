// The function's identity. It is made apart from the function, so that its roles exist before the function starts.
@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags of every resource here.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
