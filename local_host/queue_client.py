"""Opens a storage queue with Microsoft's SDK: on this machine's emulator, or in Azure as whoever is signed in.

The client is the synchronous one, so its methods block and belong in a thread; each of them gives up within seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicemint.azure.emulator import EMULATOR_ACCOUNT, EMULATOR_KEY, is_emulator

if TYPE_CHECKING:
    from azure.storage.queue import QueueClient


def open_queue(endpoint: str, name: str) -> QueueClient:
    """A client of the queue `name`. Content passes through as it is, in base64 or not. Does not connect yet."""
    from azure.storage.queue import LinearRetry, QueueClient

    return QueueClient(
        endpoint,
        name,
        credential=_credential(endpoint),
        retry_policy=LinearRetry(backoff=1, retry_total=0),
        connection_timeout=2,
        read_timeout=5,
    )


def _credential(endpoint: str) -> Any:
    if is_emulator(endpoint):
        from azure.core.credentials import AzureNamedKeyCredential

        return AzureNamedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY)
    from azure.identity import AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential

    return ChainedTokenCredential(AzureDeveloperCliCredential(), AzureCliCredential())
