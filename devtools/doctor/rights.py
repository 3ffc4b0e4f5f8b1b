"""Who may do what: the person who deploys, and the function's identity.

Roles are read with `az role assignment list`; its shape is that of azure-cli's recordings (of 2025-04). A role given
through a group counts, if az may read groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from devtools.doctor import sign_in
from devtools.doctor.az import Az, Trouble
from devtools.doctor.findings import Ailment, Finding

MINUTES_TO_COUNT = 10
"""How long a new assignment may take until it counts, by Microsoft's documents."""

CANNOT_ASSIGN = Ailment(
    "rights.cannot-assign",
    "fault",
    "You may not assign roles in this subscription, and the function needs some of its own.",
    'Ask an owner: az role assignment create --assignee {who} --role "Role Based Access Control Administrator" '
    "--scope /subscriptions/{subscription}",
)
CANNOT_DEPLOY = Ailment(
    "rights.cannot-deploy",
    "fault",
    "You may not make resources in this subscription.",
    "Ask an owner: az role assignment create --assignee {who} --role Contributor --scope /subscriptions/{subscription}",
)
UNSURE = Ailment(
    "rights.unsure",
    "warning",
    "You have a role of your organisation's own here, and the doctor cannot tell whether it is enough.",
    'Look at what it allows: az role definition list --name "{role}"',
)
MISSING = Ailment(
    "role.missing",
    "fault",
    "{whom} lacks the role {role} on {what}.",
    'az role assignment create --assignee-object-id {who} --assignee-principal-type {kind} --role "{role}" '
    "--scope {scope}",
)
WRONG_ROLE = Ailment(
    "role.wrong-role",
    "fault",
    "{whom} has {had} on {what}, which does not let it use the data there; it needs {role}.",
    'az role assignment create --assignee-object-id {who} --assignee-principal-type {kind} --role "{role}" '
    "--scope {scope}",
)
WRONG_SCOPE = Ailment(
    "role.wrong-scope",
    "fault",
    "{whom} has the role {role}, but not on {what}.",
    'az role assignment create --assignee-object-id {who} --assignee-principal-type {kind} --role "{role}" '
    "--scope {scope}",
)
PROPAGATING = Ailment(
    "role.propagating",
    "warning",
    "{whom} was given {role} a moment ago; a new role can take ten minutes to count.",
    "Wait until {until}, then: python3 dev.py doctor deployed",
)

DEPLOYS = {"Owner", "Contributor"}
ASSIGNS = {"Owner", "User Access Administrator", "Role Based Access Control Administrator"}
KNOWN = DEPLOYS | ASSIGNS | {"Reader"}

OPENAI = "Cognitive Services OpenAI User"
VAULT = "Key Vault Secrets User"
BLOB = "Storage Blob Data Owner"
TABLE = "Storage Table Data Contributor"
QUEUE = "Storage Queue Data Contributor"
ENOUGH = {
    OPENAI: {
        OPENAI,
        "Cognitive Services OpenAI Contributor",
        "Cognitive Services User",
        "Foundry User",
        "Azure AI User",
    },
    VAULT: {VAULT, "Key Vault Secrets Officer", "Key Vault Administrator"},
    BLOB: {BLOB},
    TABLE: {TABLE},
    QUEUE: {QUEUE},
}
"""Roles that allow what the function does with each, by Microsoft's page of built-in roles."""

FAMILIES = {
    OPENAI: ("Cognitive Services", "Foundry", "Azure AI"),
    VAULT: ("Key Vault",),
    BLOB: ("Storage Blob",),
    TABLE: ("Storage Table",),
    QUEUE: ("Storage Queue",),
}
"""How the names begin of roles that people take for the right one."""


def to_deploy(az: Az, environ: Mapping[str, str]) -> list[Finding]:
    """Whether the person who deploys may make resources and assign roles. Raises `Trouble`."""
    subscription = az.subscription or environ.get("AZURE_SUBSCRIPTION_ID", "")
    who = sign_in.object_id(az, environ)
    scope = f"/subscriptions/{subscription}"
    listed = az.listed(
        "role", "assignment", "list", "--assignee", who, "--scope", scope, "--include-inherited", "--include-groups"
    )
    roles = {_name(one) for one in listed}
    words = {"who": who, "subscription": subscription}
    seen = "your roles there: " + (", ".join(sorted(roles)) or "none")
    missing = [
        ailment for ailment, enough in ((CANNOT_DEPLOY, DEPLOYS), (CANNOT_ASSIGN, ASSIGNS)) if not roles & enough
    ]
    if missing and (others := sorted(roles - KNOWN)):
        return [UNSURE.found(seen, role=others[0])]
    return [ailment.found(seen, **words) for ailment in missing]


