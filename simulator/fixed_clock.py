"""A clock whose hour stands still while waiting goes on: for recordings that must read the same each time."""

from __future__ import annotations

from simulator.clock import RealClock


class FixedClock(RealClock):
    """`time` is always `now`; `monotonic` and `sleep` are the machine's, or no call could be held."""

    def __init__(self, now: float) -> None:
        self._now = now

    def time(self) -> float:
        return self._now
