"""Time for the fault matrix: real connections, and yet nobody waits.

The product's own pauses take no time: the loop's clock moves on by so much. When a double begins to hold a request back
on purpose, it moves on by more than any patience of the product. Otherwise time passes as it does, so a busy machine
has all the seconds that the product would give it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future

from simulator.clock import RealClock

HELD_SECONDS = 900.0
"""What the doubles' "slow" is here, told apart from every other wait by its length."""

LOST_PATIENCE_SECONDS = 8.5
"""A little more than the product waits for any answer."""


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time can jump ahead."""

    _skipped = 0.0

    def time(self) -> float:
        return super().time() + self._skipped

    def skip(self, seconds: float) -> None:
        """So many seconds have passed; timers that are due by then run next."""
        self._skipped += seconds


class LoopClock:
    """The loop's time as the product asks for it, from any thread."""

    def __init__(self, loop: SkippingLoop) -> None:
        self._loop = loop
        self._started = time.time() - loop.time()

    def time(self) -> float:
        return self._started + self._loop.time()

    def monotonic(self) -> float:
        return self._loop.time()

    async def pause(self, seconds: float) -> None:
        """A sleep that takes no time."""
        self._loop.skip(max(0.0, seconds))
        await asyncio.sleep(0)


class HoldingClock(RealClock):
    """The doubles' clock. A wait of `HELD_SECONDS` lasts until `release`, which may come from another thread."""

    def __init__(self) -> None:
        self._gate: Future[None] = Future()
        self.on_held: Callable[[], None] = lambda: None
        """Called, in the doubles' thread, when a request begins to wait."""

    async def sleep(self, seconds: float) -> None:
        if seconds != HELD_SECONDS:
            await super().sleep(seconds)
            return
        gate = self._gate
        self.on_held()
        await asyncio.shield(asyncio.wrap_future(gate))

    def release(self) -> None:
        """Let every waiting request go on; the next ones wait again."""
        gate, self._gate = self._gate, Future()
        gate.set_result(None)
