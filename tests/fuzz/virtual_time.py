"""An event loop on which nobody waits: where nothing else is to do, time jumps to the next timer.

So pauses before a second attempt, time-outs and leashes take no time, and a run gives the same again. A deadlock
(nobody is ready and no timer is set) is an error instead of a test that hangs.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

START = 1_800_000_000.0
"""Seconds since 1970 when a loop is new."""


class _Selector(selectors.SelectSelector):
    """Tells the loop of a wait instead of waiting."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("Nothing is ready, and nothing ever will be.")
        self.loop.skip(timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """What would run in a thread runs at once, in the loop's own."""

    def __init__(self) -> None:
        self._now = 0.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self._now

    def skip(self, seconds: float) -> None:
        """Move on; timers that are due by then run next."""
        self._now += seconds

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class LoopClock:
    """The loop's time as the product asks for it."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def time(self) -> float:
        return START + self._loop.time()

    def monotonic(self) -> float:
        return self._loop.time()
