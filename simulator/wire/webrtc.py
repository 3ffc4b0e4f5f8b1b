"""The service's end of a WebRTC call: one audio track each way, one data channel, one session.

aiortc does the protocol. This module offers 127.0.0.1 beside the host's addresses, feeds what it hears to the session,
speaks what the session plays, and ends the session when the peer is gone.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import aioice.ice
import av
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.jitterbuffer import JitterBuffer
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import SessionDescription

from simulator.clock import Clock
from simulator.engine.event_filter import filtered as only_allowed
from simulator.parts import SAMPLE_RATE, Event, Playback
from simulator.refusals import invalid_offer
from simulator.wire.playback import FRAME_BYTES, FRAME_MS, PacedPlayback

if TYPE_CHECKING:
    from aiortc.rtcdatachannel import RTCDataChannel

    from simulator.engine.session import Attachment, Session

CONNECT_SECONDS = 30.0
FLUSH_SECONDS = 1.0
MAX_WAITING_FRAMES = 1_000
MAX_BUFFERED_BYTES = 16 * 1024 * 1024
LATE_SECONDS = 0.5
OpenSession = Callable[[Playback], "tuple[Session, Callable[[], None]]"]
"""Gives the session that uses this playback, and what to call when its call is closed."""
_CODECS = ("audio/opus", "audio/PCMU", "audio/PCMA")
_JITTER_BUFFER = "_RTCRtpReceiver__jitter_buffer"
_log = logging.getLogger(__name__)
_host_addresses = aioice.ice.get_host_addresses


def _addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """The host's addresses and loopback. aioice leaves loopback out, Firefox refuses an offer of nothing else."""
    return [*_host_addresses(use_ipv4, use_ipv6), "127.0.0.1"]


aioice.ice.get_host_addresses = _addresses  # private to aioice, which is pinned for this reason


