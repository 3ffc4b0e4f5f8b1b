"""What a deployment meets: the subscription, the day, and what Azure answers about what it has made."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devtools.bicep.functions import unique_string

SECRET = "a-key-of-the-account-that-must-go-nowhere-but-into-the-vault"  # noqa: S105 - it is none


@dataclass(frozen=True)
class World:
    """One subscription on one day."""

    subscription: str = "00000000-0000-0000-0000-00000000000a"
    tenant: str = "00000000-0000-0000-0000-00000000000b"
    month: str = "2026-11-01"

    @property
    def subscription_id(self) -> str:
        return f"/subscriptions/{self.subscription}"


def answers(kind: str, name: str, identifier: str) -> Mapping[str, Any]:
    """The properties that Azure adds to a resource once it is there, in the form that Azure gives them."""
    last = name.rpartition("/")[2]
    if kind == "Microsoft.Storage/storageAccounts":
        return {"primaryEndpoints": {part: f"https://{last}.{part}.core.windows.net/" for part in _STORAGE}}
    if kind == "Microsoft.ManagedIdentity/userAssignedIdentities":
        return {"clientId": _uuid(identifier, "client"), "principalId": _uuid(identifier, "principal")}
    if kind == "Microsoft.Web/staticSites":
        return {"defaultHostname": f"calm-sea-{unique_string(identifier)[:9]}.5.azurestaticapps.net"}
    if kind == "Microsoft.Web/sites":
        return {"defaultHostName": f"{last}.azurewebsites.net"}
    if kind == "Microsoft.Insights/components":
        key = _uuid(identifier, "instrumentation")
        place = "https://eastus2-3.in.applicationinsights.azure.com/"
        return {"ConnectionString": f"InstrumentationKey={key};IngestionEndpoint={place}"}
    if kind == "Microsoft.KeyVault/vaults":
        return {"vaultUri": f"https://{last}.vault.azure.net/"}
    return {}


def keys(kind: str) -> Mapping[str, str]:
    """What `listKeys()` gives: a mark that must not be found anywhere but in the vault."""
    return {"key1": f"{SECRET}-1", "key2": f"{SECRET}-2"} if kind == "Microsoft.CognitiveServices/accounts" else {}


_STORAGE = ("blob", "queue", "table", "file")


def _uuid(identifier: str, part: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{identifier}#{part}"))
