// Where the log lines go. Without local authentication: the function sends with its identity.
@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights resource.')
param insightsName string

@description('Region.')
param location string

@description('Tags of every resource here.')
param tags object

@description('Days for which lines are kept; 31 cost nothing extra, more do.')
param keepDays int = 30

@description('Gigabytes that a day may bring in before the rest is dropped, so that a flood of lines is not a bill.')
param dailyGigabytes int = 1

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: keepDays
    workspaceCapping: { dailyQuotaGb: dailyGigabytes }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

output insightsId string = insights.id
output connectionString string = insights.properties.ConnectionString
