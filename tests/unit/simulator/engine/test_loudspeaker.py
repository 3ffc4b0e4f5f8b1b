"""The loudspeaker: the order of its events, taking turns, and what was heard when it falls silent."""

from __future__ import annotations

import asyncio

import pytest

from simulator.clock import ManualClock
from simulator.engine.loudspeaker import START_WAIT_SECONDS, Loudspeaker
from simulator.parts import Event
from tests.engine import ManualPlayback

pytestmark = pytest.mark.anyio


class Room:
    """A loudspeaker, its playback, and what it reported."""

    def __init__(self) -> None:
        self.playback = ManualPlayback()
        self.events: list[Event] = []
        self.silences = 0
        self.loudspeaker = Loudspeaker(self.playback, self.events.append, self._count)

    def _count(self) -> None:
        self.silences += 1

    def types(self) -> list[str]:
        return [event["type"].removeprefix("output_audio_buffer.") for event in self.events]


async def test_started_once_and_stopped_after_the_response_is_done() -> None:
    room = Room()
    await room.loudspeaker.begin("resp_1", "item_1")
    room.loudspeaker.write(b"\x01\x00")
    room.loudspeaker.write(b"\x01\x00")
    assert room.types() == ["started"]
    room.loudspeaker.end()
    room.playback.drain()
    assert room.types() == ["started"]
    room.loudspeaker.over("resp_1")
    assert room.events == [
        {"type": "output_audio_buffer.started", "response_id": "resp_1"},
        {"type": "output_audio_buffer.stopped", "response_id": "resp_1"},
    ]
    assert room.silences == 1


async def test_stopped_when_drained_if_the_response_was_done_before() -> None:
    room = Room()
    await room.loudspeaker.begin("resp_1", "item_1")
    room.loudspeaker.write(b"\x01\x00")
    room.loudspeaker.end()
    room.loudspeaker.over("resp_1")
    assert room.types() == ["started"]
    room.playback.drain()
    assert room.types() == ["started", "stopped"]


async def test_a_second_response_waits_for_the_first_to_be_written() -> None:
    room = Room()
    await room.loudspeaker.begin("resp_1", "item_1")
    second = asyncio.create_task(room.loudspeaker.begin("resp_2", "item_2"))
    await asyncio.sleep(0)
    assert room.playback.playing == ("resp_1", "item_1")
    room.loudspeaker.end()
    await second
    assert room.playback.playing == ("resp_2", "item_2")


async def test_clearing_says_what_was_heard() -> None:
    room = Room()
    await room.loudspeaker.begin("resp_1", "item_1")
    room.loudspeaker.write(b"\x01\x00")
    room.loudspeaker.end()
    await room.loudspeaker.begin("resp_2", "item_2")
    room.playback.playing, room.playback.heard_ms = ("resp_1", "item_1"), 700
    assert room.loudspeaker.clear() == [("item_1", 700), ("item_2", 0)]
    assert room.events[-1] == {"type": "output_audio_buffer.cleared", "response_id": "resp_1"}
    room.loudspeaker.over("resp_1")
    assert room.types() == ["started", "cleared"]


async def test_clearing_silence_says_nothing() -> None:
    room = Room()
    assert room.loudspeaker.clear() == []
    assert room.events == []


async def test_what_the_track_says_about_something_else_is_ignored() -> None:
    room = Room()
    room.playback.on_started("resp_9")
    room.playback.on_drained("resp_9")
    room.loudspeaker.over("resp_9")
    assert room.events == []


async def test_waiting_to_be_audible_ends_when_the_track_begins() -> None:
    room, clock = Room(), ManualClock()
    room.playback.starts = False
    await room.loudspeaker.begin("resp_1", "item_1")
    waiting = asyncio.create_task(room.loudspeaker.audible("resp_1", clock))
    await clock.advance(START_WAIT_SECONDS / 2)
    assert not waiting.done()
    room.playback.on_started("resp_1")
    await clock.advance(0)
    assert waiting.done()


async def test_waiting_to_be_audible_has_an_end() -> None:
    room, clock = Room(), ManualClock()
    room.playback.starts = False
    await room.loudspeaker.begin("resp_1", "item_1")
    waiting = asyncio.create_task(room.loudspeaker.audible("resp_1", clock))
    await clock.advance(START_WAIT_SECONDS)
    assert waiting.done()
    await room.loudspeaker.audible("resp_unknown", clock)