def of_the_function(az: Az, outputs: Mapping[str, str], now: float) -> list[Finding]:
    """Whether the function's identity has its roles where it needs them. Raises `Trouble`."""
    who = outputs["FUNCTION_IDENTITY_PRINCIPAL_ID"]
    given = az.listed("role", "assignment", "list", "--assignee", who, "--all")
    base = f"/subscriptions/{az.subscription}/resourceGroups/{outputs['AZURE_RESOURCE_GROUP']}/providers/"
    storage = base + f"Microsoft.Storage/storageAccounts/{outputs['STORAGE_ACCOUNT_NAME']}"
    wanted = [(BLOB, storage, "the storage account"), (TABLE, storage, "the storage account")]
    if outputs["CALL_MODE"] == "relay":
        wanted.append((QUEUE, storage, "the storage account"))
    account = base + f"Microsoft.CognitiveServices/accounts/{outputs['AZURE_OPENAI_RESOURCE']}"
    if outputs["AZURE_OPENAI_AUTH"] == "entra":
        wanted.append((OPENAI, account, "the Azure OpenAI account"))
    elif name := outputs.get("KEY_VAULT_URL", "").removeprefix("https://").partition(".")[0]:
        wanted.append((VAULT, base + f"Microsoft.KeyVault/vaults/{name}", "the vault"))
    found: list[Finding] = []
    for role, scope, what in wanted:
        found += judge(given, role, scope, what, who, now, whom="The function's identity", kind="ServicePrincipal")
    return found


def judge(
    given: list[Any], role: str, scope: str, what: str, who: str, now: float, *, whom: str, kind: str
) -> list[Finding]:
    """Whether these assignments give that role, or one that includes it, on that scope."""
    words = {"whom": whom, "role": role, "what": what, "who": who, "kind": kind, "scope": scope}
    there = [one for one in given if _covers(str(one.get("scope")), scope)]
    fitting = [one for one in there if _name(one) in ENOUGH[role]]
    if fitting:
        age = min(_age_minutes(one, now) for one in fitting)
        if age >= MINUTES_TO_COUNT:
            return []
        until = datetime.fromtimestamp(now + (MINUTES_TO_COUNT - age) * 60).strftime("%H:%M")
        return [PROPAGATING.found(f"assigned {age:.0f} minutes ago", until=until, **words)]
    elsewhere = [str(one.get("scope")) for one in given if _name(one) in ENOUGH[role]]
    if elsewhere:
        return [WRONG_SCOPE.found(f"it has the role on {elsewhere[0]}", **words)]
    related = [name for name in map(_name, there) if name.startswith(FAMILIES[role])]
    if related:
        return [WRONG_ROLE.found(f"roles there: {', '.join(related)}", had=related[0], **words)]
    return [MISSING.found(f"{len(given)} role assignments, none of them this", **words)]


def own_role(az: Az, outputs: Mapping[str, str], now: float) -> list[Finding]:
    """Why the person who asks may be refused by the resource. Says nothing where that cannot be told."""
    if not outputs.get("AZURE_OPENAI_RESOURCE"):
        return []
    scope = (
        f"/subscriptions/{az.subscription}/resourceGroups/{outputs.get('AZURE_RESOURCE_GROUP', '')}"
        f"/providers/Microsoft.CognitiveServices/accounts/{outputs.get('AZURE_OPENAI_RESOURCE', '')}"
    )
    try:
        who = sign_in.object_id(az, outputs)
        given = az.listed("role", "assignment", "list", "--assignee", who, "--all", "--include-groups")
    except Trouble:
        return []
    kind = outputs.get("AZURE_PRINCIPAL_TYPE") or "User"
    return judge(given, OPENAI, scope, "the Azure OpenAI account", who, now, whom="Your own sign-in", kind=kind)


def _name(assignment: Any) -> str:
    """The role's name, or its id where az found none for it: it looks among the subscription's own ids only."""
    name = assignment.get("roleDefinitionName")
    return str(name) if name else str(assignment.get("roleDefinitionId")).rpartition("/")[2]


def _covers(scope: str, wanted: str) -> bool:
    """Whether an assignment at `scope` holds at `wanted`: there or above. Management groups are above all."""
    scope, wanted = scope.lower().rstrip("/"), wanted.lower()
    above = scope == "" or scope.startswith("/providers/microsoft.management/managementgroups/")
    return above or wanted == scope or wanted.startswith(scope + "/")


def _age_minutes(assignment: Any, now: float) -> float:
    """Minutes since it was made; very old where nothing tells."""
    try:
        made = datetime.fromisoformat(str(assignment.get("createdOn")).replace("Z", "+00:00"))
        return max(0.0, (now - made.timestamp()) / 60)
    except ValueError:
        return float("inf")
