"""Masking: what looks like a secret is not shown, what people need to see is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import CANARY_KEY, CANARY_TOKEN
from voicemint.masking import LONGEST_SHOWN, Secret, redact, shown


def test_a_secret_prints_its_length_only() -> None:
    secret = Secret(CANARY_KEY)

    assert repr(secret) == str(secret) == f"{secret}" == f"Secret({len(CANARY_KEY)} characters)"
    assert secret.reveal() == CANARY_KEY


def test_secrets_compare_and_hash_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize(
    "text",
    [CANARY_KEY, f"ek_{CANARY_TOKEN}", "ek_short", "eyJhbGciOi.JIUzI1NiJ9", "Bearer abc", "bearer  x", "0" * 32],
)
def test_keys_and_tokens_are_redacted_wherever_they_stand(text: str) -> None:
    assert redact(f"before {text} after") == "before (hidden) after"


@pytest.mark.parametrize(
    "text", ["https://my-resource-with-a-long-name.openai.azure.com", "sess_DHr4VZpTq0wKf3nYb8LmX", "gpt-realtime-2.1"]
)
def test_addresses_names_and_ids_stay_readable(text: str) -> None:
    assert redact(text) == text


def test_a_value_is_shown_quoted_and_shortened() -> None:
    assert shown("maybe") == "'maybe'"
    assert shown("a-" * 100) == repr(("a-" * 100)[:LONGEST_SHOWN] + "...")


def test_a_value_that_is_or_looks_like_a_secret_is_not_shown() -> None:
    assert shown("maybe", secret=True) == "(hidden, 5 characters)"
    assert shown(CANARY_KEY) == f"(hidden, {len(CANARY_KEY)} characters)"


def test_what_a_url_carries_besides_its_place_is_not_shown() -> None:
    assert shown("https://anna:pass@host/path?code=1234") == "'https://host/path'"


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_key_never_gets_through(before: str, after: str) -> None:
    assert CANARY_KEY not in redact(f"{before}{CANARY_KEY}{after}")
    assert CANARY_KEY not in shown(f"{before}{CANARY_KEY}{after}")
