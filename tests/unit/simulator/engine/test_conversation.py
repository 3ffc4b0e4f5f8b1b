"""The conversation: order, bounds, truncation, and what the brain gets to see."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import conversation
from simulator.engine.conversation import Conversation, Entry
from simulator.parts import BYTES_PER_MS
from simulator.refusals import Rejected

pytestmark = pytest.mark.anyio


def typed(item_id: str, text: str = "Hello", **more: Any) -> Entry:
    content = [{"type": "input_text", "text": text}]
    item = {"id": item_id, "type": "message", "status": "completed", "role": "user", "content": content}
    return Entry({**item, **more})


def spoken(item_id: str, text: str, audio_ms: int) -> Entry:
    content = [{"type": "output_audio", "transcript": text}]
    item = {"id": item_id, "type": "message", "status": "completed", "role": "assistant", "content": content}
    return Entry(item, audio=bytes(audio_ms * BYTES_PER_MS), audio_ms=audio_ms, spoken_ms=audio_ms)


def transcript(entry: Entry) -> str:
    (part,) = entry.item["content"]
    return str(part["transcript"])


def ids(kept: Conversation) -> list[str]:
    return [entry.id for entry in kept]


def test_items_go_to_the_end_to_the_front_or_after_another() -> None:
    kept = Conversation("conv_1")
    assert kept.add(typed("a")) is None
    assert kept.add(typed("b")) == "a"
    assert kept.add(typed("c"), "a") == "a"
    assert kept.add(typed("d"), "root") is None
    assert ids(kept) == ["d", "a", "c", "b"]
    assert (kept.last_id, kept.before("a"), kept.before("d"), len(kept)) == ("b", "d", None, 4)


@pytest.mark.parametrize(("entry", "after", "param"), [("a", None, "item.id"), ("b", "x", "previous_item_id")])
def test_a_taken_id_and_an_unknown_neighbour_are_refused(entry: str, after: str | None, param: str) -> None:
    kept = Conversation("conv_1")
    kept.add(typed("a"))
    with pytest.raises(Rejected) as refusal:
        kept.add(typed(entry), after)
    assert (refusal.value.code, refusal.value.param) == ("invalid_value", param)
    assert ids(kept) == ["a"]


@pytest.mark.parametrize("doing", ["retrieve", "delete", "truncate"])
def test_an_unknown_item_is_refused_with_the_code_of_what_was_tried(doing: str) -> None:
    with pytest.raises(Rejected, match=f"Error {doing[:-1]}ing item") as refusal:
        Conversation("conv_1").get("nobody", doing)
    assert refusal.value.code == f"item_{doing}_invalid_item_id"


def test_removing() -> None:
    kept = Conversation("conv_1")
    assert kept.last_id is None
    kept.add(typed("a"))
    kept.remove("a")
    assert ids(kept) == []
    with pytest.raises(Rejected):
        kept.remove("a")


def test_truncation_takes_back_sound_and_words() -> None:
    kept = Conversation("conv_1")
    entry = spoken("a", "one two three four", 1_800)
    kept.add(entry)
    kept.truncate("a", 0, 900)
    assert transcript(entry) == "one two"
    assert (entry.audio_ms, len(entry.audio or b"")) == (900, 900 * BYTES_PER_MS)
    kept.truncate("a", 0, 450)
    assert transcript(entry) == "one"
    kept.truncate("a", 0, 450)
    assert transcript(entry) == "one"
    with pytest.raises(Rejected, match="450ms is already shorter than 900ms"):
        kept.truncate("a", 0, 900)


def test_an_answer_that_was_cut_off_measures_its_words_by_what_they_would_have_taken() -> None:
    entry = spoken("a", "one two three four", 900)
    entry.spoken_ms = 1_800
    kept = Conversation("conv_1")
    kept.add(entry)
    kept.truncate("a", 0, 900)
    assert transcript(entry) == "one two"


@pytest.mark.parametrize(
    ("item_id", "index", "end_ms", "param"),
    [("user", 0, 0, "item_id"), ("spoken", 1, 0, "content_index"), ("spoken", 0, 1_001, "audio_end_ms")],
)
def test_truncation_has_its_limits(item_id: str, index: int, end_ms: int, param: str) -> None:
    kept = Conversation("conv_1")
    kept.add(typed("user"))
    kept.add(spoken("spoken", "Hello", 1_000))
    with pytest.raises(Rejected) as refusal:
        kept.truncate(item_id, index, end_ms)
    assert refusal.value.param == param


@given(st.text(max_size=40), st.integers(0, 3_000), st.integers(0, 3_000))
def test_truncating_twice_is_truncating_to_the_shorter(text: str, first: int, second: int) -> None:
    entry = spoken("a", text, 3_000)
    conversation.cut(entry, first)
    conversation.cut(entry, second)
    assert entry.audio_ms == entry.heard_ms == min(first, second)
    assert text.startswith(transcript(entry))


def test_the_oldest_items_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MAX_ITEMS", 3)
    kept = Conversation("conv_1")
    for item_id in "abcde":
        kept.add(typed(item_id))
    assert kept.make_room() == ["a", "b"]
    assert ids(kept) == ["c", "d", "e"]
    assert kept.make_room() == []


def test_sound_goes_before_items_and_what_is_being_made_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MAX_BYTES", 60_000)
    kept = Conversation("conv_1")
    kept.add(typed("busy", text="x" * 30_000, status="in_progress"))
    kept.add(spoken("a", "Hello", 1_000))
    assert kept.make_room() == []
    assert [entry.audio for entry in kept] == [None, None]
    kept.add(typed("b", text="x" * 40_000))
    assert kept.make_room() == ["a", "b"]
    assert ids(kept) == ["busy"]


async def test_the_brain_sees_words_that_the_wire_does_not() -> None:
    entry = Entry(
        {"id": "a", "type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": None}]}
    )
    assert entry.for_the_brain()["content"][0]["transcript"] == ""

    async def heard() -> str | None:
        return "Good morning."

    entry.words = asyncio.create_task(heard())
    await entry.words
    assert entry.for_the_brain()["content"][0]["transcript"] == "Good morning."
    assert entry.item["content"][0]["transcript"] is None


def test_retrieving_shows_the_sound() -> None:
    assert spoken("a", "Hello", 10).with_audio("AAAA")["content"][0]["audio"] == "AAAA"
    assert "audio" not in typed("b").with_audio("AAAA")["content"][0]
    assert "audio" not in spoken("a", "Hello", 10).with_audio("")["content"][0]
