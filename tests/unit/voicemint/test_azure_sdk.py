"""Microsoft's clients: which identity is chosen, that there is one of each, that they are closed. Nothing connects."""

from __future__ import annotations

import pytest
from azure.identity import ChainedTokenCredential, ManagedIdentityCredential

from tests.mint_support import ENTRA, HOSTED, KEY_VAULT, settings
from voicemint.azure_sdk import PATIENCE, AzureSdk


@pytest.fixture
def offered_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Azure sets for a function with a managed identity; the SDK reads it from the environment."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", HOSTED["IDENTITY_ENDPOINT"])
    monkeypatch.setenv("IDENTITY_HEADER", "header")


@pytest.mark.usefixtures("offered_identity")
def test_in_azure_it_is_the_managed_identity() -> None:
    sdk = AzureSdk(settings(**HOSTED))

    assert isinstance(sdk.identity(), ManagedIdentityCredential)
    assert sdk.identity() is sdk.identity()
    sdk.close()


def test_on_a_laptop_it_is_azd_then_az() -> None:
    sdk = AzureSdk(settings(**ENTRA))
    identity = sdk.identity()

    assert isinstance(identity, ChainedTokenCredential)
    assert [type(link).__name__ for link in identity.credentials] == [
        "AzureDeveloperCliCredential",
        "AzureCliCredential",
    ]
    sdk.close()


def test_closing_what_was_never_used_is_fine() -> None:
    AzureSdk(settings(**KEY_VAULT)).close()


def test_nobody_waits_for_minutes() -> None:
    attempts = 1 + PATIENCE["retry_total"]

    assert attempts * (PATIENCE["connection_timeout"] + PATIENCE["read_timeout"]) <= 30
