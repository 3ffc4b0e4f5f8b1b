"""Scripts for the scripted brain, read from JSON."""

from __future__ import annotations

import json

import pytest

from simulator import script_file
from simulator.parts import Answer, FunctionCall, Prompt
from simulator.refusals import Rejected

pytestmark = pytest.mark.anyio


def asked(words: str) -> Prompt:
    content = [{"type": "input_text", "text": words}]
    return Prompt(instructions="", items=[{"type": "message", "role": "user", "content": content}])


async def test_a_list_is_played_in_order() -> None:
    brain = script_file.read('["One.", {"text": "Two.", "calls": [{"name": "paint", "arguments": {"color": "red"}}]}]')
    assert await brain.answer(asked("a")) == Answer("One.")
    assert await brain.answer(asked("b")) == Answer("Two.", (FunctionCall("paint", {"color": "red"}),))


async def test_an_object_answers_by_words() -> None:
    brain = script_file.read('{"purple": {"calls": [{"name": "paint"}]}, "time": "Noon."}')
    assert await brain.answer(asked("What time is it?")) == Answer("Noon.")
    assert await brain.answer(asked("Make it purple")) == Answer("", (FunctionCall("paint", {}),))


@pytest.mark.parametrize(
    "script",
    [
        [],
        5,
        [5],
        [{}],
        [{"text": ""}],
        [{"text": "a", "odd": 1}],
        {"a": {"calls": [{}]}},
        {"a": {"calls": [{"name": ""}]}},
    ],
)
def test_a_wrong_script_is_rejected(script: object) -> None:
    with pytest.raises(Rejected):
        script_file.read(json.dumps(script))


def test_a_script_that_is_no_json_is_rejected() -> None:
    with pytest.raises(Rejected):
        script_file.read(b"\xff")
