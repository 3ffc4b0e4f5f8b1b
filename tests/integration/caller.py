"""A real WebRTC caller, in process: a microphone that can be loud or quiet, a data channel, an ear for the answer."""

from __future__ import annotations

import array
import asyncio
import json
from fractions import Fraction
from typing import Any

import av
import httpx
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

RATE = 24_000
FRAME = RATE // 50
PATIENCE_SECONDS = 30
EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


class Microphone(MediaStreamTrack):
    """20 ms frames in real time, loud while `speaking`."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.speaking = False
        self._sent = 0
        self._start: float | None = None

    async def recv(self) -> av.AudioFrame:
        now = asyncio.get_running_loop().time()
        self._start = self._start if self._start is not None else now
        await asyncio.sleep(self._start + self._sent / RATE - now)
        if self.readyState != "live":
            raise MediaStreamError
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME)
        wave = [9_000] * 20 + [-9_000] * 20 if self.speaking else [0] * 40
        frame.planes[0].update(array.array("h", wave * (FRAME // 40)).tobytes())
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = self._sent
        self._sent += FRAME
        return frame


class Caller:
    """One call. `events` are judged by the official package's types as they come in."""

    def __init__(self, http: httpx.AsyncClient, label: str = "oai-events", *, speaks: bool = True) -> None:
        self.http = http
        self.microphone = Microphone()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        if speaks:
            self.connection.addTrack(self.microphone)
        else:
            self.connection.addTransceiver("audio", direction="recvonly")
        self.channel: RTCDataChannel = self.connection.createDataChannel(label)
        self.heard_sound = asyncio.Event()
        self.heard_silence = asyncio.Event()
        self.closed = asyncio.Event()
        self.opened = asyncio.Event()
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._listening: asyncio.Task[None] | None = None
        self.channel.on("open", self.opened.set)
        self.channel.on("message", self._on_message)
        self.connection.on("track", self._on_track)
        self.connection.on("connectionstatechange", self._on_state)

    async def call(self, secret: str, query: str = "") -> httpx.Response:
        """Offer, take the answer, and wait for the data channel."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        reply = await self.http.post(
            f"/openai/v1/realtime/calls{query}",
            headers={"authorization": f"Bearer {secret}", "content-type": "application/sdp"},
            content=self.connection.localDescription.sdp,
        )
        assert reply.status_code == 201, reply.text
        await self.connection.setRemoteDescription(RTCSessionDescription(reply.text, "answer"))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.opened.wait()
        return reply

    def send(self, kind: str, **fields: Any) -> None:
        self.channel.send(json.dumps({"type": kind, **fields}))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._events.get()

    async def receive_until(self, kind: str) -> list[dict[str, Any]]:
        events = [await self.receive()]
        while events[-1]["type"] != kind:
            events.append(await self.receive())
        return events

    async def wait(self, event: asyncio.Event) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await event.wait()

    def vanish(self) -> None:
        """Stop answering without a word, as a killed browser does."""
        for transceiver in self.connection.getTransceivers():
            for protocol in transceiver.sender.transport.transport._connection._protocols:
                protocol.transport.abort()

    async def close(self) -> None:
        await self.connection.close()
        if self._listening is not None:
            await self._listening

    def _on_message(self, text: str) -> None:
        event = json.loads(text)
        EVENT.validate_python(event)
        self._events.put_nowait(event)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        """Notes sound, and the silence after it."""
        while True:
            try:
                frame: Any = await track.recv()
            except MediaStreamError:
                return
            if abs(frame.to_ndarray()).max() > 1_000:
                self.heard_silence.clear()
                self.heard_sound.set()
            elif self.heard_sound.is_set():
                self.heard_silence.set()

    def _on_state(self) -> None:
        if self.connection.connectionState == "closed":
            self.closed.set()
