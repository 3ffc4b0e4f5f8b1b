"""Reads a script for the scripted brain from JSON: a list of answers in order, or answers by the words that were said.

An answer is a text, or `{"text": …, "calls": [{"name": …, "arguments": {…}}]}`.
"""

from __future__ import annotations

from typing import Any

from simulator.parts import Answer, FunctionCall
from simulator.refusals import Rejected
from simulator.schema.shapes import Check, decode, free_object, list_of, record, text, wrong_type
from simulator.scripted import ScriptedBrain

MAX_ANSWERS = 1_000
_CALL = record({"name": text(64, least=1), "arguments": free_object(65_536)}, required=("name",))
_TEXT: Check = text(16_384)
_ANSWER = record({"text": _TEXT, "calls": list_of(_CALL, 32)})


def read(raw: str | bytes) -> ScriptedBrain:
    """The brain that plays this script. Raises `Rejected` with the place of the fault."""
    script = decode(raw)
    if isinstance(script, list):
        return ScriptedBrain(list_of(_line, MAX_ANSWERS, least=1)(script, "script"))
    if isinstance(script, dict) and len(script) <= MAX_ANSWERS:
        return ScriptedBrain({words: _line(line, f"script.{words}") for words, line in script.items()})
    raise wrong_type(script, "an array, or an object of a thousand entries at most", "script")


def _line(value: Any, path: str) -> Answer | str:
    if not isinstance(value, dict):
        said: str = _TEXT(value, path)
        return said
    answer = _ANSWER(value, path)
    calls = tuple(FunctionCall(call["name"], call.get("arguments", {})) for call in answer.get("calls", []))
    if not calls and not answer.get("text"):
        raise Rejected("An answer needs a text or a call.", code="invalid_value", param=path)
    return Answer(text=answer.get("text", ""), calls=calls)
