"""The turn-detection presets, as the page and the service see them."""

from __future__ import annotations

from typing import get_args

from voicemint.turn_detection import PRESETS, TurnDetectionName


def test_the_presets_are_the_ones_of_the_contract_in_their_order() -> None:
    assert (
        list(PRESETS) == list(get_args(TurnDetectionName)) == ["quiet", "office", "street", "semantic", "push_to_talk"]
    )


def test_office_has_the_default_silence_of_half_a_second() -> None:
    assert PRESETS["office"].session == {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 500,
        "create_response": True,
        "interrupt_response": True,
    }


def test_louder_places_get_deafer_and_slower() -> None:
    places = [PRESETS[name].session for name in ("quiet", "office", "street")]
    thresholds = [place["threshold"] for place in places if place]
    silences = [place["silence_duration_ms"] for place in places if place]

    assert thresholds == sorted(set(thresholds))
    assert silences == sorted(set(silences))
    assert len(thresholds) == 3


def test_semantic_leaves_it_to_the_model_and_push_to_talk_to_the_person() -> None:
    semantic = PRESETS["semantic"].session

    assert semantic is not None
    assert semantic["type"] == "semantic_vad"
    assert PRESETS["push_to_talk"].session is None


def test_every_preset_can_be_shown() -> None:
    assert all(preset.title and preset.description.endswith(".") for preset in PRESETS.values())
