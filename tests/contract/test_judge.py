"""The judge itself can say no."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.contract.judge import RECORDED, check_keys, parsed

STARTED: dict[str, Any] = {
    "type": "input_audio_buffer.speech_started",
    "event_id": "event_1",
    "audio_start_ms": 12,
    "item_id": "item_1",
}


def test_a_good_event_passes() -> None:
    assert parsed(STARTED).audio_start_ms == 12
    check_keys(STARTED)


@pytest.mark.parametrize(
    "wrong",
    [
        {**STARTED, "type": "input_audio_buffer.speech_begun"},
        {**STARTED, "audio_start_ms": "soon"},
        {name: value for name, value in STARTED.items() if name != "item_id"},
    ],
)
def test_a_wrong_event_does_not_parse(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parsed(wrong)


def test_a_field_that_nobody_knows_is_noticed() -> None:
    with pytest.raises(AssertionError, match="mood"):
        parsed({**STARTED, "mood": "calm"})
    with pytest.raises(AssertionError):
        check_keys({**STARTED, "mood": "calm"})


def test_keys_of_every_recorded_type_are_known() -> None:
    for name, sequence in RECORDED["sequences"].items():
        keys = RECORDED["keys"]["openai" if name.endswith("at_openai") else "azure"]
        assert {kind for sender, kind in sequence if sender == "server"} <= {*keys, *RECORDED["keys"]["azure"]}
