"""A leash of timers in this process: punctual, and held as long as the process lives and not a moment longer.

Alone it is for a machine without a storage account; when hosted, the settings demand the queue beside it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from voicemint.errors import StorageUnavailable
from voicemint.leash.leashed_call import LeashedCall
from voicemint.telemetry import log, where
from voicemint.timing import Clock

MAX_CALLS = 1000
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 180.0, 180.0)
"""Seconds before each further attempt at a call that could not be ended: ten minutes in all, as with the queue."""

LONGEST_SLEEP_SECONDS = 30.0
"""A laptop that was asleep wakes up with its timers late, so the time is looked at again this often."""


class TimerLeash:
    """Runs `end` for each held call at its time. Lives on one event loop."""

    def __init__(
        self,
        clock: Clock,
        end: Callable[[LeashedCall], Awaitable[None]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        max_calls: int = MAX_CALLS,
    ) -> None:
        self._clock = clock
        self._end = end
        self._sleep = sleep
        self._max_calls = max_calls
        self._timers: set[asyncio.Task[None]] = set()

    async def hold(self, call: LeashedCall) -> None:
        """Start a timer. Raises `StorageUnavailable` if there are as many as there may be."""
        if len(self._timers) >= self._max_calls:
            raise StorageUnavailable("This server already holds as many calls as it can.")
        timer = asyncio.create_task(self._end_in_time(call))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    async def check(self) -> None:
        """Nothing can be out of reach here."""

    async def close(self) -> None:
        """Forget every call: from here on nothing ends them."""
        timers = list(self._timers)
        for timer in timers:
            timer.cancel()
        await asyncio.gather(*timers, return_exceptions=True)

    async def _end_in_time(self, call: LeashedCall) -> None:
        while (left := call.ends_at - self._clock.time()) > 0:
            await self._sleep(min(left, LONGEST_SLEEP_SECONDS))
        for pause in (*PAUSES, 0.0):
            if await self._ended(call, last=not pause):
                return
            await self._sleep(pause)

    async def _ended(self, call: LeashedCall, *, last: bool) -> bool:
        try:
            await self._end(call)
        except Exception as error:  # whatever went wrong, the call is still open: say so, and try again
            level = logging.ERROR if last else logging.WARNING
            log(
                "call_not_ended",
                level,
                caller=call.caller,
                call_id=call.call_id,
                error_type=type(error).__name__,
                where=where(error),
            )
            return False
        return True
