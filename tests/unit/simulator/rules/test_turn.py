"""Tests of reading a conversation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.turn import Turn, read_turn


def user(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def heard(transcript: str | None) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": transcript}]}


def assistant(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "assistant", "content": [{"type": "output_audio", "transcript": text}]}


def call(name: str, call_id: str, arguments: str = "{}") -> dict[str, Any]:
    return {"type": "function_call", "name": name, "call_id": call_id, "arguments": arguments}


def output(call_id: str, text: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": text}


def read(*items: dict[str, Any]) -> Turn:
    return read_turn(items, "", datetime(2026, 7, 1, tzinfo=UTC))


def test_typed_and_spoken_words_are_told_apart_from_answers():
    turn = read(user("One."), assistant("Two."), heard("Three."))

    assert (turn.heard, turn.earlier, turn.said) == ("Three.", ("One.",), ("Two.",))
    assert turn.plain == "three"


def test_a_note_of_the_service_right_before_the_turn_is_noticed():
    note = {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Silence."}]}
    assert read(user("One."), note, heard("")).noted
    assert not read(note, user("One."), heard("")).noted
    assert not read(user("One."), note).noted


def test_before_anybody_has_spoken_nothing_was_heard():
    assert read().heard is None
    assert read(assistant("Hello.")).heard is None


def test_a_turn_without_a_transcript_was_heard_but_not_understood():
    assert read(heard(None)).heard == ""


def test_results_are_those_since_anybody_last_spoke():
    old = (user("a"), call("one", "c1"), output("c1", "old"), assistant("Done."))
    turn = read(*old, user("b"), call("two", "c2", json.dumps({"x": 1})), output("c2", "new"))

    assert [(one.name, dict(one.arguments), one.output) for one in turn.results] == [("two", {"x": 1}, "new")]
    assert turn.last_tool == "two"
    assert read(*old).results == ()


def test_an_output_without_its_call_and_a_call_with_broken_arguments_are_borne():
    turn = read(call("a", "c1", "{not json"), output("c1", "x"), output("c9", "y"))

    assert [(one.name, dict(one.arguments)) for one in turn.results] == [("a", {}), ("", {})]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(["message", "function_call", "function_call_output"]) | ANYTHING,
                "role": st.sampled_from(["user", "assistant"]) | ANYTHING,
                "content": st.lists(
                    st.fixed_dictionaries({}, optional={"text": ANYTHING, "transcript": ANYTHING}) | ANYTHING,
                    max_size=3,
                )
                | ANYTHING,
                "arguments": ANYTHING,
                "call_id": ANYTHING,
                "output": ANYTHING,
            },
        ),
        max_size=5,
    )
)
def test_no_item_is_too_odd(items: list[dict[str, Any]]):
    read(*items)
