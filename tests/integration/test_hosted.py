"""Hosted, whole: who may start a call, what it costs in identity calls, how a call ends, and what happens in trouble.

Each test runs the real `local_host` in the configuration of Azure; see `hosted.py` beside this.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from aiortc import RTCSessionDescription

from simulator.azure.doubles import SECRET_NAME, AzureDoubles, start
from simulator.azure.identity import COGNITIVE_SERVICES, KEY_VAULT, QUEUES_USER, STORAGE, TABLES_USER
from simulator.azure.storage import Asked, Emulator
from tests.canaries import CANARY_INSTRUCTIONS
from tests.integration.caller import Caller
from tests.integration.hosted import (
    ANYBODY,
    RELAY,
    SIGN_IN,
    Hosted,
    Realtime,
    address,
    emulator,
    hosted,
    person,
    storage_of,
)
from tests.integration.wire import Answer, Headers
from voicemint.errors import StorageUnavailable
from voicemint.leash.queue_leash import QUEUE_NAME

pytestmark = pytest.mark.anyio

STRANGER = "0b9d24f87c6e4a1583f2d6e9a7c0b1d5"


@pytest.fixture
def user() -> str:
    """Somebody whom the storage has not counted yet: it is the same for all tests."""
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(tmp_path_factory.mktemp("azurite")) as running:
        yield running


@pytest.fixture
def realtime() -> Realtime:
    return Realtime()


@pytest.fixture
def doubles(realtime: Realtime, azurite: Emulator) -> Iterator[AzureDoubles]:
    with start(realtime.open, emulator=azurite) as running:
        yield running


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


def tokens(doubles: AzureDoubles) -> Counter[str | None]:
    """How many tokens the one identity has given out, by audience."""
    return Counter(map(doubles.identity.audience_of, doubles.identity.issued()))


def connections(doubles: AzureDoubles) -> int:
    """How many there were to any of the doubles."""
    servers = (doubles.identity_server, doubles.vault_server, doubles.openai_server, doubles.storage_server)
    return sum(server.connections for server in servers if server is not None)


@asynccontextmanager
async def caller() -> AsyncIterator[Caller]:
    """A browser's part of a call: its offer is ready."""
    caller = Caller(cast(Any, None))
    try:
        await caller.connection.setLocalDescription(await caller.connection.createOffer())
        yield caller
    finally:
        await caller.close()


async def dial(app: Hosted, caller: Caller, headers: Headers) -> Answer:
    """Have the app make the call."""
    answer = await app.call(caller.connection.localDescription.sdp, headers)
    assert answer.status == 201, answer.text
    return answer


async def join(caller: Caller, answer: Answer) -> None:
    """Take part in the call that the app has made."""
    await caller.connection.setRemoteDescription(RTCSessionDescription(answer.body.decode(), "answer"))
    await caller.wait(caller.opened)


def queued(doubles: AzureDoubles, method: Literal["POST", "DELETE"]) -> list[Asked]:
    """The messages that were put into the queue, or taken off it for good."""
    place = f"/{QUEUE_NAME}/messages"
    asked = storage_of(doubles).asked
    return [one for one in asked if one.method == method and one.target.startswith(place) and one.status < 300]


async def test_nobody_may_call_until_somebody_says_who(doubles: AzureDoubles, user: str) -> None:
    with hosted(doubles, "entra", user) as app:
        answer = await app.mint(person(user))
    assert refusal(answer) == (503, "auth_not_configured")
    assert connections(doubles) == 0


async def test_who_has_signed_in_and_has_the_role_gets_a_session(doubles: AzureDoubles, user: str) -> None:
    with hosted(
        doubles, "entra", user, STRANGER, **SIGN_IN, ALLOWED_ROLES="caller", ALLOW_CUSTOM_INSTRUCTIONS="true"
    ) as app:
        assert refusal(await app.mint()) == (401, "sign_in_required")
        assert refusal(await app.mint(person(STRANGER))) == (403, "role_required")
        assert connections(doubles) == 0
        first = await app.mint(person(user, "caller"), instructions=CANARY_INSTRUCTIONS)
        second = await app.mint(person(user, "caller"))
        assert (await app.ask("GET", "/api/ready")).status == 200
    assert (first.status, second.status) == (200, 200), first.text
    assert first.json["client_secret"]["value"] != second.json["client_secret"]["value"]
    # Both from one identity: one for Azure OpenAI, one for storage.
    assert tokens(doubles) == {COGNITIVE_SERVICES: 1, STORAGE: 1}
    assert doubles.identity.calls == 2


@pytest.mark.parametrize(
    ("deployment", "said"), [("gpt-realtime", (200, "")), ("nowhere", (502, "upstream_not_found"))]
)
async def test_readiness_is_a_mint_with_the_functions_own_identity(
    doubles: AzureDoubles, user: str, deployment: str, said: tuple[int, str]
) -> None:
    with hosted(doubles, "entra", user, **SIGN_IN, AZURE_OPENAI_DEPLOYMENT=deployment) as app:
        answers = [await app.ask("GET", "/api/ready") for _ in range(3)]
    assert {(answer.status, answer.json.get("code", "")) for answer in answers} == {said}
    assert tokens(doubles)[COGNITIVE_SERVICES] == 1


