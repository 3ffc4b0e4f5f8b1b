"""Output items on their own: in and out of the conversation, cut short, deleted while they are made."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from simulator.engine.conversation import Conversation, Entry
from simulator.engine.events import Place
from simulator.engine.output_items import Call, Message, Outlet
from simulator.engine.response_plan import Plan, plan_of
from simulator.engine.usage import Tokens
from simulator.ids import Ids
from simulator.parts import BYTES_PER_MS, Event
from simulator.schema import session_config
from tests.engine import voice

pytestmark = pytest.mark.anyio

CONFIG = session_config.create({"type": "realtime", "model": "gpt-realtime"})
PLACE = Place("resp_1", "item_1", 0)


def no_entries(raw: object, path: str) -> Entry:
    raise AssertionError


class Desk:
    def __init__(self, **changes: Any) -> None:
        self.events: list[Event] = []
        self.conversation = Conversation("conv_1")
        self.outlet = Outlet(self.events.append, Ids(), self.conversation, None)
        plan = plan_of(CONFIG, {}, self.conversation, no_entries, voice_locked=False)
        self.plan: Plan = replace(plan, **changes)

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


async def test_a_spoken_message() -> None:
    desk = Desk()
    message = Message(desk.outlet, desk.plan, PLACE)
    message.open()
    assert desk.events[0]["item"]["content"] == []
    message.say("Hello")
    message.say(" you")
    await message.sound(voice(500))
    message.close("completed")
    assert message.tokens == Tokens(text=3, audio=10)
    entry = desk.conversation.get("item_1", "retrieve")
    assert entry.item["content"] == [{"type": "output_audio", "transcript": "Hello you"}]
    assert (entry.audio, entry.audio_ms, entry.spoken_ms, entry.spoken) == (voice(500), 500, 500, True)


async def test_sound_goes_out_in_the_format_that_was_asked_for() -> None:
    desk = Desk(format={"type": "audio/pcmu"})
    message = Message(desk.outlet, desk.plan, PLACE)
    message.open()
    await message.sound(voice(100))
    delta = base64.b64decode(desk.events[-1]["delta"])
    assert len(delta) == 100 * BYTES_PER_MS // 6


async def test_a_written_message_makes_no_sound() -> None:
    desk = Desk(spoken=False)
    message = Message(desk.outlet, desk.plan, PLACE)
    message.open()
    message.say("Hello")
    message.close("completed")
    assert not [kind for kind in desk.types() if "audio" in kind]
    assert desk.events[-1]["item"]["content"] == [{"type": "output_text", "text": "Hello"}]


async def test_a_message_that_is_truncated_while_it_is_made_stays_cut() -> None:
    desk = Desk()
    message = Message(desk.outlet, desk.plan, PLACE)
    message.open()
    message.say("one two three four")
    await message.sound(voice(600))
    desk.conversation.truncate("item_1", 0, 300)
    message.say(" five")
    await message.sound(voice(600))
    message.close("incomplete")
    entry = desk.conversation.get("item_1", "retrieve")
    assert entry.item["content"][0]["transcript"] == "one"
    assert (entry.audio_ms, entry.audio) == (300, voice(300))


def test_out_of_band_leaves_no_trace_in_the_conversation() -> None:
    desk = Desk(in_conversation=False)
    call = Call(desk.outlet, desk.plan, PLACE, "look")
    call.open()
    call.write("{}")
    call.close("completed")
    assert len(desk.conversation) == 0
    assert [kind for kind in desk.types() if kind.startswith("conversation.")] == []


def test_an_item_that_was_deleted_is_not_done() -> None:
    desk = Desk()
    call = Call(desk.outlet, desk.plan, PLACE, "look")
    call.open()
    desk.conversation.remove("item_1")
    call.close("completed")
    assert "conversation.item.done" not in desk.types()
    assert desk.types()[-1] == "response.output_item.done"


def test_done_names_the_item_before_unless_that_is_the_first() -> None:
    desk = Desk()
    for number, expected in enumerate([None, None, "item_1"]):
        call = Call(desk.outlet, desk.plan, Place("resp_1", f"item_{number}", number), "look")
        call.open()
        call.close("completed")
        done = [event for event in desk.events if event["type"] == "conversation.item.done"][-1]
        assert done["previous_item_id"] == expected
