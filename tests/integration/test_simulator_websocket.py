"""The WebSocket of the offline service over a real port: handshakes, sessions, sidebands, the official client."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from simulator.clock import ManualClock
from simulator.knobs import Fault, Knobs
from simulator.wire.resource import Resource
from tests.integration.offline_resource import HEARD, KEY, TOKEN, LoudIsSpeech, loud, new_resource, quiet
from tests.integration.serving import serving

pytestmark = pytest.mark.anyio
EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
PATIENCE_SECONDS = 30


class Rig:
    """A service on a port whose brain always has the same answer."""

    def __init__(self, resource: Resource, address: str) -> None:
        self.resource = resource
        self.address = address

    def open(self, query: str = "model=gpt-realtime", key: str = KEY, **more: Any) -> connect:
        headers = {"api-key": key} if key else {}
        return connect(
            f"ws://{self.address}/openai/v1/realtime?{query}",
            additional_headers={**headers, **more.pop("headers", {})},
            max_size=None,
            compression=None,
            **more,
        )

    async def refusal(self, query: str = "model=gpt-realtime", key: str = KEY, **more: Any) -> tuple[int, Any]:
        with pytest.raises(InvalidStatus) as caught:
            async with self.open(query, key, **more):
                pass
        response = caught.value.response
        return response.status_code, json.loads(response.body)["error"]["code"]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    resource = new_resource({"never said": ""}, knobs=Knobs(generation_speed=0))
    async with serving(resource) as address:
        yield Rig(resource, address)
    assert LoudIsSpeech.in_use == 0


async def receive(socket: ClientConnection) -> dict[str, Any]:
    """The next event, judged by the official package's types."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        event: dict[str, Any] = json.loads(await socket.recv())
    EVENT.validate_python(event)
    return event


async def receive_until(socket: ClientConnection, kind: str) -> list[dict[str, Any]]:
    events = [await receive(socket)]
    while events[-1]["type"] != kind:
        events.append(await receive(socket))
    return events


async def send(socket: ClientConnection, kind: str, **fields: Any) -> None:
    await socket.send(json.dumps({"type": kind, **fields}))


def kinds(events: list[dict[str, Any]]) -> list[str]:
    """Their types, without the deltas, whose number means nothing."""
    return [event["type"] for event in events if not event["type"].endswith(".delta")]


def said(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


async def test_the_first_frame_is_the_session(rig: Rig) -> None:
    async with rig.open() as socket:
        event = await receive(socket)
    assert event["type"] == "session.created"
    assert event["session"]["model"] == "gpt-realtime"
    assert event["session"]["expires_at"] > 0


async def test_a_typed_turn_is_answered_with_words_and_sound(rig: Rig) -> None:
    async with rig.open() as socket:
        await receive(socket)
        await send(socket, "conversation.item.create", item=said("hello"))
        await send(socket, "response.create")
        events = await receive_until(socket, "response.done")
    assert kinds(events) == [
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
    ]
    sound = [base64.b64decode(one["delta"]) for one in events if one["type"] == "response.output_audio.delta"]
    assert any(b"".join(sound))
    assert events[-1]["response"]["status"] == "completed"


async def test_a_spoken_turn_is_found_recognised_and_answered(rig: Rig) -> None:
    async with rig.open() as socket:
        await receive(socket)
        transcription = {"input": {"transcription": {"model": "transcribe"}}}
        await send(socket, "session.update", session={"type": "realtime", "audio": transcription})
        for piece in (quiet(300), loud(600), quiet(500)):
            await send(socket, "input_audio_buffer.append", audio=base64.b64encode(piece).decode())
        events = await receive_until(socket, "response.done")
    order = kinds(events)
    assert order[:4] == [
        "session.updated",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]
    completed = [one for one in events if one["type"].endswith("input_audio_transcription.completed")]
    assert [one["transcript"] for one in completed] == [HEARD]
    assert "response.created" in order


async def test_a_session_of_transcription_never_answers(rig: Rig) -> None:
    async with rig.open("intent=transcription") as socket:
        created = await receive(socket)
        assert created["session"]["type"] == "transcription"
        transcription = {"transcription": {"model": "gpt-realtime-whisper"}, "turn_detection": None}
        session = {"type": "transcription", "audio": {"input": transcription}}
        await send(socket, "session.update", session=session)
        await send(socket, "input_audio_buffer.append", audio=base64.b64encode(loud(600)).decode())
        await send(socket, "input_audio_buffer.commit")
        events = await receive_until(socket, "conversation.item.input_audio_transcription.completed")
        await send(socket, "input_audio_buffer.clear")
        events += await receive_until(socket, "input_audio_buffer.cleared")
    assert not [kind for kind in kinds(events) if kind.startswith("response.")]


async def test_a_wrong_frame_is_answered_and_the_socket_stays_open(rig: Rig) -> None:
    async with rig.open() as socket:
        await receive(socket)
        for frame in (
            "{",
            b"\x00\xff",
            json.dumps({"type": "odd"}),
            json.dumps({"type": "session.update", "session": {}}),
        ):
            await socket.send(frame)
            assert (await receive(socket))["type"] == "error"


async def test_the_key_may_come_three_ways_and_a_token_one(rig: Rig) -> None:
    ways: list[dict[str, Any]] = [
        {},
        {"key": "", "headers": {"authorization": f"Bearer {KEY}"}},
        {"key": "", "headers": {"authorization": f"Bearer {TOKEN}"}},
        {"key": "", "query": f"model=gpt-realtime&api-key={KEY}"},
    ]
    for way in ways:
        async with rig.open(**way) as socket:
            assert (await receive(socket))["type"] == "session.created"


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ({"key": "wrong"}, (401, "401")),
        ({"key": ""}, (401, "401")),
        ({"key": "", "headers": {"authorization": f"Bearer {TOKEN}-without-role"}}, (401, "PermissionDenied")),
        ({"key": "", "headers": {"authorization": f"Bearer {TOKEN}-from-abroad"}}, (400, "400")),
        ({"key": "", "headers": {"authorization": "Bearer ek_anything"}}, (401, "401")),
        ({"query": "model=gpt-realtime&api-" + "version=v1"}, (401, "401")),
        ({"query": "model=missing"}, (404, "DeploymentNotFound")),
        ({"query": "model=gpt-realtime-whisper"}, (400, "OpperationNotSupported")),
        ({"query": ""}, (400, "400")),
        ({"query": "model=gpt-realtime&intent=transcription"}, (400, "400")),
        ({"query": "intent=conversation"}, (400, "400")),
        ({"query": "call_id=rtc_unknown"}, (404, "call_not_found")),
    ],
)
async def test_a_handshake_fails_with_a_status(rig: Rig, way: dict[str, Any], expected: tuple[int, str]) -> None:
    assert await rig.refusal(**way) == expected
    assert rig.resource.live.describe() == []


