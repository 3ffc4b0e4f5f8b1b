"""Tests of pitch and tempo on the network's columns."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.speech.vocoder import Columns, repitched, retimed


def columns(count: int) -> Columns:
    ramp = np.tile(np.arange(count, dtype=np.float32), (601, 1))
    pitch = np.full(count, 200.0, np.float32)
    pitch[: count // 2] = 0.0
    return Columns(ramp, ramp, ramp, ramp, ramp, pitch)


@pytest.mark.parametrize(("factor", "left"), [(2.0, 20), (0.5, 80), (1.6, 25)])
def test_faster_speech_has_fewer_columns(factor: float, left: int):
    result = retimed(columns(40), factor)

    assert {one.shape[-1] for one in result} == {left}


def test_the_course_of_a_spectrum_is_kept():
    result = retimed(columns(40), 0.5)

    assert np.all(np.diff(result.harmonics[0]) >= 0)
    assert result.harmonics[0, 0] == 0
    assert result.harmonics[0, -1] == 39


def test_a_pitch_is_never_blended_with_the_absence_of_one():
    assert set(retimed(columns(40), 0.7).pitch.tolist()) == {0.0, 200.0}


def test_what_need_not_change_is_not_touched():
    original = columns(40)

    assert retimed(original, 1.0) is original
    assert repitched(original, 1.0) is original
    assert retimed(columns(1), 2.0).pitch.shape == (1,)


def test_another_pitch_turns_the_rest_down_while_the_voice_sounds():
    original = columns(40)
    result = repitched(original, 0.5)

    assert result.pitch.max() == 100.0
    assert np.all(result.rest[:, :20] == original.rest[:, :20])
    assert np.all(result.rest[100, 20:] < original.rest[100, 20:])
    assert np.all(result.rest[600, 20:] == original.rest[600, 20:])
    assert result.harmonics is original.harmonics
