"""Microsoft's SDK clients for identity and Key Vault, imported and made at first use.

They are the synchronous ones (the asynchronous need aiohttp, which costs a quarter of a second of cold start), so their
methods block and belong in a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from voicemint.settings import Settings

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken
    from azure.core.pipeline.transport import RequestsTransport
    from azure.identity import ChainedTokenCredential, ManagedIdentityCredential
    from azure.keyvault.secrets import SecretClient

PATIENCE: Mapping[str, Any] = {
    "retry_total": 2,
    "retry_backoff_max": 2,
    "connection_timeout": 3,
    "read_timeout": 5,
}
"""azure-core would wait up to 300 seconds and try ten times, far too long for a person who waits to speak."""

PROCESS_SECONDS = 10
"""For `azd` and `az`, which are started as processes on a developer's machine."""


class AzureSdk:
    """The clients of one process: one of each, because each keeps its own connections and its own token cache."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._making = threading.Lock()  # each method runs in whatever thread calls it
        self._identity: ManagedIdentityCredential | ChainedTokenCredential | None = None
        self._fresh_identity: ManagedIdentityCredential | ChainedTokenCredential | None = None
        self._vault: SecretClient | None = None

    def token(self, scope: str, *, fresh: bool = False) -> AccessToken:
        """A bearer token for `scope`. Blocks. Raises azure-core's `AzureError` or `ValueError`.

        `fresh`: not one that was given before. The identity keeps its tokens in memory, some for a day, and offers no
        other way to forget them than another identity. The first one stays open: other clients sign in with it.
        """
        if fresh:
            if self._fresh_identity is not None:
                self._fresh_identity.close()
            self._fresh_identity = _open_identity(self._settings)
        return (self._fresh_identity or self.identity()).get_token(scope)

    def secret(self, name: str) -> str | None:
        """The current version of a secret in the vault. Blocks. Raises azure-core's `AzureError` or `ValueError`."""
        if self._vault is None:
            from azure.keyvault.secrets import SecretClient

            self._vault = SecretClient(
                self._settings.key_vault_url or "", self.identity(), transport=open_transport(), **PATIENCE
            )
        return self._vault.get_secret(name).value

    def identity(self) -> ManagedIdentityCredential | ChainedTokenCredential:
        """Managed identity where Azure offers one, else whoever is signed in to `azd` or `az` on this machine.

        The choice is explicit: a chain that tries managed identity first stalls for seconds on a laptop.
        """
        with self._making:
            if self._identity is None:
                self._identity = _open_identity(self._settings)
            return self._identity

    def close(self) -> None:
        """Close the connections of all of them."""
        for client in (self._vault, self._identity, self._fresh_identity):
            if client is not None:
                client.close()


def open_transport() -> RequestsTransport:
    """HTTP for one client, whose pauses nobody else can lengthen.

    azure-core sleeps for as long as a `Retry-After` says, in a thread, and a handful of threads is all that there are.
    """
    from azure.core.pipeline.transport import RequestsTransport

    class Impatient(RequestsTransport):  # type: ignore[misc]
        def sleep(self, duration: float) -> None:
            super().sleep(min(duration, PATIENCE["retry_backoff_max"]))

    return Impatient(connection_timeout=PATIENCE["connection_timeout"], read_timeout=PATIENCE["read_timeout"])


def _open_identity(settings: Settings) -> ManagedIdentityCredential | ChainedTokenCredential:
    from azure.identity import (
        AzureCliCredential,
        AzureDeveloperCliCredential,
        ChainedTokenCredential,
        ManagedIdentityCredential,
    )

    if settings.managed_identity:
        return ManagedIdentityCredential(client_id=settings.client_id, transport=open_transport(), **PATIENCE)
    return ChainedTokenCredential(
        AzureDeveloperCliCredential(process_timeout=PROCESS_SECONDS),
        AzureCliCredential(process_timeout=PROCESS_SECONDS),
    )
