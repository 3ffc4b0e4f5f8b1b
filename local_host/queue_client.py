"""Opens a storage queue with Microsoft's SDK: on this machine's emulator, or in Azure with an identity.

The client is the synchronous one, so its methods block and belong in a thread; each of them gives up within seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicemint.azure.emulator import EMULATOR_ACCOUNT, EMULATOR_KEY, is_emulator

if TYPE_CHECKING:
    from azure.storage.queue import QueueClient


@dataclass(frozen=True)
class ManagedIdentity:
    """The one that Azure offers to this process: a user-assigned one by its client id, else the app's own."""

    client_id: str | None = None


def open_queue(endpoint: str, name: str, identity: ManagedIdentity | None = None) -> QueueClient:
    """A client of the queue `name`, in Azure as `identity`, by default as whoever is signed in to `azd` or `az`.

    Content passes through as it is, in base64 or not. Does not connect yet.
    """
    from azure.storage.queue import LinearRetry, QueueClient

    return QueueClient(
        endpoint,
        name,
        credential=_credential(endpoint, identity),
        retry_policy=LinearRetry(backoff=1, retry_total=0),
        connection_timeout=2,
        read_timeout=5,
    )


def _credential(endpoint: str, identity: ManagedIdentity | None) -> Any:
    if is_emulator(endpoint):
        from azure.core.credentials import AzureNamedKeyCredential

        return AzureNamedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY)
    from azure.identity import (
        AzureCliCredential,
        AzureDeveloperCliCredential,
        ChainedTokenCredential,
        ManagedIdentityCredential,
    )

    if identity is not None:
        return ManagedIdentityCredential(
            client_id=identity.client_id, retry_total=0, connection_timeout=2, read_timeout=5
        )
    return ChainedTokenCredential(AzureDeveloperCliCredential(), AzureCliCredential())
