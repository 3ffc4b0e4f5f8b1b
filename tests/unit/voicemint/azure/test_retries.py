"""Pauses between attempts: bounded in number and in time, spread by chance, never beyond the deadline."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemint.azure.retries import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    MAX_ATTEMPTS,
    USEFUL_SECONDS,
    next_pause,
)


class Highest(Random):
    """Draws the longest pause."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_the_longest_pause_doubles() -> None:
    assert [next_pause(attempt, None, 60, Highest()) for attempt in (1, 2)] == [
        FIRST_PAUSE_SECONDS,
        2 * FIRST_PAUSE_SECONDS,
    ]


def test_the_pause_is_drawn_from_its_whole_length() -> None:
    pauses = [next_pause(1, None, 60, Random(seed)) or 0.0 for seed in range(200)]

    assert min(pauses) < 0.1 * FIRST_PAUSE_SECONDS
    assert max(pauses) > 0.9 * FIRST_PAUSE_SECONDS


def test_after_the_last_attempt_there_is_none() -> None:
    assert next_pause(MAX_ATTEMPTS, None, 60, Random()) is None


@pytest.mark.parametrize(("asked", "remaining", "waits"), [(3, 8, True), (7, 8, True), (8, 8, False), (60, 8, False)])
def test_a_wait_that_is_asked_for_is_kept_if_it_fits(asked: int, remaining: float, waits: bool) -> None:
    pause = next_pause(1, asked, remaining, Random(1))

    assert (pause is not None) is waits
    assert pause is None or asked <= pause <= asked + FIRST_PAUSE_SECONDS


@given(
    st.integers(1, 10),
    st.none() | st.integers(0, 999_999_999),
    st.floats(0, 60, allow_nan=False),
    st.integers(0, 2**32),
)
def test_no_pause_leads_beyond_the_deadline(attempt: int, asked: int | None, remaining: float, seed: int) -> None:
    pause = next_pause(attempt, asked, remaining, Random(seed))

    if pause is not None:
        assert attempt < MAX_ATTEMPTS
        assert (asked or 0) <= pause <= (asked or 0) + LONGEST_PAUSE_SECONDS
        assert pause + USEFUL_SECONDS <= remaining
