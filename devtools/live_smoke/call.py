"""A WebRTC call of the smoke script: a microphone that can repeat what was heard, and every event in order.

The voice that interrupts is the service's own, recorded from its first answer: real speech, and no file to carry along.
"""

from __future__ import annotations

import array
import asyncio
import json
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any

import av
import httpx
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from devtools.live_smoke.resource import Resource, call_id

RATE = 48_000
FRAME = RATE // 50
LOUD = 1_000
MOST_HEARD = 2 * RATE * 5
"""Bytes of speech that are kept: five seconds interrupt anybody."""

OPEN_SECONDS = 20.0


class Microphone(MediaStreamTrack):
    """20 ms frames in real time: what is in `playing`, then silence."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.playing = bytearray()
        self._sent = 0
        self._start: float | None = None

    async def recv(self) -> av.AudioFrame:
        now = asyncio.get_running_loop().time()
        self._start = now if self._start is None else self._start
        await asyncio.sleep(max(0.0, self._start + self._sent / RATE - now))
        if self.readyState != "live":
            raise MediaStreamError
        piece = bytes(self.playing[: 2 * FRAME])
        del self.playing[: 2 * FRAME]
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME)
        frame.planes[0].update(piece.ljust(2 * FRAME, b"\0"))
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = self._sent
        self._sent += FRAME
        return frame


class Call:
    """One call. `events` are the kinds that came over the data channel, in order, with their content."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.id = ""
        self.events: list[dict[str, Any]] = []
        self.heard = bytearray()
        self.closed = asyncio.Event()
        self.microphone = Microphone()
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.addTrack(self.microphone)
        self._channel: RTCDataChannel = self._peer.createDataChannel("realtime-channel")
        self._open = asyncio.Event()
        self._came = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._channel.on("open", self._open.set)
        self._channel.on("close", self.closed.set)
        self._channel.on("message", self._note)
        self._peer.on("track", self._hear)
        self._peer.on("connectionstatechange", self._on_state)

    async def offer(self) -> str:
        """The SDP that a browser would post."""
        await self._peer.setLocalDescription(await self._peer.createOffer())
        sdp: str = self._peer.localDescription.sdp
        return sdp

    async def connect(self, secret: str, query: str = "", origin: str = "") -> httpx.Response:
        """Offer, take the answer, wait for the data channel. Raises `httpx.HTTPStatusError` or `TimeoutError`."""
        reply = await self.resource.offer(await self.offer(), secret, query, origin)
        reply.raise_for_status()
        self.id = call_id(reply)
        await self._peer.setRemoteDescription(RTCSessionDescription(reply.text, "answer"))
        async with asyncio.timeout(OPEN_SECONDS):
            await self._open.wait()
        return reply

    def send(self, kind: str, **fields: Any) -> None:
        """One event to the service."""
        self._channel.send(json.dumps({"type": kind, **fields}))

    def ask(self, words: str) -> None:
        """Type `words` and have them answered."""
        content = [{"type": "input_text", "text": words}]
        self.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})
        self.send("response.create")

    async def until(self, kinds: Collection[str], seconds: float, after: int = 0) -> bool:
        """Whether all of `kinds` come within `seconds`, counting from the event with the index `after`."""
        return await self._wait(lambda: set(kinds) <= {event["type"] for event in self.events[after:]}, seconds)

    async def ended(self, seconds: float) -> bool:
        """Whether the call closes within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self.closed.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Hang up as a closed tab does."""
        await self._peer.close()
        if self._listening is not None:
            await self._listening

    async def _wait(self, done: Callable[[], bool], seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            return False
        return True

    def _note(self, text: str) -> None:
        self.events.append(json.loads(text))
        self._came.set()

    def _hear(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        mono = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        while True:
            try:
                frame: Any = await track.recv()
            except MediaStreamError:
                return
            for plain in mono.resample(frame):
                pcm = bytes(plain.planes[0])[: 2 * plain.samples]
                if len(self.heard) < MOST_HEARD and max(map(abs, array.array("h", pcm)), default=0) > LOUD:
                    self.heard += pcm

    def _on_state(self) -> None:
        if self._peer.connectionState in ("closed", "failed"):
            self.closed.set()