class SpokenTrack(MediaStreamTrack):
    """What the caller hears: a frame of the playback every 20 ms."""

    kind = "audio"

    def __init__(self, playback: PacedPlayback, clock: Clock) -> None:
        super().__init__()
        self._playback = playback
        self._clock = clock
        self._due: float | None = None
        self._samples = 0

    async def recv(self) -> av.AudioFrame:
        """The next frame, when it is due."""
        now = self._clock.monotonic()
        if self._due is None or now - self._due > LATE_SECONDS:
            self._due = now  # the machine stalled: go on from here instead of catching up in a burst
        await self._clock.sleep(self._due - now)
        if self.readyState != "live":
            raise MediaStreamError
        self._due += FRAME_MS / 1000
        # Stereo, since aiortc sends stereo, and the way there from mono would take 3 dB off.
        frame = av.AudioFrame(format="s16", layout="stereo", samples=FRAME_BYTES // 2)
        frame.planes[0].update(_on_both_sides(self._playback.take()))
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._samples
        self._samples += FRAME_BYTES // 2
        return frame


def _on_both_sides(mono: bytes) -> bytes:
    """Each sample of PCM16 twice."""
    stereo = bytearray(2 * len(mono))
    for byte in range(4):
        stereo[byte::4] = mono[byte % 2 :: 2]
    return bytes(stereo)


class Peer:
    """One call. Made by `answer`; ends by itself when its session ends or the other side goes."""

    def __init__(
        self,
        connection: RTCPeerConnection,
        session: Session,
        on_closed: Callable[[], None],
        clock: Clock,
        *,
        filtered: bool,
    ) -> None:
        self.session = session
        self.answer_sdp = ""
        self._on_closed = on_closed
        self._connection = connection
        self._clock = clock
        self._filtered = filtered
        self._channel: RTCDataChannel | None = None
        self._listening = False
        self._frames: asyncio.Queue[str | bytes] = asyncio.Queue(MAX_WAITING_FRAMES)
        self._work: set[asyncio.Task[None]] = set()
        self._ending: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        connection.on("track", self._on_track)
        connection.on("datachannel", self._on_channel)
        connection.on("connectionstatechange", self._on_state)

    @classmethod
    async def answer(cls, offer: str, open_session: OpenSession, *, filtered: bool, clock: Clock) -> Peer:
        """Take an offer, open a session for it and make the answer, in `answer_sdp`. Raises `Refused`.

        `filtered`: only the eleven events of `webrtcfilter=on` reach the data channel.
        """
        _check_offer(offer)
        playback = PacedPlayback()
        session, on_closed = open_session(playback)
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))  # the default asks a public STUN server
        peer = cls(connection, session, on_closed, clock, filtered=filtered)
        peer._closing = asyncio.create_task(peer._close_after_session())
        try:
            connection.addTrack(SpokenTrack(playback, clock))
            _prefer_recorded_codecs(connection)
            await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            _hear_at_once(connection)
            await connection.setLocalDescription(await connection.createAnswer())
        except Exception as fault:
            # Text that parses can still make no sense to aiortc, in ways of its own: all of them are a bad offer.
            _log.debug("An offer could not be answered: %s.", type(fault).__name__)
            await session.close("invalid_offer")
            await peer._closing
            raise invalid_offer() from None
        peer.answer_sdp = connection.localDescription.sdp
        peer._start(peer._give_up_unless_connected())
        return peer

    async def _close_after_session(self) -> None:
        """Wait for the end of the session, however it comes, and free everything."""
        await self.session.ended.wait()
        for task in self._work:
            task.cancel()
        await self._flush()
        await self._connection.close()
        self._on_closed()

    async def _flush(self) -> None:
        """Let the last events leave before the connection does, if the other side still takes them."""
        flushed = asyncio.Event()
        if self._channel is not None and self._channel.readyState == "open" and self._channel.bufferedAmount:
            self._channel.on("bufferedamountlow", flushed.set)
            late = asyncio.create_task(self._clock.sleep(FLUSH_SECONDS))
            sent = asyncio.create_task(flushed.wait())
            await asyncio.wait({late, sent}, return_when=asyncio.FIRST_COMPLETED)
            late.cancel()
            sent.cancel()

    async def _give_up_unless_connected(self) -> None:
        await self._clock.sleep(CONNECT_SECONDS)
        if self._connection.connectionState != "connected":
            self._end("never_connected")

    def _on_state(self) -> None:
        """Closing, consent lost for half a minute and failure to connect all end here."""
        if self._connection.connectionState in ("failed", "closed"):
            self._end("peer_gone")

    def _on_track(self, track: Any) -> None:
        """The first audio track is the microphone; others are ignored."""
        if track.kind == "audio" and not self._listening:
            self._listening = True
            self._start(self._listen(track))

    async def _listen(self, track: Any) -> None:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            for heard in resampler.resample(frame):
                self.session.hear(bytes(heard.planes[0])[: heard.samples * 2])

    def _on_channel(self, channel: RTCDataChannel) -> None:
        """The first data channel carries the events, whatever its label; others are ignored."""
        if self._channel is not None:
            return
        self._channel = channel
        sink = only_allowed(self._send) if self._filtered else self._send
        attachment = self.session.attach(sink, announce=True)
        channel.on("message", self._on_message)
        channel.on("close", lambda: self._end("peer_gone"))
        self._start(self._receive(attachment))

    def _on_message(self, frame: str | bytes) -> None:
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self._end("flooded")

    async def _receive(self, attachment: Attachment) -> None:
        """Frames one by one, in order."""
        while True:
            await self.session.receive(await self._frames.get(), attachment)

    def _send(self, event: Event) -> None:
        channel = self._channel
        if channel is None or channel.readyState != "open":
            return
        if channel.bufferedAmount > MAX_BUFFERED_BYTES:
            self._end("not_reading")
            return
        try:
            channel.send(json.dumps(event, ensure_ascii=False))
        except ValueError:
            # Larger than what the browser's SDP allows. What Azure does then was never seen: our reading.
            message = f"The event {event['type']} is too large for this data channel."
            error = {"type": "server_error", "code": "event_too_large", "message": message, "param": None}
            channel.send(json.dumps({"type": "error", "event_id": event["event_id"], "error": error}))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` until it is done or the call ends. A fault in it ends the call."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("A call failed.", exc_info=task.exception())
            self._end("failed")

    def _end(self, reason: str) -> None:
        if self._ending is None:
            self._ending = asyncio.create_task(self.session.close(reason))


def _check_offer(offer: str) -> None:
    """Raise `Refused` unless this is SDP with audio in it. aiortc's parser fails on bad text with any exception."""
    try:
        kinds = [media.kind for media in SessionDescription.parse(offer).media]
    except Exception:
        raise invalid_offer() from None
    if not offer.startswith("v=0") or "audio" not in kinds:
        raise invalid_offer()


def _prefer_recorded_codecs(connection: RTCPeerConnection) -> None:
    """Opus, then the two G.711: what Azure's answer was recorded with."""
    known = RTCRtpSender.getCapabilities("audio").codecs
    chosen = [codec for name in _CODECS for codec in known if codec.mimeType == name]
    for transceiver in connection.getTransceivers():
        transceiver.setCodecPreferences(chosen)


def _hear_at_once(connection: RTCPeerConnection) -> None:
    """Hold back one packet of sound instead of aiortc's four: answers come 60 ms sooner, and on one machine or in one
    room packets do not overtake each other. The buffer is private to aiortc, which is pinned for this reason."""
    for transceiver in connection.getTransceivers():
        if transceiver.kind == "audio":
            setattr(transceiver.receiver, _JITTER_BUFFER, JitterBuffer(capacity=16, prefetch=1))
