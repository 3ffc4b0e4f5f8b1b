"""Turn detection and formats: what is filled in, what cannot go together."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.refusals import Rejected
from simulator.schema.audio_config import (
    VOICES,
    audio_format,
    check_turns_of_transcription,
    turn_detection,
    voice,
    with_defaults,
)


def test_pcm_always_says_its_rate() -> None:
    assert audio_format({"type": "audio/pcm"}, "x") == {"type": "audio/pcm", "rate": 24_000}
    assert audio_format({"type": "audio/pcma"}, "x") == {"type": "audio/pcma"}


@pytest.mark.parametrize("wrong", [{"type": "pcm16"}, {"type": "audio/pcmu", "rate": 8000}, {}, "audio/pcm"])
def test_other_formats_are_rejected(wrong: object) -> None:
    with pytest.raises(Rejected):
        audio_format(wrong, "x")


def test_server_vad_is_filled_in_around_what_was_sent() -> None:
    sent = turn_detection({"type": "server_vad", "threshold": 1, "idle_timeout_ms": None}, "x")
    assert with_defaults(sent, 500) == {
        "type": "server_vad",
        "threshold": 1.0,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 500,
        "idle_timeout_ms": None,
        "create_response": True,
        "interrupt_response": True,
    }


def test_semantic_vad_has_fields_of_its_own() -> None:
    sent = turn_detection({"type": "semantic_vad", "create_response": False}, "x")
    assert with_defaults(sent, 500) == {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": False,
        "interrupt_response": True,
    }
    with pytest.raises(Rejected):
        turn_detection({"type": "semantic_vad", "threshold": 0.5}, "x")


@pytest.mark.parametrize("name", VOICES)
def test_every_voice_is_known(name: str) -> None:
    assert voice(name, "x") == name


@pytest.mark.parametrize("wrong", ["Alloy", "", None, 1, ["alloy"], {"id": "voice_1"}])
def test_no_other_voice_is(wrong: Any) -> None:
    with pytest.raises(Rejected):
        voice(wrong, "x")


def test_whisper_and_turn_detection_do_not_go_together() -> None:
    whisper = {"model": "gpt-realtime-whisper"}
    with pytest.raises(Rejected):
        check_turns_of_transcription({"transcription": whisper, "turn_detection": {"type": "server_vad"}})
    for transcription, detection in (
        (whisper, None),
        (None, {"type": "server_vad"}),
        ({"model": "other"}, {"type": "x"}),
    ):
        check_turns_of_transcription({"transcription": transcription, "turn_detection": detection})
