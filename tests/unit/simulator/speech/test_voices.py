"""Tests of the table of voices."""

from __future__ import annotations

import itertools
import math

import pytest

from simulator.schema.audio_config import VOICES as ACCEPTED
from simulator.speech.voices import DEFAULT_VOICE, VOICES, voice_named, within_speeds


def test_there_is_a_sound_for_every_voice_that_a_session_may_have():
    assert set(VOICES) == set(ACCEPTED)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(VOICES, 2)))
def test_no_two_voices_can_be_confused(one: str, other: str):
    a, b = VOICES[one], VOICES[other]
    semitones = abs(12 * math.log2(a.pitch / b.pitch))

    assert semitones > 1 or abs(a.tract / b.tract - 1) > 0.04


def test_an_unknown_voice_speaks_all_the_same():
    assert voice_named("nobody") is VOICES[DEFAULT_VOICE]


@pytest.mark.parametrize(("asked", "given"), [(0.1, 0.25), (0.25, 0.25), (1.2, 1.2), (1.5, 1.5), (9.0, 1.5)])
def test_speed_stays_within_what_the_service_allows(asked: float, given: float):
    assert within_speeds(asked) == given
