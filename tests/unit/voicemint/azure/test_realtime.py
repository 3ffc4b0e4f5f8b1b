"""Azure OpenAI with our credential: keys that rotate, tokens that grow old, roles that do not count yet."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import httpx
import pytest
from azure.core.exceptions import AzureError, ClientAuthenticationError

from tests.canaries import CANARY_KEY
from tests.mint_support import ENTRA, EXPIRES_AT, KEY_VAULT, background, minted, refused
from tests.realtime_process import Process
from tests.upstream_support import CALL_ID, SECRET, connected
from voicemint.azure.credentials import KEY_GOOD_SECONDS, KEY_PAUSE_SECONDS, TOKEN_PAUSE_SECONDS
from voicemint.azure.realtime import PROPAGATION_RETRY_AFTER, PROPAGATION_SECONDS
from voicemint.errors import CredentialsUnavailable, UpstreamAuth
from voicemint.timing import Clock, Deadline, SystemClock, Timing

pytestmark = pytest.mark.anyio

ROTATED_KEY = "rotated-key-0123456789"


def accepting(key: str) -> Callable[[httpx.Request], httpx.Response]:
    """A resource that takes this key only."""
    return lambda request: minted() if request.headers["api-key"] == key else refused(401, "401")


def no_role() -> httpx.Response:
    return refused(401, "PermissionDenied")


async def test_a_mint_is_timed_by_what_it_waits_for() -> None:
    process = Process(**KEY_VAULT)
    timing = Timing(process.clock)
    secret = await process.realtime.mint({}, timing, Deadline(process.clock, 8.0))

    assert secret.expires_at == EXPIRES_AT
    assert timing.header() == "auth;dur=0.0, upstream;dur=0.0, total;dur=0.0"


async def test_connecting_uses_the_secret_and_asks_for_no_credential() -> None:
    process = Process(connected(), **KEY_VAULT)
    timing = Timing(process.clock)
    call = await process.realtime.connect(SECRET, "v=0\r\n", timing, Deadline(process.clock, 15.0))

    assert call.upstream_id == CALL_ID
    assert process.azure.requests[0].headers["authorization"] == f"Bearer {SECRET.value.reveal()}"
    assert process.sdk.secrets == []
    assert timing.header().startswith("upstream;")


@pytest.mark.parametrize("age", [0.0, 0.5, 5.0, 29.0, 300.0])
async def test_a_rotated_key_costs_nobody_a_mint_however_lately_it_was_read(age: float) -> None:
    process = Process(**KEY_VAULT)
    await process.mint()
    await process.clock.advance(age)
    process.sdk.key = ROTATED_KEY
    process.azure.answers = [accepting(ROTATED_KEY)] * 2

    await process.mint()
    assert process.keys == [CANARY_KEY, CANARY_KEY, ROTATED_KEY]
    assert len(process.sdk.secrets) == 2
    assert sum(process.pauses) == max(0.0, KEY_PAUSE_SECONDS - age)


async def test_many_who_meet_a_rotated_key_at_once_cause_one_read_and_none_fails() -> None:
    process = Process(**KEY_VAULT)
    await process.mint()
    await process.clock.advance(60)
    process.sdk.key = ROTATED_KEY
    process.azure.answers = [accepting(ROTATED_KEY)] * 100

    await asyncio.gather(*(process.mint() for _ in range(50)))
    assert len(process.sdk.secrets) == 2


async def test_a_key_that_is_simply_wrong_fails_soon_and_does_not_hammer_the_vault() -> None:
    process = Process(**KEY_VAULT)
    process.azure.answers = [accepting(ROTATED_KEY)] * 1000
    started, mints = process.clock.monotonic(), 0
    while process.clock.monotonic() - started < 60:
        before = process.clock.monotonic()
        with pytest.raises(UpstreamAuth):
            await process.mint()
        assert process.clock.monotonic() - before <= KEY_PAUSE_SECONDS
        await process.clock.advance(0.25)
        mints += 1

    assert len(process.sdk.secrets) <= 1 + 60 / KEY_PAUSE_SECONDS + 1
    assert len(process.azure.mints) == mints, "the same key is not sent twice"


async def test_a_replaced_key_that_is_refused_too_is_not_replaced_again() -> None:
    process = Process(**KEY_VAULT)
    await process.mint()
    await process.clock.advance(60)
    process.sdk.key = ROTATED_KEY
    process.azure.answers = [refused(401, "401") for _ in range(5)]

    with pytest.raises(UpstreamAuth):
        await process.mint()
    assert process.keys[1:] == [CANARY_KEY, ROTATED_KEY]
    assert len(process.sdk.secrets) == 2


async def test_there_is_no_wait_for_a_key_beyond_the_deadline() -> None:
    process = Process(**KEY_VAULT)
    process.azure.answers = [refused(401, "401")]

    with pytest.raises(UpstreamAuth):
        await process.mint(seconds=2.0)
    assert process.pauses == []


async def test_a_vault_that_is_down_costs_no_mint_while_the_key_works() -> None:
    process = Process(**KEY_VAULT)
    await process.mint()
    process.sdk.failures = [AzureError("down")] * 1000
    for _ in range(58):
        await process.clock.advance(60)
        await process.mint()
        await background()

    assert set(process.keys) == {CANARY_KEY}
    assert 2 < len(process.sdk.secrets) < 100


async def test_a_refused_key_is_kept_through_a_vault_outage_and_the_refusal_is_told() -> None:
    process = Process(**KEY_VAULT)
    await process.mint()
    await process.clock.advance(60)
    process.sdk.failures = [AzureError("down")]
    process.azure.answers = [refused(401, "401")]

    with pytest.raises(UpstreamAuth):
        await process.mint()
    await process.mint()

    process.sdk.failures = [AzureError("down")] * 9
    await process.clock.advance(KEY_GOOD_SECONDS - 61)
    process.azure.answers = [refused(401, "401")]
    with pytest.raises(UpstreamAuth):
        await process.mint()  # and the key grows too old while the vault is asked


async def test_an_identity_that_is_down_for_a_minute_costs_no_mint_while_the_token_is_good() -> None:
    process = Process(**ENTRA)
    await process.mint()
    await process.clock.advance(3600 - 330)
    process.sdk.failures = [ClientAuthenticationError("down")] * 1000
    for _ in range(60):
        await process.clock.advance(1)
        await process.mint()
        await background()
    assert len(process.sdk.tokens) > 1, "the renewal fell into the outage"

    process.sdk.failures = []
    await process.clock.advance(30)
    await process.mint()
    await background()
    await process.clock.advance(300)
    await process.mint()


@pytest.mark.parametrize(("age", "asked"), [(TOKEN_PAUSE_SECONDS, 2), (TOKEN_PAUSE_SECONDS - 3, 1)])
async def test_a_token_that_is_refused_is_asked_for_afresh_unless_it_is_young(age: float, asked: int) -> None:
    process = Process(**ENTRA)
    await process.mint()
    await process.clock.advance(age)
    process.azure.answers = [refused(401, "401")]

    with pytest.raises(UpstreamAuth):
        await process.mint()
    assert len(process.sdk.tokens) == asked
    assert asked == 1 or process.sdk.tokens[-1].endswith(" fresh")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_role_that_comes_to_count_meanwhile_costs_only_time(status: int) -> None:
    process = Process(*(refused(status, "PermissionDenied") for _ in range(3)), **ENTRA)
    await process.mint()

    assert len(process.pauses) == 3
    assert all(1.125 <= pause <= 1.875 for pause in process.pauses)


async def test_a_role_that_does_not_count_yet_is_explained_when_time_is_up() -> None:
    process = Process(*(no_role() for _ in range(20)), **ENTRA)
    started = process.clock.monotonic()
    with pytest.raises(UpstreamAuth, match="no right") as caught:
        await process.mint()

    assert process.clock.monotonic() - started <= 8.0
    assert 4 <= len(process.azure.mints) <= 8
    assert caught.value.retry_after == PROPAGATION_RETRY_AFTER
    assert "ten minutes" in caught.value.hint


async def test_after_ten_minutes_a_missing_role_is_missing() -> None:
    process = Process(no_role(), **ENTRA)
    await process.clock.advance(PROPAGATION_SECONDS)
    with pytest.raises(UpstreamAuth) as caught:
        await process.mint()

    assert (process.pauses, caught.value.retry_after) == ([], None)


async def test_a_role_that_has_counted_once_was_not_given_just_now() -> None:
    process = Process(minted(), no_role(), **ENTRA)
    await process.mint()
    with pytest.raises(UpstreamAuth):
        await process.mint()

    assert process.pauses == []


@pytest.mark.parametrize("answer", [refused(401, "401"), refused(403, ""), refused(403, "AuthenticationTypeDisabled")])
async def test_other_refusals_are_not_waited_for(answer: httpx.Response) -> None:
    process = Process(answer, **ENTRA)
    with pytest.raises(UpstreamAuth):
        await process.mint()

    assert process.pauses == []


@pytest.mark.parametrize("answer", [refused(401, "401"), no_role()])
async def test_a_key_of_the_settings_is_tried_once(answer: httpx.Response) -> None:
    process = Process(answer)
    with pytest.raises(UpstreamAuth):
        await process.mint()

    assert len(process.azure.mints) == 1
    assert process.pauses == []


async def test_hanging_up_heals_in_the_same_way() -> None:
    process = Process(**KEY_VAULT)
    await process.mint()
    await process.clock.advance(60)
    process.sdk.key = ROTATED_KEY
    process.azure.answers = [accepting(ROTATED_KEY)] * 2
    await process.hang_up()

    assert process.keys[1:] == [CANARY_KEY, ROTATED_KEY]


async def test_a_credential_that_does_not_come_in_time_is_told_as_such_and_fetched_on() -> None:
    clock: Clock = SystemClock()
    process = Process(**KEY_VAULT)
    process.sdk.hold = threading.Event()
    with pytest.raises(CredentialsUnavailable, match="in time"):
        await process.realtime.mint({}, Timing(clock), Deadline(clock, 0.01))
    process.sdk.hold.set()
    await process.mint()

    assert process.sdk.secrets == ["openai-key"]


async def test_warming_up_takes_a_credential_and_a_connection_that_stays_warm() -> None:
    process = Process(**ENTRA)
    for _ in range(3):
        await process.realtime.warm_up()

    assert (len(process.sdk.tokens), [request.method for request in process.azure.requests]) == (1, ["HEAD"])


async def test_warming_up_that_fails_connects_nowhere_and_raises_nothing() -> None:
    process = Process(**ENTRA)
    process.sdk.failures = [ClientAuthenticationError("no")]
    await process.realtime.warm_up()

    assert process.azure.requests == []