async def test_a_throttled_handshake_says_how_long_to_wait(rig: Rig) -> None:
    rig.resource.knobs.faults = [Fault("realtime", "throttled", retry_after=5)]
    assert await rig.refusal() == (429, "429")
    async with rig.open() as socket:
        await receive(socket)


async def test_a_handshake_can_be_cut(rig: Rig) -> None:
    rig.resource.knobs.faults = [Fault("realtime", "reset")]
    with pytest.raises(InvalidMessage):
        await rig.open()


async def test_a_refused_handshake_has_the_recorded_headers(rig: Rig) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await rig.open(key="wrong")
    assert "apim-request-id" in caught.value.response.headers


async def test_the_realtime_subprotocol_is_taken_up(rig: Rig) -> None:
    async with rig.open(subprotocols=["realtime"]) as socket:
        assert socket.subprotocol == "realtime"
    async with rig.open() as socket:
        assert socket.subprotocol is None


async def test_leaving_frees_the_session(rig: Rig) -> None:
    async with rig.open() as socket:
        await receive(socket)
        [open_session] = rig.resource.live.describe()
        assert (open_session["kind"], open_session["call_id"]) == ("websocket", None)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await rig.resource.live.empty.wait()


async def test_a_frame_beyond_the_bound_ends_the_connection(rig: Rig) -> None:
    async with rig.open() as socket:
        await receive(socket)
        with pytest.raises(ConnectionClosed) as caught:
            await asyncio.gather(socket.send("x" * (22 * 1024 * 1024)), socket.recv())
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009


async def test_a_session_is_cut_when_its_time_is_up() -> None:
    clock = ManualClock()
    resource = new_resource(clock=clock, knobs=Knobs(max_session_seconds=60))
    async with serving(resource) as address, Rig(resource, address).open() as socket:
        await receive(socket)
        await clock.advance(60)
        assert (await receive(socket))["error"]["code"] == "session_expired"
        with pytest.raises(ConnectionClosed) as caught:
            await socket.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1000


async def test_no_more_sessions_than_the_bound() -> None:
    resource = new_resource()
    resource.live = type(resource.live)(resource.clock, limit=1)
    async with serving(resource) as address:
        rig = Rig(resource, address)
        async with rig.open() as socket:
            await receive(socket)
            assert await rig.refusal() == (429, "429")


async def test_the_official_client_talks_to_it(rig: Rig) -> None:
    client = AsyncOpenAI(api_key=KEY, base_url=f"http://{rig.address}/openai/v1")
    async with client, client.realtime.connect(model="gpt-realtime") as connection:
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        await connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
        )
        await connection.response.create()
        seen = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for event in connection:
                seen.append(event.type)
                if event.type == "response.output_text.done":
                    assert event.text == "That is all I was told to say."
                if event.type == "response.done":
                    break
    assert seen[:2] == ["session.created", "session.updated"]
    assert "response.output_text.delta" in seen


async def test_the_official_client_mints(rig: Rig) -> None:
    async with AsyncOpenAI(api_key=KEY, base_url=f"http://{rig.address}/openai/v1") as client:
        secret = await client.realtime.client_secrets.create(session={"type": "realtime", "model": "gpt-realtime"})
    assert secret.value.startswith("ek_")
