"""Time as an argument, so that tests can stop it and demos can run it.

Everything in the simulator that asks for the hour or waits does so through a `Clock`. `RealClock` is the machine's;
`ManualClock` stands still until a test advances it, and then wakes every sleeper whose time has come, in order.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from typing import Protocol


class Clock(Protocol):
    """What the simulator may know about time. All values are seconds."""

    def time(self) -> float:
        """Seconds since 1970, as in `expires_at`."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never runs backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock."""
        ...


class RealClock:
    """The machine's own time."""

    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class ManualClock:
    """Time that only moves when `advance` is called."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def time(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), wake))
        await wake

    async def advance(self, seconds: float) -> None:
        """Move on by `seconds`, waking each sleeper at its own moment and letting it run before the next."""
        end = self._now + seconds
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._now, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                wake.set_result(None)
            await _settle()
        self._now = end
        await _settle()


async def _settle() -> None:
    """Let everything that is ready to run do so; twenty rounds outlast any chain of tasks the simulator has."""
    for _ in range(20):
        await asyncio.sleep(0)
