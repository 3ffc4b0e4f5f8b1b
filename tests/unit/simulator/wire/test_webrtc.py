"""The parts of a call that need no second peer: pace, addresses, what counts as an offer."""

from __future__ import annotations

import array
import asyncio
import contextlib

import aioice.ice
import av
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import ManualClock
from simulator.refusals import Refused
from simulator.wire.playback import FRAME_BYTES, FRAME_MS, PacedPlayback
from simulator.wire.webrtc import _JITTER_BUFFER, LATE_SECONDS, SpokenTrack, _check_offer, _hear_at_once

pytestmark = pytest.mark.anyio


async def test_a_frame_leaves_every_20_ms() -> None:
    clock = ManualClock()
    track = SpokenTrack(PacedPlayback(), clock)
    first = await track.recv()
    assert (first.samples, first.sample_rate, first.pts) == (FRAME_BYTES // 2, 24_000, 0)
    second = asyncio.create_task(track.recv())
    await clock.advance(FRAME_MS / 1000 * 0.9)
    assert not second.done()
    await clock.advance(FRAME_MS / 1000 * 0.1)
    assert (await second).pts == FRAME_BYTES // 2


async def test_it_carries_what_the_playback_gives_on_both_sides() -> None:
    playback = PacedPlayback()
    playback.begin("r", "i")
    playback.write(b"\x01\x02\x03\x04" * (FRAME_BYTES // 4))
    frame = await SpokenTrack(playback, ManualClock()).recv()
    assert frame.layout.name == "stereo"
    assert bytes(frame.planes[0])[: 2 * FRAME_BYTES] == b"\x01\x02\x01\x02\x03\x04\x03\x04" * (FRAME_BYTES // 4)


async def test_what_is_heard_is_as_loud_as_what_was_spoken() -> None:
    """aiortc mixes mono into stereo at 0.7 of its loudness; from stereo it takes nothing off."""
    playback = PacedPlayback()
    playback.begin("r", "i")
    playback.write(array.array("h", [8_000] * FRAME_BYTES).tobytes())
    clock = ManualClock()
    track = SpokenTrack(playback, clock)
    as_aiortc = av.AudioResampler(format="s16", layout="stereo", rate=48_000)
    heard: list[int] = []
    for _ in range(2):
        receiving = asyncio.create_task(track.recv())
        await clock.advance(FRAME_MS / 1000)
        for frame in as_aiortc.resample(await receiving):
            heard += array.array("h", bytes(frame.planes[0])[: 4 * frame.samples])
    assert abs(max(heard) - 8_000) < 200


async def test_one_packet_of_sound_is_held_back() -> None:
    """The attribute is private to aiortc: this fails when a new version calls it otherwise."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver = connection.addTransceiver("audio").receiver
    assert getattr(receiver, _JITTER_BUFFER)._prefetch == 4
    _hear_at_once(connection)
    packets = getattr(receiver, _JITTER_BUFFER)
    first, second = (RtpPacket(sequence_number=number, timestamp=960 * number) for number in (0, 1))
    first._data = b"sound"
    assert packets.add(first) == (False, None)
    assert packets.add(second)[1].data == b"sound"
    await connection.close()


async def test_a_short_delay_is_caught_up_and_a_long_one_is_not() -> None:
    clock = ManualClock()
    track = SpokenTrack(PacedPlayback(), clock)
    await track.recv()
    await clock.advance(5 * FRAME_MS / 1000)
    for _ in range(5):
        await track.recv()
    await clock.advance(LATE_SECONDS * 2)
    await track.recv()
    following = asyncio.create_task(track.recv())
    await clock.advance(0)
    assert not following.done()
    await clock.advance(FRAME_MS / 1000)
    await following


async def test_a_stopped_track_ends() -> None:
    clock = ManualClock()
    track = SpokenTrack(PacedPlayback(), clock)
    track.stop()
    with pytest.raises(MediaStreamError):
        await track.recv()


def test_loopback_is_offered_beside_the_host() -> None:
    addresses = aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True)
    assert addresses.count("127.0.0.1") == 1
    assert addresses[-1] == "127.0.0.1"


LINES = st.sampled_from(
    [
        "v=0",
        "o=- 0 0 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "a=mid:0",
        "a=rtpmap:x",
        "m=",
        "a=ssrc:x",
    ]
)


@given(offer=st.lists(LINES | st.text(max_size=20)).map("\r\n".join) | st.text())
def test_no_text_raises_anything_but_a_refusal(offer: str) -> None:
    with contextlib.suppress(Refused):
        _check_offer(offer)
