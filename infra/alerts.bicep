// Writes a mail when people cannot talk, when money is going, and when a call may not be cut. The queries are those of
// docs/monitoring.md; each fires when it has a row.
@description('Resource id of the Application Insights resource.')
param insightsId string

@description('Region.')
param location string

@description('Tags of every resource here.')
param tags object

@description('Address to write to.')
param email string

@description('Relay mode, in which calls are cut.')
param relay bool

var inEveryMode = [
  {
    name: 'people-cannot-talk'
    says: 'More than one request in five fails, and the fault is not the callers\'.'
    severity: 1
    window: 'PT10M'
    query: loadTextContent('alerts/people-cannot-talk.kql')
  }
  {
    name: 'money-is-going'
    says: 'The day\'s limit for everybody is reached, or one caller was refused fifty times in an hour.'
    severity: 1
    window: 'PT1H'
    query: loadTextContent('alerts/money-is-going.kql')
  }
  {
    name: 'call-not-cut'
    says: 'Storage fails, a call cannot be ended, or one was cut more than a minute late.'
    severity: 1
    window: 'PT15M'
    query: loadTextContent('alerts/call-not-cut.kql')
  }
]

var inRelayMode = [
  {
    name: 'leash-gave-up'
    says: 'A call was not ended in twenty attempts; its message lies in voicemint-call-ends-poison.'
    severity: 0
    window: 'PT15M'
    query: loadTextContent('alerts/leash-gave-up.kql')
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'voicemint-owners'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'voicemint'
    emailReceivers: [{ name: 'owner', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in concat(inEveryMode, relay ? inRelayMode : []): {
  name: rule.name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Voicemint: ${rule.name}'
    description: rule.says
    enabled: true
    severity: rule.severity
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: rule.window
    // The tables of a new workspace are empty, and a check of the query against them fails.
    skipQueryValidation: true
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}]
