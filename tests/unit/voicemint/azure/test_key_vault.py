"""Reading the key: usable values, and a plain sentence for each way in which a vault refuses."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceRequestError,
)

from tests.canaries import CANARY_KEY
from voicemint.azure.key_vault import ROLE_RETRY_SECONDS, read_key
from voicemint.errors import CredentialsUnavailable


def vault(answer: str | Exception | None) -> Callable[[str], str | None]:
    def secret(name: str) -> str | None:
        assert name == "openai-key"
        if isinstance(answer, Exception):
            raise answer
        return answer

    return secret


def http_error(status: int) -> HttpResponseError:
    error = HttpResponseError("text of the vault")
    error.status_code = status
    error.response = SimpleNamespace(status_code=status)  # type: ignore[assignment]
    return error


@pytest.mark.parametrize("stored", [CANARY_KEY, f"{CANARY_KEY}\n", f"  {CANARY_KEY}\r\n"])
def test_the_key_comes_without_the_line_end_that_pasting_adds(stored: str) -> None:
    assert read_key(vault(stored), "openai-key").reveal() == CANARY_KEY


@pytest.mark.parametrize(
    "stored", [None, "", "  ", "short", "two words of a secret", f"{CANARY_KEY}\n2", "x" * 257, "é" * 20]
)
def test_what_cannot_be_a_key_is_refused_before_it_becomes_a_header(stored: str | None) -> None:
    with pytest.raises(CredentialsUnavailable, match="is not an API key") as caught:
        read_key(vault(stored), "openai-key")

    assert "Store the key alone" in caught.value.hint


@pytest.mark.parametrize(
    ("error", "detail", "hint"),
    [
        (ResourceNotFoundError("text of the vault"), "has no such secret", "KEY_VAULT_SECRET_NAME"),
        (ClientAuthenticationError("text of the vault"), "could not sign in", "managed identity"),
        (http_error(403), "may not read", "Key Vault Secrets User` on the vault, which can take ten minutes to count"),
        (http_error(429), "did not serve", "look at the vault"),
        (http_error(500), "did not serve", "look at the vault"),
        (ServiceRequestError("text of the vault"), "could not be reached", "KEY_VAULT_URL"),
        (AzureError("text of the vault"), "could not be reached", "KEY_VAULT_URL"),
        (ValueError("text of the vault"), "makes no sense", "managed identity"),
    ],
)
def test_each_refusal_has_its_own_sentence(error: Exception, detail: str, hint: str) -> None:
    with pytest.raises(CredentialsUnavailable, match=detail) as caught:
        read_key(vault(error), "openai-key")

    assert hint in caught.value.hint
    assert caught.value.__cause__ is error
    assert "text of the vault" not in f"{caught.value.detail}{caught.value.hint}"


def test_a_role_that_may_have_been_given_just_now_is_worth_another_try() -> None:
    with pytest.raises(CredentialsUnavailable) as caught:
        read_key(vault(http_error(403)), "openai-key")

    assert caught.value.retry_after == ROLE_RETRY_SECONDS
