"""A credential that is expensive to fetch, shared by everyone who asks for it on one event loop.

However many ask at once, one fetch runs; a failing fetch fails those who waited for it, once, and the next to ask tries
again. A value that is due for renewal but still good is handed out at once while the renewal runs behind it. A value
that was refused where it was used is replaced, at a bounded pace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from voicemint.errors import CredentialsUnavailable
from voicemint.timing import Clock

T = TypeVar("T")

RENEWAL_PAUSE_SECONDS = 30.0
"""After a failed renewal the old value serves this long before the next attempt."""

REPLACE_PAUSE_SECONDS = 2.0
"""Between the begins of two fetches that somebody's refusals caused, however many were refused."""


@dataclass(frozen=True)
class Fetched(Generic[T]):
    """A value, when to renew it and until when it may be used: seconds since 1970."""

    value: T = field(repr=False)
    renew_at: float
    good_until: float


class SingleFlight(Generic[T]):
    """Holds the last fetched value and the one fetch that may be under way."""

    def __init__(
        self,
        fetch: Callable[[bool], Awaitable[Fetched[T]]],
        clock: Clock,
        *,
        replace_pause: float = REPLACE_PAUSE_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`fetch` is told whether the value it gave last has been refused, so that no cache of its own may answer."""
        self._fetch = fetch
        self._clock = clock
        self._replace_pause = replace_pause
        self._sleep = sleep
        self._held: Fetched[T] | None = None
        self._flight: asyncio.Task[Fetched[T]] | None = None
        self._flights = 0
        self._departed_at = 0.0

    async def get(self) -> T:
        """The value, fetched if need be. Raises `CredentialsUnavailable` if the fetch does and no value is good."""
        held, now = self._held, self._clock.time()
        if held is not None and now < held.renew_at:
            return held.value
        flight = self._flight or self._depart(refused=False)
        if held is not None and now < held.good_until:
            return held.value
        # Shielded: a caller who hangs up must not take the fetch away from the others.
        return (await asyncio.shield(flight)).value

    async def replace(self, refused: T, *, patience: float) -> T | None:
        """Another value than `refused`, which somebody found not to work; None if the source still gives the same.

        Only a fetch that began after this call can tell that: an earlier one may have missed the change that made the
        value stop working. Fetches on refusal keep their pause, so this may wait, by `patience` seconds at most; if
        that is not enough the answer is None at once. Raises `CredentialsUnavailable` if no value is good any more.
        """
        before = self._flights
        while self._held is None or self._held.value == refused:
            if self._flight is not None:
                await asyncio.shield(self._flight)
            elif self._flights > before:
                return None
            else:
                wait = self._departed_at + self._replace_pause - self._clock.monotonic()
                if wait > patience:
                    return None
                if wait > 0:
                    await self._sleep(wait)
                else:
                    self._depart(refused=True)
        return self._held.value

    async def close(self) -> None:
        """Stop the fetch that is under way, if any."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    def _depart(self, *, refused: bool) -> asyncio.Task[Fetched[T]]:
        self._flights += 1
        self._departed_at = self._clock.monotonic()
        self._flight = asyncio.create_task(self._fly(refused))
        self._flight.add_done_callback(_look_at)
        return self._flight

    async def _fly(self, refused: bool) -> Fetched[T]:
        try:
            self._held = await self._fetch(refused)
        except CredentialsUnavailable:
            now = self._clock.time()
            if self._held is None or now >= self._held.good_until:
                raise
            self._held = replace(self._held, renew_at=now + RENEWAL_PAUSE_SECONDS)
        finally:
            self._flight = None
        return self._held


def _look_at(flight: asyncio.Task[Fetched[T]]) -> None:
    """Take the outcome, so that asyncio does not complain of a failure that every waiter left before it came."""
    if not flight.cancelled():
        flight.exception()
