"""The routes' functions: one app for all requests of a loop, and health without any."""

from __future__ import annotations

import asyncio
import json
import re
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from azure.core.exceptions import DecodeError

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.mint_support import ENVIRON, KEY_VAULT, FakeAzure, FakeSdk, app, minted, request
from tests.principals import principal
from voicemint import __version__, routes
from voicemint.app import App
from voicemint.errors import (
    CredentialsUnavailable,
    InternalError,
    NotConfigured,
    SignInRequired,
    UnknownCall,
    UpstreamUnreachable,
    WrongCallMode,
)
from voicemint.leash.leashed_call import LeashedCall, encode
from voicemint.setting_list import SETTINGS
from voicemint.settings import HOSTED_MARKS

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def fresh(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    for name in [*HOSTED_MARKS, "WEBSITE_HOSTNAME", *(setting.name for setting in SETTINGS)]:
        monkeypatch.delenv(name, raising=False)
    yield
    await routes.close()


async def test_health_needs_no_settings() -> None:
    health = await routes.health(request(method="GET"))

    assert (health.status, health.version) == ("ok", __version__)


async def test_without_settings_the_rest_says_what_is_missing() -> None:
    for route in (routes.create_session, routes.page_config):
        with pytest.raises(NotConfigured, match="AZURE_OPENAI_ENDPOINT is missing") as caught:
            await route(request())
        assert [name for name, _ in caught.value.faults] == ["AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_DEPLOYMENT"]


async def test_wrong_settings_are_found_out_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        with pytest.raises(NotConfigured):
            await routes.create_session(request())

    assert caplog.text.count("not_configured") == 1


async def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    first = await routes.page_config(request(method="GET"))
    monkeypatch.setenv("EVENT_FILTER", "private")

    assert await routes.page_config(request(method="GET")) is first
    assert caplog.text.count("started") == 1


async def test_building_is_the_cold_part_and_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    asked = request(method="GET")
    await routes.page_config(asked)

    assert asked.timing.header().startswith("cold;dur=")


async def test_an_adopted_app_serves() -> None:
    azure = FakeAzure()
    routes.adopt(app(azure, ManualClock()))
    reply = await routes.create_session(request())

    assert reply.persona == "assistant"
    assert len(azure.mints) == 1


async def test_closing_lets_the_next_request_build_anew() -> None:
    azure = FakeAzure()
    routes.adopt(app(azure, ManualClock()))
    await routes.close()
    await routes.close()

    assert azure.closed
    with pytest.raises(NotConfigured):
        await routes.page_config(request())


async def test_an_app_of_another_loop_is_left_alone() -> None:
    azure = FakeAzure()

    async def adopt_elsewhere() -> None:
        routes.adopt(app(azure, ManualClock()))

    await asyncio.to_thread(asyncio.run, adopt_elsewhere())
    with pytest.raises(NotConfigured):
        await routes.create_session(request())
    assert azure.requests == []


OFFER = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"
RELAY = {"CALL_MODE": "relay"}


def connected(_: httpx.Request) -> httpx.Response:
    headers = {"location": "/v1/realtime/calls/rtc_0123", "content-type": "application/sdp"}
    return httpx.Response(201, text="v=0\r\no=answer\r\n", headers=headers)


async def test_a_relayed_call_is_answered_with_an_sdp_and_where_to_hang_up() -> None:
    clock = ManualClock()
    azure = FakeAzure(minted(), connected)
    routes.adopt(app(azure, clock, **RELAY, MAX_CALL_SECONDS="600"))
    reply = await routes.start_call(request({"sdp": OFFER, "voice": "ash"}))
    mint, connect = azure.requests

    assert (reply.status, reply.media_type, reply.body) == (201, "application/sdp", b"v=0\r\no=answer\r\n")
    assert re.fullmatch("/api/call/[0-9a-f]{32}", reply.headers["Location"])
    allowed = int(reply.headers["X-Voicemint-Expires-At"]) - int(reply.headers["X-Voicemint-Server-Time"])
    assert allowed == 600
    assert json.loads(mint.content)["session"]["audio"]["output"]["voice"] == "ash"
    assert connect.content == OFFER.encode()
    assert connect.headers["content-type"] == "application/sdp"
    assert f"ek_{CANARY_TOKEN}" in connect.headers["authorization"]


async def test_a_relayed_call_can_be_hung_up_once() -> None:
    azure = FakeAzure(minted(), connected, httpx.Response(200))
    routes.adopt(app(azure, ManualClock(), **RELAY))
    started = await routes.start_call(request({"sdp": OFFER}))
    asked = replace(request(method="DELETE"), parameters={"id": started.headers["Location"].rpartition("/")[2]})
    reply = await routes.hang_up(asked)

    assert (reply.status, reply.body) == (204, b"")
    assert azure.requests[-1].url.path == "/openai/v1/realtime/calls/rtc_0123/hangup"
    with pytest.raises(UnknownCall):
        await routes.hang_up(asked)


async def test_a_call_is_hung_up_by_nobody_but_whoever_started_it() -> None:
    azure = FakeAzure(minted(), connected, httpx.Response(200))
    routes.adopt(app(azure, ManualClock(), **RELAY, REQUIRE_SIGN_IN="true", TRUST_CLIENT_PRINCIPAL="true"))
    starter, other = principal(user="0001"), principal(user="0002")
    started = await routes.start_call(request({"sdp": OFFER}, x_ms_client_principal=starter))
    place = {"id": started.headers["Location"].rpartition("/")[2]}
    asked = len(azure.requests)
    with pytest.raises(UnknownCall):
        await routes.hang_up(replace(request(method="DELETE", x_ms_client_principal=other), parameters=place))
    with pytest.raises(SignInRequired):
        await routes.hang_up(replace(request(method="DELETE"), parameters=place))
    assert len(azure.requests) == asked

    await routes.hang_up(replace(request(method="DELETE", x_ms_client_principal=starter), parameters=place))
    assert len(azure.requests) == asked + 1


@pytest.mark.parametrize(
    "call_id", ["", "rtc_0123", "0" * 31, "0" * 33, "../" * 10, "0" * 31 + "\n", "É" * 32, "0" * 32]
)
async def test_a_made_up_call_is_not_known(call_id: str) -> None:
    azure = FakeAzure()
    routes.adopt(app(azure, ManualClock(), **RELAY))
    with pytest.raises(UnknownCall):
        await routes.hang_up(replace(request(method="DELETE"), parameters={"id": call_id}))
    assert azure.requests == []


async def test_each_mode_has_its_own_way_to_start() -> None:
    azure = FakeAzure()
    routes.adopt(app(azure, ManualClock(), **RELAY))
    with pytest.raises(WrongCallMode):
        await routes.create_session(request())
    routes.adopt(app(azure, ManualClock()))
    with pytest.raises(WrongCallMode):
        await routes.start_call(request({"sdp": OFFER}))
    assert azure.requests == []


async def test_a_process_without_a_queue_ends_calls_itself() -> None:
    clock = ManualClock()
    azure = FakeAzure(minted(), connected)
    held: list[LeashedCall] = []

    class Note:
        async def hold(self, call: LeashedCall) -> None:
            held.append(call)

        async def check(self) -> None: ...

        async def close(self) -> None: ...

    routes.adopt(app(azure, clock, leash=Note(), **RELAY))
    await routes.start_call(request({"sdp": OFFER}))
    azure.answers = [httpx.Response(200)]
    await routes.end_call(encode(held[0]).encode())

    assert azure.requests[-1].url.path == "/openai/v1/realtime/calls/rtc_0123/hangup"


async def test_a_call_that_the_queue_cannot_end_is_logged_and_the_host_learns_no_cause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(ours: App, call: LeashedCall) -> None:
        raise RuntimeError(CANARY_KEY)

    clock = ManualClock()
    sdk = FakeSdk(clock)
    sdk.failures = [DecodeError(f"JSON is invalid: {CANARY_KEY}")]
    routes.adopt(app(FakeAzure(), clock, sdk=sdk, **RELAY, **KEY_VAULT))
    call = LeashedCall("a" * 32, "b" * 32, "rtc_0123", 1_800_000_000.0)
    for raised in (CredentialsUnavailable, InternalError):
        with pytest.raises(raised) as caught:
            await routes.end_call(encode(call).encode())
        assert CANARY_KEY not in "".join(traceback.format_exception(caught.value))
        monkeypatch.setattr(App, "end_call", stumble)

    assert caplog.text.count('"call_not_ended"') == 2
    assert CANARY_KEY not in caplog.text


async def test_the_queues_message_that_cannot_be_read_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    azure = FakeAzure()
    routes.adopt(app(azure, ManualClock(), **RELAY))
    await routes.end_call(b"hello")

    assert azure.requests == []
    assert "leash_unreadable" in caplog.text


async def test_ready_says_what_stands_in_the_way() -> None:
    clock = ManualClock()
    azure = FakeAzure(minted(), *[httpx.ConnectError("down")] * 5)
    routes.adopt(app(azure, clock))
    assert (await routes.ready(request(method="GET"))).status == "ready"
    asked = len(azure.requests)
    await routes.ready(request(method="GET"))
    assert len(azure.requests) == asked, "what was found is kept"
    await clock.advance(60)
    with pytest.raises(UpstreamUnreachable):
        await routes.ready(request(method="GET"))


async def test_the_document_is_there_without_settings() -> None:
    reply = await routes.openapi_document(request(method="GET"))

    assert json.loads(reply.body)["openapi"].startswith("3.1")


async def test_other_origins_are_told_even_when_a_preflight_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(method="OPTIONS", origin="https://talk.example", access_control_request_method="POST")
    assert routes.cross_origin(asked) == {"Vary": "Origin"}
    await routes.close()
    for name, value in {**ENVIRON, "ALLOWED_ORIGINS": "https://talk.example"}.items():
        monkeypatch.setenv(name, value)

    ordinary = routes.cross_origin(request(origin="https://talk.example"))
    assert ordinary == {"Vary": "Origin"}, "nothing is built for an ordinary reply"
    assert routes.cross_origin(asked)["Access-Control-Allow-Origin"] == "https://talk.example"
