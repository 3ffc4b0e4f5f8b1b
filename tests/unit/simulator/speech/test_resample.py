"""Tests of the changes of sample rate: what stays, what must go, and that no push leaves a seam."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.speech.resample import Downsampler, stretched, to_16_khz


def sine(hertz: float, rate: int, seconds: float = 0.5) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


def decibel(samples: np.ndarray) -> float:
    return float(10 * np.log10(2 * np.mean(samples[200:-200] ** 2) + 1e-20))


@pytest.mark.parametrize("hertz", [100, 1000, 4000, 6500])
def test_speech_frequencies_pass_unchanged(hertz: int):
    assert decibel(to_16_khz(sine(hertz, 24_000))) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("hertz", [9_500, 10_500, 11_900])
def test_what_would_fold_back_into_speech_is_gone(hertz: int):
    assert decibel(to_16_khz(sine(hertz, 24_000))) < -60


def test_a_tone_stays_where_it_was_in_time_and_pitch():
    assert np.abs(to_16_khz(sine(440, 24_000)) - sine(440, 16_000))[100:-100].max() < 0.01


@given(st.lists(st.integers(0, 1700), max_size=8))
def test_pushes_of_any_size_give_what_one_push_gives(sizes: list[int]):
    sound = np.random.default_rng(2).normal(0, 0.1, sum(sizes)).astype(np.float32)
    stream = Downsampler()
    cuts = np.cumsum([0, *sizes])
    pieces = [stream.push(sound[start:end]) for start, end in itertools.pairwise(cuts)]

    together = Downsampler().push(sound)
    assert np.allclose(np.concatenate([*pieces, np.zeros(0, np.float32)]), together, atol=1e-5)


def test_a_frame_of_32_ms_becomes_512_samples_every_time():
    stream = Downsampler()

    assert [len(stream.push(np.zeros(768, np.float32))) for _ in range(5)] == [512] * 5


def test_stretching_changes_length_and_pitch_and_keeps_loudness():
    longer = stretched(sine(600, 24_000), 24_000)

    assert len(longer) == 24_000
    assert np.abs(np.fft.rfft(longer)).argmax() == 300
    assert decibel(longer) == pytest.approx(0, abs=0.2)


def test_stretching_to_the_same_length_is_the_same_and_to_none_is_nothing():
    sound = sine(300, 24_000)

    assert stretched(sound, len(sound)) is sound
    assert len(stretched(sound, 0)) == 0
    assert len(stretched(sound[:0], 100)) == 0
