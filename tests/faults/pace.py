"""Time for the fault matrix: real connections, and yet nobody waits.

The product's own pauses move its clock on and take no time. While a double holds a request back on purpose, the event
loop runs many times as fast as the machine, so that a deadline of seconds passes in a moment; otherwise it does not,
and a busy machine has all the time that the product would give it.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from simulator.clock import RealClock

FAST = 40.0
HELD_SECONDS = 900.0
"""What the doubles' "slow" is here: longer than any patience, and told apart from every other wait by its length."""


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Waits a part of what the loop asks for."""

    loop: PacedLoop

    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout if timeout is None else timeout / self.loop.pace)


class PacedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time can be made to run faster."""

    def __init__(self) -> None:
        self.pace = 1.0
        self._since = (time.monotonic(), 0.0)
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        real, shown = self._since
        return shown + (time.monotonic() - real) * self.pace

    def run_at(self, pace: float) -> None:
        """From now on, this many seconds pass in one."""
        self._since = (time.monotonic(), self.time())
        self.pace = pace


class AppClock:
    """The product's clock: the loop's time, and what its pauses have skipped."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._started = time.time() - loop.time()
        self.skipped = 0.0

    def time(self) -> float:
        return self._started + self.monotonic()

    def monotonic(self) -> float:
        return self._loop.time() + self.skipped

    async def pause(self, seconds: float) -> None:
        """A sleep that takes no time."""
        self.skipped += max(0.0, seconds)
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
