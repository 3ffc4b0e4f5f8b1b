"""Answers in the shape in which az prints what Azure answered in public recordings; ids, names and hosts are made up.

What Azure answers is in cassettes of azure-cli (its command modules' tests/latest/recordings) and azure-dev
(cli/azd/test/functional/testdata/recordings). How az prints that was seen with azure-cli 2.91, unmodified, before such
answers: it fills in whatever is absent with null, and says dates with an offset.
"""

from __future__ import annotations

from typing import Any

SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-111122223333"
IDENTITY = "66666666-7777-8888-9999-000000000000"
GROUP = "rg-talk"
BASE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/"
ACCOUNT = BASE + "Microsoft.CognitiveServices/accounts/aif-abc123"
STORAGE = BASE + "Microsoft.Storage/storageAccounts/stabc123"
SITE_ID = BASE + "Microsoft.Web/sites/func-abc123"
SOMEBODY = {
    "createdAt": "2026-01-01T00:00:00.123456+00:00",
    "createdBy": "somebody@example.com",
    "createdByType": "User",
}


def said(code: str, message: str) -> str:
    """A refusal of Azure's: az says it twice."""
    return f"({code}) {message}\nCode: {code}\nMessage: {message}"


def role(
    name: str | None, scope: str, made: str = "2026-01-01T00:00:00.123456+00:00", who: str = IDENTITY
) -> dict[str, Any]:
    """`name` is None where az found no definition for the id."""
    return {
        "createdBy": "99999999-0000-0000-0000-000000000000",
        "createdOn": made,
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/88888888-0000-0000-0000-000000000001",
        "name": "88888888-0000-0000-0000-000000000001",
        "principalId": who,
        "principalName": "",
        "principalType": "ServicePrincipal",
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7",
        "roleDefinitionName": name,
        "scope": scope,
        "type": "Microsoft.Authorization/roleAssignments",
        "updatedOn": made,
    }


def deployment(name: str, model: str, version: str, capacity: int, state: str = "Succeeded") -> dict[str, Any]:
    return {
        "id": f"{ACCOUNT}/deployments/{name}",
        "name": name,
        "properties": {
            "capabilities": {"realtime": "true"},
            "currentCapacity": capacity,
            "model": {"format": "OpenAI", "name": model, "publisher": None, "source": None, "version": version},
            "provisioningState": state,
            "raiPolicyName": None,
            "rateLimits": [{"count": float(capacity), "key": "request", "renewalPeriod": 60.0}],
            "versionUpgradeOption": "OnceNewDefaultVersionAvailable",
        },
        "resourceGroup": GROUP,
        "sku": {"capacity": capacity, "family": None, "name": "GlobalStandard", "size": None, "tier": None},
        "systemData": SOMEBODY,
        "tags": None,
        "type": "Microsoft.CognitiveServices/accounts/deployments",
    }


def sku(usage_name: str, end: str | None) -> dict[str, Any]:
    return {
        "capacity": {"default": 100, "maximum": 30000, "minimum": None, "step": None},
        "deprecationDate": end,
        "name": "GlobalStandard",
        "rateLimits": [{"count": 20.0, "renewalPeriod": 60.0, "rules": None}],
        "usageName": usage_name,
    }


def offer(
    name: str, version: str, end: str | None = "2027-06-25", state: str = "GenerallyAvailable", kind: str = "AIServices"
) -> dict[str, Any]:
    """One entry of the list of models: it stands there once for each kind of account."""
    return {
        "description": None,
        "kind": kind,
        "model": {
            "capabilities": {"chatCompletion": "false", "realtime": "true"},
            "deprecation": {"fineTune": None, "inference": end and f"{end}T00:00:00Z"},
            "format": "OpenAI",
            "isDefaultVersion": False,
            "lifecycleStatus": state,
            "maxCapacity": 3,
            "name": name,
            "skus": [sku(f"OpenAI.GlobalStandard.{name}", end and f"{end}T00:00:00+00:00")],
            "version": version,
        },
        "skuName": "S0",
    }


