"""`session.update`: it changes what it names, clears what it empties, and is refused by the recorded codes."""

from __future__ import annotations

import copy

import pytest

from simulator.refusals import Rejected
from simulator.schema.session_config import create, update

MINIMAL = {"type": "realtime", "model": "gpt-realtime"}
TOOL = {"type": "function", "name": "set_text_color", "description": "Colours.", "parameters": {"type": "object"}}


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    before = create({**MINIMAL, "instructions": "Be brief.", "tools": [TOOL]})
    after = update(
        before,
        {"type": "realtime", "audio": {"input": {"turn_detection": None}, "output": {"voice": "ash"}}},
        voice_locked=False,
    )
    expected = copy.deepcopy(before)
    expected["audio"]["input"]["turn_detection"] = None
    expected["audio"]["output"]["voice"] = "ash"
    assert after == expected
    assert before["audio"]["output"]["voice"] == "alloy"


def test_an_update_can_clear() -> None:
    before = create({**MINIMAL, "instructions": "Be brief.", "tools": [TOOL]})
    after = update(before, {"type": "realtime", "instructions": "", "tools": []}, voice_locked=True)
    assert (after["instructions"], after["tools"]) == ("", [])


@pytest.mark.parametrize(
    ("patch", "code", "param"),
    [
        ([], "invalid_type", "session"),
        ({"instructions": "x"}, "missing_required_parameter", "session.type"),
        ({"type": "voice"}, "invalid_value", "session.type"),
        ({"type": "transcription"}, "invalid_parameter", "session.type"),
        ({"type": "realtime", "model": "other"}, "cannot_update_model", "session.model"),
        ({"type": "realtime", "voice": "ash"}, "unknown_parameter", "session.voice"),
        (
            {"type": "realtime", "audio": {"output": {"voice": "ash"}}},
            "cannot_update_voice",
            "session.audio.output.voice",
        ),
    ],
)
def test_a_wrong_update_is_rejected(patch: object, code: str, param: str) -> None:
    with pytest.raises(Rejected) as caught:
        update(create(MINIMAL), patch, voice_locked=True)
    assert (caught.value.code, caught.value.param) == (code, param)


def test_the_same_voice_and_model_may_be_sent_again() -> None:
    current = create(MINIMAL)
    patch = {**MINIMAL, "audio": {"output": {"voice": "alloy"}}}
    assert update(current, patch, voice_locked=True) == current
