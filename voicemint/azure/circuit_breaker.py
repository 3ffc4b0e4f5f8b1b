"""Stops asking a service that has just failed many times, so that callers learn it at once and it can come back.

It opens after a row of failures, refuses for some seconds, then lets one attempt through: if that is answered, all may
pass again. Only connections that fail, time-outs and 5xx are failures; a refusal is an answer.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from voicemint.errors import UpstreamUnreachable
from voicemint.telemetry import log
from voicemint.timing import Clock

FAILURES_TO_OPEN = 12
"""More than the connections that we keep: all of those may have been closed under us at once, which is no outage. And
more than a few callers' attempts, so that it takes a crowd, or somebody who does not give up."""

OPEN_SECONDS = 5.0


@dataclass
class Passage:
    """One attempt on its way: whether the service failed, answered (False), or neither can be said (None)."""

    failed: bool | None = None


class CircuitBreaker:
    """Counts the failures in a row of one service. Lives on one event loop."""

    def __init__(self, clock: Clock, *, failures: int = FAILURES_TO_OPEN, open_seconds: float = OPEN_SECONDS) -> None:
        self._clock = clock
        self._failures_to_open = failures
        self._open_seconds = open_seconds
        self._failures = 0
        self._opened_at: float | None = None
        self._first_opened_at = 0.0
        self._probing = False

    @contextmanager
    def passage(self, *, forced: bool = False) -> Iterator[Passage]:
        """The block is one attempt and says in the `Passage` how it went; one that is cancelled says nothing.

        Raises `UpstreamUnreachable` while open, unless the attempt is `forced`.
        """
        probe = not forced and self._admit()
        passage = Passage()
        try:
            yield passage
        finally:
            if probe:
                self._probing = False
            if passage.failed:
                self._count(probe=probe)
            elif passage.failed is False:
                self._close()

    def _admit(self) -> bool:
        """Whether this attempt is the one that finds out if the service is back."""
        if self._opened_at is None:
            return False
        wait = self._opened_at + self._open_seconds - self._clock.monotonic()
        if wait > 0 or self._probing:
            raise UpstreamUnreachable(
                "Azure OpenAI has just failed several times in a row, so it is left alone for some seconds.",
                hint="Try again after the Retry-After seconds; it recovers by itself once Azure OpenAI answers.",
                retry_after=max(1, math.ceil(wait)),
            )
        self._probing = True
        return True

    def _count(self, *, probe: bool) -> None:
        self._failures += 1
        if probe:
            self._opened_at = self._clock.monotonic()
        elif self._opened_at is None and self._failures >= self._failures_to_open:
            self._opened_at = self._first_opened_at = self._clock.monotonic()
            log("breaker_opened", logging.ERROR, failures=self._failures, seconds=self._open_seconds)

    def _close(self) -> None:
        self._failures = 0
        if self._opened_at is not None:
            self._opened_at = None
            log("breaker_closed", seconds=round(self._clock.monotonic() - self._first_opened_at))
