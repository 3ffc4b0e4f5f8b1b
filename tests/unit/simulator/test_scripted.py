"""The scripted brain: lists in order, mappings by words, and what it was asked."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.parts import Answer, FunctionCall, Prompt
from simulator.scripted import AT_THE_END, ScriptedBrain

pytestmark = pytest.mark.anyio


def prompt(*items: dict[str, Any]) -> Prompt:
    return Prompt(instructions="Be brief.", items=items)


def said(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": text}]}


async def test_a_list_is_said_in_order() -> None:
    brain = ScriptedBrain(["One.", Answer(calls=[FunctionCall("look", {})])])
    assert await brain.answer(prompt()) == Answer("One.")
    assert (await brain.answer(prompt())).calls[0].name == "look"
    assert await brain.answer(prompt()) == Answer(AT_THE_END)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Please change the BACKGROUND to purple.", "Purple it is."),
        ("The background?", "Which colour?"),
        ("Hello", "Sorry?"),
    ],
)
async def test_words_choose_the_answer(text: str, answer: str) -> None:
    brain = ScriptedBrain({"purple background": "Purple it is.", "background": "Which colour?"}, otherwise="Sorry?")
    assert await brain.answer(prompt(said("first"), said(text))) == Answer(answer)


async def test_the_output_of_a_function_counts_as_words() -> None:
    brain = ScriptedBrain({"foggy": "Take a lamp."})
    output = {"type": "function_call_output", "call_id": "c", "output": "It is foggy."}
    assert await brain.answer(prompt(said("weather"), output)) == Answer("Take a lamp.")


async def test_it_keeps_what_it_was_asked_within_bounds() -> None:
    brain = ScriptedBrain({})
    for number in range(150):
        await brain.answer(prompt(said(str(number))))
    assert len(brain.prompts) == 100
    assert brain.prompts[-1].items[0]["content"][0]["transcript"] == "149"
