"""Who gets which role, on what. The list is the whole of it: one more is a finding, and so is one less.

The ids are those of Microsoft's page of built-in roles; a check compares them with a copy of it where there is one.
"""

from __future__ import annotations

from devtools.bicep.deployment import Resource
from devtools.infra.cases import PERSON, Case

ROLES: dict[str, str] = {
    "Cognitive Services OpenAI User": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
}
"""The only roles that this project gives away."""

_NAMES = {identifier: name for name, identifier in ROLES.items()}

Grant = tuple[str, str, str]
"""Who (function or person), which role, the type of what it is on."""

OPENAI = "Microsoft.CognitiveServices/accounts"
STORAGE = "Microsoft.Storage/storageAccounts"
VAULT = "Microsoft.KeyVault/vaults"
INSIGHTS = "Microsoft.Insights/components"


def wanted(case: Case) -> set[Grant]:
    """What a case needs, and nothing else."""
    found: set[Grant] = {
        ("function", "Cognitive Services OpenAI User", OPENAI),
        ("function", "Storage Blob Data Owner", STORAGE),
        ("function", "Storage Table Data Contributor", STORAGE),
    }
    if case.relay:
        found.add(("function", "Storage Queue Data Contributor", STORAGE))
    if case.keyed:
        found.add(("function", "Key Vault Secrets User", VAULT))
    if case.monitored:
        found.add(("function", "Monitoring Metrics Publisher", INSIGHTS))
    granted = case.setting("VOICEMINT_GRANT_TO_PRINCIPAL", "true") == "true"
    if granted and case.setting("AZURE_PRINCIPAL_ID", PERSON):
        found.add(("person", "Cognitive Services OpenAI User", OPENAI))
        if case.keyed:
            found.add(("person", "Key Vault Secrets User", VAULT))
    return found


def roles(case: Case) -> list[str]:
    """The function and the person have exactly the roles they need, on single resources of this deployment."""
    scopes = {one.identifier: one.kind for one in case.deployment.everything()}
    identity = case.deployment.outputs.get("FUNCTION_IDENTITY_PRINCIPAL_ID")
    given: set[Grant] = set()
    found: list[str] = []
    for one in case.deployment.of("Microsoft.Authorization/roleAssignments"):
        role = str(one.properties["roleDefinitionId"]).rpartition("/")[2]
        kind = scopes.get(one.identifier.partition("/providers/Microsoft.Authorization/")[0])
        who = "function" if one.properties["principalId"] == identity else "person"
        if role not in _NAMES:
            found.append(f"{one.file}: {one.symbol} gives the role {role}, which is not on the list")
        elif kind not in (OPENAI, STORAGE, VAULT, INSIGHTS):
            found.append(f"{one.file}: {one.symbol} reaches further than one resource")
        else:
            given.add((who, _NAMES[role], kind))
        found += _principal(one, who, case)
    need = wanted(case)
    found += [f"roles.bicep: {who} lacks {role} on {kind}" for who, role, kind in sorted(need - given)]
    found += [f"roles.bicep: {who} has no need of {role} on {kind}" for who, role, kind in sorted(given - need)]
    return found


def _principal(one: Resource, who: str, case: Case) -> list[str]:
    """Without its type Azure looks the principal up, and does not find one that is a second old."""
    person = case.setting("AZURE_PRINCIPAL_TYPE", "User")
    right = "ServicePrincipal" if who == "function" else person
    given = one.properties.get("principalType")
    return [] if given == right else [f"{one.file}: {one.symbol} calls the {who} a {given}"]


def against_sheet(sheet: dict[str, dict[str, object]]) -> list[str]:
    """The ids that a copy of Microsoft's page knows, too, are the same. `sheet` is its `roles`."""
    return [
        f"the role {name} is {sheet[name]['id']}, not {identifier}"
        for name, identifier in ROLES.items()
        if name in sheet and sheet[name]["id"] != identifier
    ]
