"""The emulator is opened with its published account, Azure with whoever is signed in or with the managed identity."""

from __future__ import annotations

import pytest
from azure.identity import ChainedTokenCredential, ManagedIdentityCredential

from local_host.queue_client import ManagedIdentity, open_queue
from voicemint.azure.emulator import EMULATOR_ACCOUNT


def test_the_emulator() -> None:
    with open_queue("http://127.0.0.1:10001/devstoreaccount1", "jobs") as queue:
        assert queue.url == "http://127.0.0.1:10001/devstoreaccount1/jobs"
        assert getattr(queue.credential, "account_name", None) == EMULATOR_ACCOUNT


def test_azure() -> None:
    with open_queue("https://account.queue.core.windows.net", "jobs") as queue:
        assert queue.url == "https://account.queue.core.windows.net/jobs"
        assert isinstance(queue.credential, ChainedTokenCredential)


@pytest.mark.parametrize("client_id", [None, "00000000-0000-0000-0000-000000000001"])
def test_azure_with_the_managed_identity(client_id: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    class Recorded(ManagedIdentityCredential):
        def __init__(self, **options: object) -> None:
            asked.update(options)
            super().__init__(**options)

    monkeypatch.setattr("azure.identity.ManagedIdentityCredential", Recorded)
    with open_queue("https://account.queue.core.windows.net", "jobs", ManagedIdentity(client_id)) as queue:
        assert isinstance(queue.credential, Recorded)
    assert asked["client_id"] == client_id


def test_the_emulator_needs_no_identity() -> None:
    with open_queue("http://127.0.0.1:10001/devstoreaccount1", "jobs", ManagedIdentity()) as queue:
        assert getattr(queue.credential, "account_name", None) == EMULATOR_ACCOUNT
