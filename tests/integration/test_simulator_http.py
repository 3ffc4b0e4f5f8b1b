"""The routes of the offline service, called in process: mint, calls, hang-up, knobs, and their refusals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.realtime import ClientSecretCreateResponse

from simulator.clock import ManualClock
from simulator.knobs import Fault, Knobs
from simulator.wire.service import build
from tests.canaries import CANARY_INSTRUCTIONS
from tests.integration.offline_resource import KEY, TOKEN, new_resource
from tests.integration.serving import serving

pytestmark = pytest.mark.anyio
MINT = "/openai/v1/realtime/client_secrets"
CALLS = "/openai/v1/realtime/calls"
SESSION = {"type": "realtime", "model": "gpt-realtime"}
ALLOWED = {"api-key": KEY}


class Rig:
    """A client of a fresh service whose clock stands still."""

    def __init__(self, client_host: str = "127.0.0.1") -> None:
        self.clock = ManualClock()
        self.resource = new_resource(clock=self.clock, knobs=Knobs())
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(build(self.resource), client=(client_host, 50_000)),
            base_url="http://127.0.0.1:8090",
        )

    async def mint(self, session: object = SESSION, **more: Any) -> httpx.Response:
        return await self.http.post(MINT, headers=ALLOWED, json={"session": session, **more})

    async def offer(self, secret: str, content: bytes | str = b"", query: str = "") -> httpx.Response:
        headers = {"authorization": f"Bearer {secret}", "content-type": "application/sdp"}
        return await self.http.post(CALLS + query, headers=headers, content=content)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    one = Rig()
    yield one
    await one.http.aclose()


def error_of(reply: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = reply.json()["error"]
    return error


async def test_a_mint_answers_as_recorded(rig: Rig) -> None:
    reply = await rig.mint(
        {**SESSION, "instructions": "Be brief."}, expires_after={"anchor": "created_at", "seconds": 60}
    )
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    ClientSecretCreateResponse.model_validate(body, strict=True)
    assert body["expires_at"] == int(rig.clock.time()) + 60
    assert body["session"]["instructions"] == "Be brief."
    assert (body["session"]["object"], body["session"]["expires_at"]) == ("realtime.session", 0)


async def test_every_answer_has_the_recorded_headers(rig: Rig) -> None:
    for reply in (await rig.mint(), await rig.http.post(MINT), await rig.http.get("/nowhere")):
        assert {
            "apim-request-id",
            "azureml-served-by-cluster",
            "openai-processing-ms",
            "openai-version",
            "strict-transport-security",
        } <= set(reply.headers)
        assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, 200, None),
        ({"authorization": f"Bearer {KEY}"}, 200, None),
        ({}, 401, "401"),
        ({"api-key": "wrong"}, 401, "401"),
        ({"authorization": "Bearer wrong"}, 401, "401"),
        ({"authorization": f"Bearer {TOKEN}-without-role"}, 401, "PermissionDenied"),
        ({"authorization": f"Bearer {TOKEN}-from-abroad"}, 400, "400"),
    ],
)
async def test_who_may_mint(rig: Rig, headers: dict[str, str], status: int, code: str | None) -> None:
    reply = await rig.http.post(MINT, headers=headers, json={"session": SESSION})
    assert reply.status_code == status
    assert code is None or error_of(reply)["code"] == code


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        ({}, 400, "InvalidSessionType", "session.type"),
        ({"session": {"model": "gpt-realtime"}}, 400, "InvalidSessionType", "session.type"),
        ({"session": []}, 400, "invalid_type", "session"),
        ({"session": SESSION, "model": "x"}, 400, "unknown_parameter", "model"),
        ({"session": {**SESSION, "voice": "ash"}}, 400, "unknown_parameter", "session.voice"),
        ({"session": {**SESSION, "model": "missing"}}, 404, "DeploymentNotFound", None),
        ({"session": {**SESSION, "model": "text"}}, 400, "OpperationNotSupported", None),
        ({"session": {**SESSION, "model": "gpt-realtime-whisper"}}, 400, "OpperationNotSupported", None),
        ({"session": SESSION, "expires_after": {"seconds": 9}}, 400, "invalid_value", "expires_after.seconds"),
        ({"session": SESSION, "expires_after": {"seconds": 7201}}, 400, "invalid_value", "expires_after.seconds"),
        ({"session": SESSION, "expires_after": {"anchor": "now"}}, 400, "invalid_value", "expires_after.anchor"),
        ([], 400, "invalid_type", None),
    ],
)
async def test_what_cannot_be_minted(rig: Rig, body: object, status: int, code: str, param: str | None) -> None:
    reply = await rig.http.post(MINT, headers=ALLOWED, json=body)
    assert (reply.status_code, error_of(reply)["code"], error_of(reply).get("param")) == (status, code, param)


async def test_the_model_behind_a_deployment_decides_its_session(rig: Rig) -> None:
    session = (await rig.mint({**SESSION, "model": "reasons", "reasoning": {"effort": "high"}})).json()["session"]
    assert (session["model"], session["reasoning"]) == ("reasons", {"effort": "high"})


async def test_a_missing_transcription_deployment_does_not_stop_the_mint(rig: Rig) -> None:
    session = {**SESSION, "audio": {"input": {"transcription": {"model": "missing"}}}}
    assert (await rig.mint(session)).status_code == 200


async def test_a_transcription_session_can_be_minted(rig: Rig) -> None:
    session = {"type": "transcription", "audio": {"input": {"transcription": {"model": "transcribe"}}}}
    body = (await rig.mint(session)).json()
    ClientSecretCreateResponse.model_validate(body, strict=True)
    assert body["session"]["object"] == "realtime.transcription_session"


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null"])
async def test_a_body_that_is_no_session_is_a_400(rig: Rig, content: bytes) -> None:
    reply = await rig.http.post(MINT, headers=ALLOWED, content=content)
    assert reply.status_code == 400
    assert error_of(reply)["type"] == "invalid_request_error"


async def test_a_body_beyond_the_bound_is_a_413(rig: Rig) -> None:
    reply = await rig.http.post(MINT, headers=ALLOWED, content=b" " * (16 * 1024 * 1024 + 1))
    assert reply.status_code == 413


async def test_too_many_mints_a_minute_are_throttled(rig: Rig) -> None:
    rig.resource.knobs.requests_per_minute = 2
    assert [(await rig.mint()).status_code for _ in range(3)] == [200, 200, 429]
    await rig.clock.advance(20)
    reply = await rig.mint()
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "40")
    await rig.clock.advance(40)
    assert (await rig.mint()).status_code == 200


async def test_added_latency_is_waited_for(rig: Rig) -> None:
    rig.resource.knobs.mint_latency_ms = 1_500
    minting = asyncio.create_task(rig.mint())
    await rig.clock.advance(1.4)
    assert not minting.done()
    await rig.clock.advance(0.1)
    reply = await minting
    assert reply.headers["openai-processing-ms"] == "1500"


async def test_a_preflight_allows_two_headers_and_no_other(rig: Rig) -> None:
    reply = await rig.http.options(CALLS, headers={"origin": "http://page", "access-control-request-method": "POST"})
    assert (reply.status_code, reply.text) == (200, "")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-headers"] == "authorization,content-type"


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"api-key": KEY}, "Realtime session ephemeral token is required."),
        ({"authorization": f"Bearer {TOKEN}"}, "This operation requires ephemeral tokens for authentication."),
        ({"authorization": f"Bearer {KEY}"}, "This operation requires ephemeral tokens for authentication."),
        ({"authorization": "Bearer ek_garbage"}, "The client secret is invalid or has expired."),
        ({}, "Access denied"),
    ],
)
async def test_only_a_client_secret_opens_a_call(rig: Rig, headers: dict[str, str], message: str) -> None:
    reply = await rig.http.post(CALLS, headers=headers, content=b"v=0")
    assert reply.status_code == 401
    assert error_of(reply)["message"].startswith(message)
    assert reply.headers["access-control-allow-origin"] == "*"


async def test_an_expired_secret_opens_nothing(rig: Rig) -> None:
    secret = (await rig.mint(expires_after={"seconds": 10})).json()["value"]
    await rig.clock.advance(10)
    assert (await rig.offer(secret, b"v=0")).status_code == 401


@pytest.mark.parametrize(
    "offer",
    [
        b"",
        b"\xff",
        b"hello",
        b'{"sdp":"v=0"}',
        b"v=0\r\n",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n",
    ],
)
async def test_a_bad_offer_is_refused_and_leaves_nothing(rig: Rig, offer: bytes) -> None:
    secret = (await rig.mint()).json()["value"]
    reply = await rig.offer(secret, offer)
    assert (reply.status_code, error_of(reply)["code"]) == (400, "invalid_offer")
    assert rig.resource.live.describe() == []


async def test_an_offer_beyond_the_bound_is_a_413(rig: Rig) -> None:
    secret = (await rig.mint()).json()["value"]
    assert (await rig.offer(secret, b"v" * (256 * 1024 + 1))).status_code == 413


async def test_a_machine_without_aiortc_says_so(rig: Rig) -> None:
    secret = (await rig.mint()).json()["value"]
    rig.resource.webrtc = False
    reply = await rig.offer(secret, b"v=0")
    assert (reply.status_code, error_of(reply)["code"]) == (503, "webrtc_unavailable")


async def test_an_unknown_call_cannot_be_hung_up(rig: Rig) -> None:
    path = f"{CALLS}/rtc_{'0' * 32}/hangup"
    assert (await rig.http.post(path, headers=ALLOWED)).status_code == 404
    assert (await rig.http.post(path)).status_code == 401


async def test_unknown_paths_and_methods(rig: Rig) -> None:
    assert error_of(await rig.http.get("/openai/v1/realtime/elsewhere"))["code"] == "404"
    assert (await rig.http.get(MINT)).status_code == 405
    assert (await rig.http.options(MINT)).status_code == 405


@pytest.mark.parametrize(("on", "path"), [("mint", MINT), ("calls", CALLS), ("hangup", f"{CALLS}/x/hangup")])
async def test_a_fault_comes_before_everything_else(rig: Rig, on: str, path: str) -> None:
    rig.resource.knobs.faults = [Fault(on, "throttled", retry_after=3)]
    reply = await rig.http.post(path)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "3")


async def test_a_reset_drops_the_connection_in_the_middle_of_the_body() -> None:
    resource = new_resource(knobs=Knobs(faults=[Fault("mint", "reset")]))
    async with serving(resource) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(MINT, headers=ALLOWED, json={"session": SESSION})
        assert (await http.post(MINT, headers=ALLOWED, json={"session": SESSION})).status_code == 200


async def test_knobs_are_read_and_turned_over_http(rig: Rig) -> None:
    fault = {"on": "mint", "kind": "500", "times": 1}
    reply = await rig.http.put("/simulator/knobs", json={"think_ms": 50, "faults": [fault]})
    assert reply.status_code == 200
    assert reply.json() == (await rig.http.get("/simulator/knobs")).json()
    assert reply.json()["faults"] == [{**fault, "retry_after": None}]
    assert rig.resource.knobs.think_ms == 50
    assert [(await rig.mint()).status_code for _ in range(2)] == [500, 200]


@pytest.mark.parametrize(
    "wrong",
    [
        {"odd": 1},
        {"think_ms": -1},
        {"generation_speed": "fast"},
        {"faults": [{"on": "mint"}]},
        {"faults": [{"on": "kitchen", "kind": "500"}]},
        {"faults": [{"on": "mint", "kind": "on fire"}]},
        [],
    ],
)
async def test_a_wrong_knob_turns_nothing(rig: Rig, wrong: object) -> None:
    before = (await rig.http.get("/simulator/knobs")).json()
    assert (await rig.http.put("/simulator/knobs", json=wrong)).status_code == 400
    assert (await rig.http.get("/simulator/knobs")).json() == before


async def test_knobs_are_for_this_machine_only(rig: Rig) -> None:
    assert (await rig.http.get("/simulator/sessions", headers={"host": "rebound.example"})).status_code == 403
    far = Rig(client_host="192.0.2.7")
    for path in ("/simulator/knobs", "/simulator/sessions"):
        assert (await far.http.get(path)).status_code == 403
    assert (await far.http.put("/simulator/knobs", json={})).status_code == 403
    assert (await far.mint()).status_code == 200
    await far.http.aclose()


async def test_nothing_secret_is_in_a_refusal(rig: Rig) -> None:
    session = {**SESSION, "instructions": CANARY_INSTRUCTIONS, "voice": "x"}
    texts = [(await rig.mint(session)).text, (await rig.offer("ek_canarysecret", CANARY_INSTRUCTIONS)).text]
    for text in texts:
        assert "canary" not in text
        assert CANARY_INSTRUCTIONS not in text


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["session", "type", "model", "audio", "expires_after"]), inner, max_size=4
            )
        ),
        max_leaves=8,
    )
)
def test_any_json_is_minted_or_refused(body: object) -> None:
    async def attempt() -> httpx.Response:
        rig = Rig()
        async with rig.http as http:
            return await http.post(MINT, headers=ALLOWED, content=json.dumps(body))

    assert asyncio.run(attempt()).status_code in (200, 400, 404)
