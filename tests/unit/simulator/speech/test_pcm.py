"""Tests of the shapes of sound and of cutting silence off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.speech.pcm import pcm_of, samples_of, silence, sounding, trimmed


def tone(milliseconds: int, loudness: float = 0.3) -> np.ndarray:
    time = np.arange(24 * milliseconds) / 24_000
    return (loudness * np.sin(2 * np.pi * 300 * time)).astype(np.float32)


def quiet(milliseconds: int, noise: float = 0.0) -> np.ndarray:
    return np.random.default_rng(1).normal(0, noise, 24 * milliseconds).astype(np.float32)


def test_samples_survive_the_way_to_bytes_and_back():
    samples = tone(20)

    assert np.abs(samples_of(pcm_of(samples)) - samples).max() < 2 / 32768


def test_what_is_too_loud_is_clipped_not_wrapped_round():
    assert samples_of(pcm_of(np.array([2.0, -2.0], np.float32))).tolist() == pytest.approx([1.0, -1.0], abs=1e-4)


@given(st.binary(max_size=400))
def test_any_bytes_are_sound(pcm: bytes):
    assert len(samples_of(pcm)) == len(pcm) // 2
    trimmed(samples_of(pcm), 100, 100)


def test_silence_is_as_long_as_asked():
    assert silence(32) == bytes(1536)


@pytest.mark.parametrize("noise", [0.0, 0.002])
def test_the_sounding_part_is_found_in_a_quiet_and_in_a_noisy_room(noise: float):
    first, last = sounding(np.concatenate([quiet(300, noise), tone(400), quiet(500, noise)]))

    assert first == pytest.approx(300 * 24, abs=240)
    assert last == pytest.approx(700 * 24, abs=240)


def test_trimming_leaves_the_margins_asked_for():
    kept = trimmed(np.concatenate([quiet(300), tone(400), quiet(500)]), 100, 50)

    assert len(kept) / 24 == pytest.approx(550, abs=20)


def test_a_margin_that_is_not_there_is_not_invented():
    assert len(trimmed(tone(200), 100, 100)) <= 200 * 24


def test_nothing_is_left_of_silence():
    assert len(trimmed(quiet(300), 100, 100)) == 0
    assert sounding(np.zeros(3, np.float32)) == (0, 0)


def test_a_recording_that_is_loud_throughout_is_kept_whole():
    assert len(trimmed(tone(500), 0, 0)) == 500 * 24