async def test_a_call_is_made_held_on_its_leash_and_hung_up_by_its_caller_only(
    doubles: AzureDoubles, realtime: Realtime, user: str
) -> None:
    with hosted(doubles, "entra", user, STRANGER, **SIGN_IN, **RELAY) as app:
        async with caller() as browser:
            assert (await app.ask("GET", "/api/config", person(user))).json["mode"] == "relay"
            answer = await dial(app, browser, person(user))
            await join(browser, answer)
            place, ends_at = answer.header("location"), float(answer.header("x-voicemint-expires-at") or "nan")
            assert place is not None
            assert realtime.calls == 1
            (message,) = queued(doubles, "POST")
            delay = int(parse_qs(urlsplit(message.target).query)["visibilitytimeout"][0])
            assert delay <= 900
            assert message.at + delay >= ends_at

            assert refusal(await app.ask("DELETE", place, person(STRANGER))) == (404, "unknown_call")
            assert refusal(await app.ask("DELETE", place)) == (401, "sign_in_required")
            assert realtime.calls == 1
            assert (await app.ask("DELETE", place, person(user))).status == 204
            await browser.wait(browser.closed)
        assert refusal(await app.ask("DELETE", place, person(user))) == (404, "unknown_call")
        assert (await app.ask("GET", "/api/ready")).status == 200
    # The host that reads the queue signs in for itself, with the same identity.
    assert tokens(doubles) == {COGNITIVE_SERVICES: 1, STORAGE: 2}
    assert doubles.identity.calls == 3


async def test_another_instance_ends_the_call_of_one_that_died(
    doubles: AzureDoubles, realtime: Realtime, user: str
) -> None:
    settings = {**SIGN_IN, **RELAY, "MAX_CALL_SECONDS": "10"}
    with hosted(doubles, "entra", user, **settings) as first, hosted(doubles, "entra", user, **settings) as second:
        async with caller() as browser:
            answer = await dial(first, browser, person(user))
            first.program.kill()
            await join(browser, answer)
            assert realtime.calls == 1
            await browser.wait(browser.closed)
    assert len(queued(doubles, "DELETE")) == 1
    assert '"call_ended"' in second.log
    assert '"leash"' in second.log
    assert '"call_ended"' not in first.log


async def test_a_key_from_the_vault_survives_its_rotation(doubles: AzureDoubles, realtime: Realtime, user: str) -> None:
    new_key = "0123456789abcdef0123456789abcdef-rotated"
    with hosted(doubles, "key_vault", user, new_key, **SIGN_IN) as app:
        before = await app.mint(person(user))
        doubles.vault.set(SECRET_NAME, new_key)
        realtime.take_only(new_key)
        after = await app.mint(person(user))
    assert (before.status, after.status) == (200, 200), after.text
    assert doubles.vault.reads == 2
    assert tokens(doubles) == {KEY_VAULT: 1, STORAGE: 1}


async def test_anybody_is_counted_by_address(doubles: AzureDoubles) -> None:
    here, there, later = "203.0.113.71", "198.51.100.23", "198.51.100.24"
    with hosted(doubles, "entra", here, there, later, **ANYBODY, RATE_LIMIT_PER_MINUTE="2") as app:
        for port in ("50311", "50312"):
            assert (await app.mint(address(f"{here}:{port}"))).status == 200
        limited = await app.mint(address(there, f"{here}:50313"))
        assert refusal(limited) == (429, "rate_limited")
        assert int(limited.header("retry-after") or "0") in range(1, 61)
        assert (await app.mint(address(f"{there}:50311"))).status == 200

        storage_of(doubles).down = True
        assert refusal(await app.mint(address(f"{later}:50311"))) == (503, "storage_unavailable")
        storage_of(doubles).down = False
        assert (await app.mint(address(f"{later}:50311"))).status == 200
        assert refusal(await app.mint(address(f"{here}:50314"))) == (429, "rate_limited")


async def test_without_the_role_on_the_table_nothing_is_minted(doubles: AzureDoubles, user: str) -> None:
    doubles.identity.roles.discard(TABLES_USER)
    with hosted(doubles, "entra", user, **SIGN_IN) as app:
        answer = await app.mint(person(user))
        assert refusal(answer) == (503, "storage_unavailable")
        assert answer.json["hint"] == StorageUnavailable.default_hint
        assert doubles.openai_server.connections == 0
        doubles.identity.roles.add(TABLES_USER)
        assert (await app.mint(person(user))).status == 200
    assert '"upstream_status": 403' in app.log


async def test_without_the_role_on_the_queue_no_call_is_left(
    doubles: AzureDoubles, realtime: Realtime, user: str
) -> None:
    doubles.identity.roles.discard(QUEUES_USER)
    with hosted(doubles, "entra", user, **SIGN_IN, **RELAY, MAX_CONCURRENT_CALLS="1") as app:
        async with caller() as browser:
            answer = await app.call(browser.connection.localDescription.sdp, person(user))
            assert refusal(answer) == (503, "storage_unavailable")
            assert answer.json["hint"] == StorageUnavailable.default_hint
            assert realtime.calls == 0
            doubles.identity.roles.add(QUEUES_USER)
            await dial(app, browser, person(user))
            assert realtime.calls == 1
    assert "Queue voicemint-call-ends is out of reach" in app.log
