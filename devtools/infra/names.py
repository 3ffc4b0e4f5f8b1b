"""Do the names fit Azure's limits? A name that is too long fails in the middle of a deployment.

Where the compiler's own type files hold a pattern, it is that one. For sites and plans it is 2 to 60 letters, digits
and hyphens (read in a copy of Microsoft's page of naming rules, which has no Static Web Apps: they are held to the
same), for budgets their reference. Action groups and Application Insights are from memory.
"""

from __future__ import annotations

import re

from devtools.infra.cases import Case

_HYPHENS = r"(?=.{2,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

LIMITS: dict[str, str] = {
    "Microsoft.Authorization/roleAssignments": _UUID,
    "Microsoft.CognitiveServices/accounts": r"[a-z0-9][a-z0-9-]{1,62}[a-z0-9]",
    "Microsoft.CognitiveServices/accounts/deployments": r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}",
    "Microsoft.Consumption/budgets": r"[A-Za-z0-9_-]{1,63}",
    "Microsoft.Insights/actionGroups": r"[A-Za-z0-9_-]{1,260}",
    "Microsoft.Insights/components": r"[A-Za-z0-9._-]{1,255}",
    "Microsoft.Insights/scheduledQueryRules": r"[^#<>%&:\\?/{}*]{1,260}",
    "Microsoft.KeyVault/vaults": r"(?=.{3,24}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*",
    "Microsoft.KeyVault/vaults/secrets": r"[A-Za-z0-9-]{1,127}",
    "Microsoft.ManagedIdentity/userAssignedIdentities": r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}",
    "Microsoft.OperationalInsights/workspaces": r"(?=.{4,63}$)[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]",
    "Microsoft.Resources/resourceGroups": r"[-\w._()]{0,89}[-\w_()]",
    "Microsoft.Storage/storageAccounts": r"[a-z0-9]{3,24}",
    "Microsoft.Storage/storageAccounts/blobServices": r"default",
    "Microsoft.Storage/storageAccounts/blobServices/containers": r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*",
    "Microsoft.Storage/storageAccounts/queueServices": r"default",
    "Microsoft.Storage/storageAccounts/queueServices/queues": r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*",
    "Microsoft.Storage/storageAccounts/tableServices": r"default",
    "Microsoft.Storage/storageAccounts/tableServices/tables": r"[A-Za-z][A-Za-z0-9]{2,62}",
    "Microsoft.Web/serverfarms": _HYPHENS,
    "Microsoft.Web/sites": _HYPHENS,
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": r"ftp|scm",
    "Microsoft.Web/sites/config": r"appsettings",
    "Microsoft.Web/staticSites": _HYPHENS,
    "Microsoft.Web/staticSites/linkedBackends": _HYPHENS,
}

SHORT_NAME = 12
"""Characters that an action group's short name may have; from memory, no source at hand said it."""


def names(case: Case) -> list[str]:
    """Every name fits its type's limits, and no two resources are the same one."""
    found: list[str] = []
    seen: set[str] = set()
    for one in case.deployment.everything():
        own = one.name.rpartition("/")[2]
        limit = LIMITS.get(one.kind)
        if limit is None:
            found.append(f"{one.file}: no limit of names is known for {one.kind}")
        elif not re.fullmatch(limit, own):
            found.append(f"{one.file}: {one.kind} cannot be named '{own}'")
        if one.identifier.lower() in seen:
            found.append(f"{one.file}: {one.kind} '{own}' is deployed twice")
        seen.add(one.identifier.lower())
        if one.kind.endswith("/actionGroups") and len(str(one.properties["groupShortName"])) > SHORT_NAME:
            found.append(f"{one.file}: groupShortName is longer than {SHORT_NAME}")
    return found
