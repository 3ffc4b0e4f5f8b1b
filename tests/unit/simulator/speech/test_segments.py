"""Tests of cutting a long turn at its pauses."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.speech.segments import segments_of


def test_a_short_turn_stays_whole():
    turn = np.ones(24_000, np.float32)

    assert [len(part) for part in segments_of(turn, 1)] == [24_000]
    assert list(segments_of(turn[:0], 1)) == []


def test_a_long_turn_is_cut_in_its_pause():
    turn = np.ones(10 * 24_000, np.float32)
    turn[7 * 24_000 : 8 * 24_000] = 0

    first, second = segments_of(turn, 9)
    assert 7 * 24_000 < len(first) < 8 * 24_000
    assert len(first) + len(second) == len(turn)


@given(st.floats(0, 8), st.integers(1, 3), st.integers(0, 99))
def test_nothing_is_lost_and_no_part_is_too_long_or_too_short(seconds: float, longest: int, seed: int):
    turn = np.random.default_rng(seed).normal(0, 0.1, int(24_000 * seconds)).astype(np.float32)
    parts = list(segments_of(turn, longest))

    assert np.array_equal(np.concatenate([turn[:0], *parts]), turn)
    assert all(len(part) <= longest * 24_000 for part in parts)
    assert all(len(part) >= longest * 12_000 for part in parts[:-1])
