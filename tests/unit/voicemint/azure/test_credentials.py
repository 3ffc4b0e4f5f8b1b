"""Credentials: the header of each way, kept as long as it is good, fetched once for all, every failure told plainly."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ResourceNotFoundError

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.mint_support import ENTRA, KEY_VAULT, FakeSdk, background, settings
from voicemint.azure.credentials import (
    KEY_GOOD_SECONDS,
    KEY_PAUSE_SECONDS,
    KEY_RENEWAL_SECONDS,
    TOKEN_PAUSE_SECONDS,
    AuthHeader,
    open_credential,
)
from voicemint.errors import CredentialsUnavailable
from voicemint.masking import Secret

pytestmark = pytest.mark.anyio

KEY_HEADER = AuthHeader("api-key", Secret(CANARY_KEY))
BEARER_HEADER = AuthHeader("authorization", Secret(f"Bearer {CANARY_TOKEN}"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sdk(clock: ManualClock) -> FakeSdk:
    return FakeSdk(clock)


async def test_a_key_is_the_key_and_asks_nobody(sdk: FakeSdk, clock: ManualClock) -> None:
    credential = open_credential(settings(), clock, sdk)
    await clock.advance(10_000_000)

    assert await credential.get() == KEY_HEADER
    assert sdk.tokens == sdk.secrets == []


async def test_entra_is_a_bearer_for_the_scope(sdk: FakeSdk, clock: ManualClock) -> None:
    credential = open_credential(settings(**ENTRA, AZURE_OPENAI_SCOPE="https://ai.azure.com/.default"), clock, sdk)

    assert await credential.get() == BEARER_HEADER
    assert sdk.tokens == ["https://ai.azure.com/.default"]


async def test_a_bearer_is_kept_until_minutes_before_it_expires(sdk: FakeSdk, clock: ManualClock) -> None:
    credential = open_credential(settings(**ENTRA), clock, sdk)
    await credential.get()
    await clock.advance(3600 - 301)
    await credential.get()
    assert len(sdk.tokens) == 1

    await clock.advance(1)
    assert await credential.get() == BEARER_HEADER
    await background()
    assert len(sdk.tokens) == 2


async def test_a_bearer_that_expires_within_minutes_is_not_asked_for_at_every_call(clock: ManualClock) -> None:
    sdk = FakeSdk(clock, lifetime=120)
    credential = open_credential(settings(**ENTRA), clock, sdk)
    await credential.get()
    await clock.advance(29)
    await credential.get()

    assert len(sdk.tokens) == 1


async def test_key_vault_is_the_stored_key(sdk: FakeSdk, clock: ManualClock) -> None:
    credential = open_credential(settings(**KEY_VAULT), clock, sdk)

    assert await credential.get() == KEY_HEADER
    assert sdk.secrets == ["openai-key"]


async def test_a_stored_key_is_kept_for_minutes(sdk: FakeSdk, clock: ManualClock) -> None:
    credential = open_credential(settings(**KEY_VAULT), clock, sdk)
    await credential.get()
    await clock.advance(KEY_RENEWAL_SECONDS - 1)
    await credential.get()
    assert len(sdk.secrets) == 1

    await clock.advance(1)
    await credential.get()
    await background()
    assert len(sdk.secrets) == 2


async def test_the_last_key_serves_while_the_vault_does_not_answer_but_not_for_ever(
    sdk: FakeSdk, clock: ManualClock
) -> None:
    credential = open_credential(settings(**KEY_VAULT), clock, sdk)
    await credential.get()
    await clock.advance(KEY_GOOD_SECONDS - 1)
    sdk.failures = [ResourceNotFoundError("gone")] * 2
    assert await credential.get() == KEY_HEADER

    await background()
    assert len(sdk.secrets) == 2
    await clock.advance(60)
    with pytest.raises(CredentialsUnavailable, match="no such secret"):
        await credential.get()


@pytest.mark.parametrize("changes", [ENTRA, KEY_VAULT])
async def test_a_hundred_first_calls_ask_once(sdk: FakeSdk, clock: ManualClock, changes: dict[str, str]) -> None:
    sdk.hold = threading.Event()
    credential = open_credential(settings(**changes), clock, sdk)
    asking = [asyncio.create_task(credential.get()) for _ in range(100)]
    await asyncio.sleep(0)
    sdk.hold.set()

    assert len(set(await asyncio.gather(*asking))) == 1
    assert len(sdk.tokens) + len(sdk.secrets) == 1


@pytest.mark.parametrize(
    ("changes", "detail"), [(ENTRA, "did not give a token"), (KEY_VAULT, "could not sign in to the key vault")]
)
async def test_a_failure_fails_those_who_wait_and_the_next_call_tries_again(
    sdk: FakeSdk, clock: ManualClock, changes: dict[str, str], detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    sdk.failures = [ClientAuthenticationError("text of the service")]
    credential = open_credential(settings(**changes), clock, sdk)
    outcomes = await asyncio.gather(*(credential.get() for _ in range(5)), return_exceptions=True)

    assert all(isinstance(outcome, CredentialsUnavailable) and detail in outcome.detail for outcome in outcomes)
    (record,) = caplog.records
    assert record.getMessage() == (
        f'{{"event": "credential_failed", "credential": "{changes["AZURE_OPENAI_AUTH"]}", '
        '"error_type": "ClientAuthenticationError"}'
    )
    assert (await credential.get()).name in ("authorization", "api-key")


@pytest.mark.parametrize("changes", [ENTRA, KEY_VAULT])
@pytest.mark.parametrize("stumble", [ValueError, TypeError, AttributeError, LookupError])
async def test_an_answer_that_the_sdk_cannot_read_is_a_failure_like_any_other(
    sdk: FakeSdk,
    clock: ManualClock,
    changes: dict[str, str],
    stumble: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    sdk.failures = [stumble(f"not JSON: {CANARY_KEY}")]
    with pytest.raises(CredentialsUnavailable) as caught:
        await open_credential(settings(**changes), clock, sdk).get()

    assert CANARY_KEY not in f"{caught.value.detail}{caught.value.hint}{caplog.text}"
    assert f'"error_type": "{stumble.__name__}"' in caplog.text


@pytest.mark.parametrize("token", ["", "two\nlines", "é", {"a": 1}])
async def test_a_token_that_no_header_can_hold_is_none(clock: ManualClock, token: Any) -> None:
    class OddSdk(FakeSdk):
        def token(self, scope: str, *, fresh: bool = False) -> AccessToken:
            return AccessToken(token, 2**33)

    with pytest.raises(CredentialsUnavailable):
        await open_credential(settings(**ENTRA), clock, OddSdk(clock)).get()


async def test_a_refused_key_is_read_again_two_seconds_after_it_was_read(sdk: FakeSdk, clock: ManualClock) -> None:
    credential = open_credential(settings(**KEY_VAULT), clock, sdk)
    await credential.get()
    sdk.key = "rotated-key-0123456789"
    assert await credential.replace(KEY_HEADER, patience=KEY_PAUSE_SECONDS - 0.5) is None

    await clock.advance(KEY_PAUSE_SECONDS)
    assert await credential.replace(KEY_HEADER, patience=0) == AuthHeader("api-key", Secret("rotated-key-0123456789"))


async def test_a_refused_token_is_asked_for_afresh_half_a_minute_after_it_was_given(
    sdk: FakeSdk, clock: ManualClock
) -> None:
    credential = open_credential(settings(**ENTRA), clock, sdk)
    await credential.get()
    await clock.advance(TOKEN_PAUSE_SECONDS - 3)
    assert await credential.replace(BEARER_HEADER, patience=2) is None
    assert len(sdk.tokens) == 1

    await clock.advance(3)
    assert await credential.replace(BEARER_HEADER, patience=2) is None  # the stand-in has only one
    assert sdk.tokens[1].endswith(" fresh")


async def test_a_key_of_the_settings_has_no_other(sdk: FakeSdk, clock: ManualClock) -> None:
    credential = open_credential(settings(), clock, sdk)
    await credential.get()
    await clock.advance(10_000)

    assert await credential.replace(KEY_HEADER, patience=10) is None


async def test_a_fetch_that_hangs_is_given_up(sdk: FakeSdk, clock: ManualClock) -> None:
    sdk.hold = threading.Event()
    credential = open_credential(settings(**ENTRA), clock, sdk, fetch_seconds=0.01)

    with pytest.raises(CredentialsUnavailable, match="did not answer in time"):
        await credential.get()
    sdk.hold.set()


def test_a_header_does_not_print_its_value() -> None:
    assert repr(KEY_HEADER) == f"AuthHeader(name='api-key', value=Secret({len(CANARY_KEY)} characters))"