def usage(name: str, used: float, limit: float) -> dict[str, Any]:
    local = f"Requests Per Minute - {name} - GlobalStandard"
    return {
        "currentValue": float(used),
        "limit": float(limit),
        "name": {"localizedValue": local, "value": f"OpenAI.GlobalStandard.{name}"},
        "nextResetTime": None,
        "quotaPeriod": None,
        "status": None,
        "unit": "Count",
    }


def account() -> dict[str, Any]:
    return {
        "etag": '"5c02bc5b-0000-2300-0000-6900d7b60000"',
        "id": ACCOUNT,
        "identity": None,
        "kind": "AIServices",
        "location": "eastus2",
        "name": "aif-abc123",
        "properties": {
            "apiProperties": None,
            "callRateLimit": {"count": None, "renewalPeriod": None, "rules": []},
            "capabilities": [{"name": "VirtualNetworks", "value": None}],
            "customSubDomainName": "aif-abc123",
            "deletionDate": None,
            "disableLocalAuth": True,
            "endpoint": "https://aif-abc123.cognitiveservices.azure.com/",
            "endpoints": {"OpenAI Realtime API": "https://aif-abc123.openai.azure.com/"},
            "networkAcls": None,
            "privateEndpointConnections": [],
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled",
            "restore": None,
            "scheduledPurgeDate": None,
        },
        "resourceGroup": GROUP,
        "sku": {"capacity": None, "family": None, "name": "S0", "size": None, "tier": None},
        "systemData": SOMEBODY,
        "tags": None,
        "type": "Microsoft.CognitiveServices/accounts",
    }


def deleted_account(name: str = "aif-abc123", group: str = GROUP, location: str = "eastus2") -> dict[str, Any]:
    """`location` stays as whoever made the account wrote it."""
    place = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/{location}"
    names = {"id": f"{place}/resourceGroups/{group}/deletedAccounts/{name}", "name": name, "location": location}
    return {**account(), **names, "type": "Microsoft.CognitiveServices/deletedAccounts"}


def deleted_vault(*, protected: bool = False) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/eastus2/deletedVaults/kv-abc123",
        "name": "kv-abc123",
        "properties": {
            "deletionDate": "2026-11-21T10:00:00+00:00",
            "location": "eastus2",
            "purgeProtectionEnabled": True if protected else None,
            "scheduledPurgeDate": "2026-11-28T10:00:00+00:00",
            "tags": {},
            "vaultId": BASE + "Microsoft.KeyVault/vaults/kv-abc123",
        },
        "type": "Microsoft.KeyVault/deletedVaults",
    }


def function_app(state: str = "Running") -> dict[str, Any]:
    """One on the Flex plan, which az passes on as Azure answers it: its state is among its properties."""
    config = {"storage": {"type": "blobContainer"}}
    properties = {
        "state": state,
        "sku": "FlexConsumption",
        "enabled": True,
        "functionAppConfig": {"deployment": config},
    }
    names = {"id": SITE_ID, "name": "func-abc123", "type": "Microsoft.Web/sites", "kind": "functionapp,linux"}
    return {**names, "location": "East US 2", "properties": properties, "resourceGroup": GROUP}


def function(name: str) -> dict[str, Any]:
    place = {
        "id": f"{SITE_ID}/functions/{name}",
        "name": f"func-abc123/{name}",
        "type": "Microsoft.Web/sites/functions",
    }
    return {**place, "config": {}, "isDisabled": False, "kind": None, "language": "python", "resourceGroup": GROUP}


def backend(function: str = SITE_ID) -> dict[str, Any]:
    place = BASE + "Microsoft.Web/staticSites/stapp-abc123/builds/default/linkedBackends/api"
    names = {"id": place, "name": "api", "type": "Microsoft.Web/staticSites/builds/linkedBackends"}
    return {**names, "backendResourceId": function, "provisioningState": "Succeeded", "region": "eastus2"}
