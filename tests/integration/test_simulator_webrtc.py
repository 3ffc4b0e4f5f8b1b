"""Calls over real WebRTC on loopback: a caller of its own against the service, scripted words, fake speech."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import aioice.ice
import httpx
import pytest
from websockets.asyncio.client import connect

from simulator.clock import ManualClock
from simulator.engine.event_filter import ALLOWED
from simulator.engine.session import Session
from simulator.knobs import Knobs
from simulator.parts import Answer, FunctionCall
from simulator.wire.service import build
from simulator.wire.webrtc import CONNECT_SECONDS
from tests.integration.caller import PATIENCE_SECONDS, Caller
from tests.integration.offline_resource import HEARD, KEY, LoudIsSpeech, new_resource
from tests.integration.serving import serving

pytestmark = pytest.mark.anyio
LONG = "word " * 200
SESSION = {
    "type": "realtime",
    "model": "gpt-realtime",
    "instructions": "Be brief.",
    "audio": {"input": {"transcription": {"model": "gpt-realtime-whisper"}}},
}
SHORT_ANSWER = "Half past nine."


class Rig:
    """A service on a port, and callers that are closed afterwards."""

    def __init__(self, address: str, resource: Any, http: httpx.AsyncClient) -> None:
        self.address = address
        self.resource = resource
        self.http = http
        self.callers: list[Caller] = []

    async def secret(self, **fields: Any) -> str:
        reply = await self.http.post(
            "/openai/v1/realtime/client_secrets", headers={"api-key": KEY}, json={"session": {**SESSION, **fields}}
        )
        value: str = reply.json()["value"]
        return value

    def caller(self, label: str = "oai-events", *, speaks: bool = True) -> Caller:
        self.callers.append(Caller(self.http, label, speaks=speaks))
        return self.callers[-1]

    async def call(self, query: str = "", **fields: Any) -> tuple[Caller, str]:
        """A connected caller, and the id of the call."""
        caller = self.caller()
        reply = await caller.call(await self.secret(**fields), query)
        return caller, reply.headers["location"].rpartition("/")[2]

    def sideband(self, call_id: str) -> connect:
        url = f"ws://{self.address}/openai/v1/realtime?call_id={call_id}"
        return connect(url, additional_headers={"api-key": KEY})

    async def freed(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.resource.live.empty.wait()


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    script = {HEARD: SHORT_ANSWER, "long": LONG, "purple": Answer(calls=(FunctionCall("paint", {"color": "purple"}),))}
    resource = new_resource(script, knobs=Knobs(generation_speed=0))
    async with serving(resource) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:
        one = Rig(address, resource, http)
        yield one
        for caller in one.callers:
            await caller.close()
        await one.freed()
    assert LoudIsSpeech.in_use == 0


def said(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in events]


async def test_the_answer_is_shaped_as_recorded(rig: Rig) -> None:
    secret = await rig.secret()
    reply = await rig.caller("realtime-channel").call(secret, "?model=anything")
    assert re.fullmatch(r"/v1/realtime/calls/rtc_[0-9a-f]{32}", reply.headers["location"])
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-expose-headers"] == "Location,X-Request-Id"
    assert reply.headers["timing-allow-origin"] == "*"
    sdp = reply.text
    assert re.search(r"m=audio \d+ UDP/TLS/RTP/SAVPF (\d+).*\r\n(.*\r\n)*a=rtpmap:\1 opus/48000/2", sdp)
    assert "a=setup:active" in sdp
    assert "webrtc-datachannel" in sdp
    assert re.search(r"a=candidate:.* 127\.0\.0\.1 \d+ typ host", sdp)
    assert "srflx" not in sdp
    assert "G722" not in sdp


async def test_the_first_event_is_the_minted_session(rig: Rig) -> None:
    caller, _ = await rig.call()
    created = await caller.receive()
    assert created["type"] == "session.created"
    assert created["session"]["instructions"] == "Be brief."
    assert created["session"]["audio"]["input"]["transcription"]["model"] == "gpt-realtime-whisper"


async def test_a_secret_opens_several_calls_and_the_first_has_its_session_id(rig: Rig) -> None:
    reply = await rig.http.post(
        "/openai/v1/realtime/client_secrets", headers={"api-key": KEY}, json={"session": SESSION}
    )
    ids = []
    for caller in (rig.caller(), rig.caller()):
        await caller.call(reply.json()["value"])
        ids.append((await caller.receive())["session"]["id"])
    assert ids[0] == reply.json()["session"]["id"]
    assert ids[1] != ids[0]


async def test_a_spoken_question_gets_a_spoken_answer(rig: Rig) -> None:
    caller, _ = await rig.call()
    await caller.receive()
    caller.microphone.speaking = True
    events = await caller.receive_until("input_audio_buffer.speech_started")
    caller.microphone.speaking = False
    events += await caller.receive_until("output_audio_buffer.stopped")
    await caller.wait(caller.heard_sound)
    order = kinds(events)
    assert "response.output_audio.delta" not in order
    assert order.index("response.output_audio_transcript.delta") < order.index("output_audio_buffer.started")
    assert order.index("output_audio_buffer.started") < order.index("response.output_audio.done")
    assert order.index("response.done") < order.index("output_audio_buffer.stopped")
    transcripts = [one["transcript"] for one in events if one["type"].endswith("transcription.completed")]
    assert transcripts == [HEARD]
    spoken = [one["transcript"] for one in events if one["type"] == "response.output_audio_transcript.done"]
    assert spoken == [SHORT_ANSWER]


async def test_a_barge_in_silences_the_answer(rig: Rig) -> None:
    caller, _ = await rig.call()
    await caller.receive()
    caller.send("conversation.item.create", item=said("a long one"))
    caller.send("response.create")
    await caller.receive_until("output_audio_buffer.started")
    await caller.wait(caller.heard_sound)
    caller.microphone.speaking = True
    events = await caller.receive_until("conversation.item.truncated")
    await caller.wait(caller.heard_silence)
    order = kinds(events)
    assert "input_audio_buffer.speech_started" in order
    assert "output_audio_buffer.cleared" in order
    heard_ms = events[-1]["audio_end_ms"]
    assert 0 < heard_ms < len(LONG.split()) * 100


async def test_a_client_can_stop_the_answer(rig: Rig) -> None:
    caller, _ = await rig.call()
    await caller.receive()
    caller.send("conversation.item.create", item=said("a long one"))
    caller.send("response.create")
    await caller.receive_until("output_audio_buffer.started")
    caller.send("output_audio_buffer.clear")
    await caller.receive_until("output_audio_buffer.cleared")
    await caller.wait(caller.heard_silence)


async def test_a_tool_is_called_and_its_result_answered(rig: Rig) -> None:
    tool = {"type": "function", "name": "paint", "parameters": {"type": "object", "properties": {}}}
    caller, _ = await rig.call(tools=[tool])
    await caller.receive()
    caller.send("conversation.item.create", item=said("purple please"))
    caller.send("response.create")
    events = await caller.receive_until("response.done")
    [call] = events[-1]["response"]["output"]
    assert (call["type"], call["name"]) == ("function_call", "paint")
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "done"}
    caller.send("conversation.item.create", item=output)
    caller.send("response.create")
    events = await caller.receive_until("response.done")
    assert events[-1]["response"]["status"] == "completed"


async def test_the_filter_lets_eleven_kinds_through(rig: Rig) -> None:
    caller, call_id = await rig.call("?webrtcfilter=on")
    async with rig.sideband(call_id) as sideband:
        caller.send("conversation.item.create", item=said(HEARD))
        caller.send("response.create")
        events = await caller.receive_until("output_audio_buffer.stopped")
        seen_by_sideband = [await sideband.recv()]
        while '"response.done"' not in str(seen_by_sideband[-1]):
            seen_by_sideband.append(await sideband.recv())
    assert set(kinds(events)) <= ALLOWED
    assert "response.output_audio_transcript.done" in kinds(events)
    assert not [one for one in seen_by_sideband if "response.output_audio.delta" in str(one)]


async def test_a_sideband_sees_and_steers_the_call_and_may_leave(rig: Rig) -> None:
    caller, call_id = await rig.call()
    created = await caller.receive()
    async with rig.sideband(call_id) as sideband:
        await sideband.send('{"type":"session.update","session":{"type":"realtime","instructions":"Be long."}}')
        first = str(await sideband.recv())
        assert '"session.updated"' in first
        assert created["session"]["id"] in first
        assert (await caller.receive())["session"]["instructions"] == "Be long."
    caller.send("input_audio_buffer.clear")
    assert (await caller.receive())["type"] == "input_audio_buffer.cleared"


async def test_hanging_up_ends_call_and_sideband(rig: Rig) -> None:
    caller, call_id = await rig.call()
    async with rig.sideband(call_id) as sideband:
        reply = await rig.http.post(f"/openai/v1/realtime/calls/{call_id}/hangup", headers={"api-key": KEY})
        assert (reply.status_code, reply.content) == (200, b"")
        await caller.wait(caller.closed)
        async for _ in sideband:
            pass
        assert sideband.close_code == 1000
    await rig.freed()
    again = await rig.http.post(f"/openai/v1/realtime/calls/{call_id}/hangup", headers={"api-key": KEY})
    assert again.status_code == 404


async def test_a_caller_that_leaves_frees_everything(rig: Rig) -> None:
    caller, call_id = await rig.call()
    await caller.receive()
    [live] = rig.resource.live.describe()
    assert (live["kind"], live["call_id"], live["type"]) == ("webrtc", call_id, "realtime")
    await caller.close()
    await rig.freed()
    assert LoudIsSpeech.in_use == 0


async def test_a_caller_that_vanishes_is_noticed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed browser says no goodbye: only its consent runs out. Half a minute in life, quicker here."""
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.05)
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 1)
    caller, _ = await rig.call()
    await caller.receive()
    caller.vanish()
    await rig.freed()


