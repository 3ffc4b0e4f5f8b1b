"""The emulator is opened with its published account, Azure with whoever is signed in."""

from __future__ import annotations

from azure.identity import ChainedTokenCredential

from local_host.queue_client import open_queue
from voicemint.azure.emulator import EMULATOR_ACCOUNT


def test_the_emulator() -> None:
    with open_queue("http://127.0.0.1:10001/devstoreaccount1", "jobs") as queue:
        assert queue.url == "http://127.0.0.1:10001/devstoreaccount1/jobs"
        assert getattr(queue.credential, "account_name", None) == EMULATOR_ACCOUNT


def test_azure() -> None:
    with open_queue("https://account.queue.core.windows.net", "jobs") as queue:
        assert queue.url == "https://account.queue.core.windows.net/jobs"
        assert isinstance(queue.credential, ChainedTokenCredential)
