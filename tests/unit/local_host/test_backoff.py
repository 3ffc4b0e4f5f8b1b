"""Waits grow from the shortest to the longest and start over when something was found."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from local_host.backoff import Backoff


class Middle:
    """A chance that is always in the middle."""

    def uniform(self, low: float, high: float) -> float:
        return (low + high) / 2


def test_the_waits_of_the_host() -> None:
    backoff = Backoff(0.1, 5.0, Middle())  # type: ignore[arg-type]
    waits = [round(backoff.after(found=False), 6) for _ in range(9)]
    assert waits == [0.1, 0.2, 0.3, 0.5, 0.9, 1.7, 3.3, 5.0, 5.0]
    assert backoff.after(found=True) == 0.1
    assert round(backoff.after(found=False), 6) == 0.2


@given(st.lists(st.booleans(), max_size=2000), st.floats(0.1, 3600))
def test_it_never_waits_shorter_or_longer(found: list[bool], longest: float) -> None:
    backoff = Backoff(0.1, longest)
    assert all(0.1 <= backoff.after(found=one) <= longest for one in found)


@given(st.randoms(use_true_random=False))
def test_without_messages_it_only_slows_down(chance: random.Random) -> None:
    backoff = Backoff(0.1, 2.0, chance)
    waits = [backoff.after(found=False) for _ in range(12)]
    assert waits == sorted(waits)
    assert waits[-1] == 2.0