async def test_an_offer_that_nobody_follows_up_is_forgotten() -> None:
    clock = ManualClock()
    resource = new_resource(clock=clock)
    transport = httpx.ASGITransport(build(resource))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        rig = Rig("", resource, http)
        caller = rig.caller()
        await caller.connection.setLocalDescription(await caller.connection.createOffer())
        headers = {"authorization": f"Bearer {await rig.secret()}"}
        reply = await http.post(
            "/openai/v1/realtime/calls", headers=headers, content=caller.connection.localDescription.sdp
        )
        assert reply.status_code == 201
        await clock.advance(CONNECT_SECONDS - 1)
        assert len(resource.live.describe()) == 1
        await clock.advance(1)
        await rig.freed()
        await caller.close()


async def test_stopping_the_service_ends_every_call() -> None:
    resource = new_resource(knobs=Knobs(generation_speed=0))
    async with serving(resource) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:
        rig = Rig(address, resource, http)
        caller, call_id = await rig.call()
        async with rig.sideband(call_id):
            assert len(resource.live.describe()) == 1
    assert resource.live.empty.is_set()
    await caller.wait(caller.closed)
    await caller.close()


async def test_a_fault_inside_ends_the_call_and_is_logged(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(session: Session, pcm: bytes) -> None:
        raise RuntimeError("a fault of the engine")

    monkeypatch.setattr(Session, "hear", broken)
    caller, _ = await rig.call()
    await caller.wait(caller.closed)
    await rig.freed()
    assert "A call failed." in caplog.text


async def test_a_caller_without_a_microphone_can_type(rig: Rig) -> None:
    caller = rig.caller(speaks=False)
    await caller.call(await rig.secret())
    await caller.receive()
    caller.send("conversation.item.create", item=said(HEARD))
    caller.send("response.create")
    await caller.wait(caller.heard_sound)


async def test_a_call_is_cut_when_its_time_is_up(rig: Rig) -> None:
    rig.resource.knobs.max_session_seconds = 0.5
    caller, _ = await rig.call()
    events = await caller.receive_until("error")
    assert events[-1]["error"]["code"] == "session_expired"
    await caller.wait(caller.closed)


async def test_a_long_event_reaches_the_caller(rig: Rig) -> None:
    """As large as aiortc's own limit allows, which is also Chromium's."""
    instructions = "é" * 60_000
    caller, _ = await rig.call(instructions=instructions)
    assert (await caller.receive())["session"]["instructions"] == instructions


async def test_an_event_too_large_for_the_channel_becomes_an_error(rig: Rig) -> None:
    tools = [{"type": "function", "name": f"tool_{index}", "description": "d" * 16_000} for index in range(20)]
    caller, _ = await rig.call(tools=tools)
    assert (await caller.receive())["error"]["code"] == "event_too_large"
    caller.send("input_audio_buffer.clear")
    assert (await caller.receive())["type"] == "input_audio_buffer.cleared"
