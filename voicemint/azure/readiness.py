"""A check that anybody may ask for at any rate: it runs now and then, and its last outcome answers everyone else."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable

from voicemint.errors import VoicemintError
from voicemint.timing import Clock

READY_SECONDS = 30.0
NOT_READY_SECONDS = 10.0
"""How long an outcome stands: shorter for a failure, so that a recovery is seen soon."""


class Readiness:
    """The last outcome of `check`, which returns or raises `VoicemintError`, and the run that may be under way."""

    def __init__(self, check: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._check = check
        self._clock = clock
        self._failure: VoicemintError | None = None
        self._stands_until = -math.inf
        self._run: asyncio.Task[None] | None = None

    async def ask(self) -> None:
        """Return if all is well, by an outcome of the last seconds. Raises the `VoicemintError` of the check."""
        if self._run is None and self._clock.monotonic() >= self._stands_until:
            self._run = asyncio.create_task(self._look())
        if self._run is not None:
            # Shielded: who leaves must not take the outcome from the others.
            await asyncio.shield(self._run)
        if self._failure is not None:
            raise self._failure.with_traceback(None)  # else each asking would lengthen it

    async def close(self) -> None:
        """Stop the run that is under way, if any."""
        if self._run is not None:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)

    async def _look(self) -> None:
        try:
            await self._check()
            self._failure = None
        except VoicemintError as error:
            self._failure = error
        finally:
            self._run = None
        seconds = READY_SECONDS if self._failure is None else NOT_READY_SECONDS
        self._stands_until = self._clock.monotonic() + seconds
