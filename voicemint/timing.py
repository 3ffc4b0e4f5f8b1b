"""Time as an argument, and where the time of one request went.

`Clock` is all that the product knows of time, so tests can stop it. `Deadline` bounds one request as a whole. `Timing`
collects named phases and prints them as a `Server-Timing` header, which browsers show in their network panel and which
the page's waterfall reads.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Clock(Protocol):
    """Both values are seconds."""

    def time(self) -> float:
        """Since 1970, as in `expires_at`."""
        ...

    def monotonic(self) -> float:
        """From an arbitrary start; never runs backwards."""
        ...


class SystemClock:
    """The machine's own time."""

    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


class Deadline:
    """The moment by which a whole request must be over. Every step takes what the steps before it have left."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._ends_at = clock.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds that are left; never below zero."""
        return max(0.0, self._ends_at - self._clock.monotonic())


class Timing:
    """The phases of one request. A phase that is entered twice adds up; the order is the order of first entry."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._seconds: dict[str, float] = {}

    def add(self, phase: str, seconds: float) -> None:
        """Record `seconds` of a phase that was measured elsewhere."""
        self._seconds[phase] = self._seconds.get(phase, 0.0) + seconds

    @contextmanager
    def measure(self, phase: str) -> Iterator[None]:
        """Record how long the block takes, also when it raises."""
        started = self._clock.monotonic()
        try:
            yield
        finally:
            self.add(phase, self._clock.monotonic() - started)

    def total(self) -> float:
        """Seconds since the request began."""
        return self._clock.monotonic() - self._started

    def header(self) -> str:
        """The value of `Server-Timing`, in milliseconds, ending with `total`."""
        phases = self._seconds | {"total": self.total()}
        return ", ".join(f"{phase};dur={seconds * 1000:.1f}" for phase, seconds in phases.items())
