"""Plans: the session's settings, what a response overrides, and what it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.conversation import Conversation, Entry
from simulator.engine.response_plan import Plan, plan_of
from simulator.refusals import Rejected
from simulator.schema import session_config

CONFIG = session_config.create(
    {
        "type": "realtime",
        "model": "gpt-realtime",
        "instructions": "Be kind.",
        "audio": {"input": {"transcription": {"model": "w", "language": "de"}}, "output": {"voice": "ash"}},
    }
)


def new_entry(raw: object, path: str) -> Entry:
    return Entry({"id": "new", "raw": raw, "path": path})


def plan(overrides: dict[str, Any] | None = None, *, voice_locked: bool = False, config: Any = CONFIG) -> Plan:
    kept = Conversation("conv_1")
    kept.add(Entry({"id": "a", "type": "message", "content": []}))
    checked = session_config.response_overrides(overrides)
    return plan_of(config, checked, kept, new_entry, voice_locked=voice_locked)


def test_without_overrides_it_is_the_session() -> None:
    made = plan()
    assert (made.instructions, made.voice, made.spoken, made.limit, made.language) == (
        "Be kind.",
        "ash",
        True,
        None,
        "de",
    )
    assert [entry.id for entry in made.context] == ["a"]
    assert made.public() == {
        "output_modalities": ["audio"],
        "max_output_tokens": "inf",
        "audio": {"output": {"format": {"type": "audio/pcm", "rate": 24_000}, "voice": "ash"}},
    }


def test_everything_can_be_overridden() -> None:
    tool = {"type": "function", "name": "look", "description": "", "parameters": {}}
    made = plan(
        {
            "instructions": "Be brief.",
            "output_modalities": ["text"],
            "tools": [tool],
            "tool_choice": "required",
            "max_output_tokens": 7,
            "conversation": "none",
            "metadata": {"a": "b"},
            "audio": {"output": {"voice": "sage", "format": {"type": "audio/pcmu"}}},
        }
    )
    assert (made.instructions, made.spoken, made.tool_choice, made.limit) == ("Be brief.", False, "required", 7)
    assert (made.tools[0]["name"], made.in_conversation, made.metadata) == ("look", False, {"a": "b"})
    assert (made.voice, made.format) == ("sage", {"type": "audio/pcmu"})
    assert made.public()["max_output_tokens"] == 7


def test_input_takes_the_place_of_the_conversation() -> None:
    assert plan({"input": []}).context == ()
    reference, fresh = plan({"input": [{"type": "item_reference", "id": "a"}, {"type": "message"}]}).context
    assert reference.id == "a"
    assert fresh.item == {"id": "new", "raw": {"type": "message"}, "path": "response.input[1]"}


@pytest.mark.parametrize(
    ("overrides", "voice_locked", "code"),
    [
        ({"audio": {"output": {"voice": "sage"}}}, True, "cannot_update_voice"),
        ({"input": [{"type": "item_reference", "id": "b"}]}, False, "item_reference_invalid_item_id"),
        ({"input": [{"type": "item_reference"}]}, False, "missing_required_parameter"),
    ],
)
def test_refused(overrides: dict[str, Any], voice_locked: bool, code: str) -> None:
    with pytest.raises(Rejected) as refusal:
        plan(overrides, voice_locked=voice_locked)
    assert refusal.value.code == code


def test_the_same_voice_again_is_no_change() -> None:
    assert plan({"audio": {"output": {"voice": "ash"}}}, voice_locked=True).voice == "ash"


def test_a_transcription_session_does_not_respond() -> None:
    with pytest.raises(Rejected):
        plan(config=session_config.create({"type": "transcription"}))
