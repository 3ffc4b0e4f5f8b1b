"""A credential that is expensive to fetch, shared by everyone who asks for it on one event loop.

However many ask at once, one fetch runs; a failing fetch fails those who waited for it, once, and the next to ask tries
again. A value that is due for renewal but still good is handed out at once while the renewal runs behind it.
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


@dataclass(frozen=True)
class Fetched(Generic[T]):
    """A value, when to renew it and until when it may be used: seconds since 1970."""

    value: T = field(repr=False)
    renew_at: float
    good_until: float


class SingleFlight(Generic[T]):
    """Holds the last fetched value and the one fetch that may be under way."""

    def __init__(self, fetch: Callable[[], Awaitable[Fetched[T]]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._held: Fetched[T] | None = None
        self._fetched_at = 0.0
        self._flight: asyncio.Task[Fetched[T]] | None = None

    async def get(self) -> T:
        """The value, fetched if need be. Raises `CredentialsUnavailable` if the fetch does and no value is good."""
        held, now = self._held, self._clock.time()
        if held is not None and now < held.renew_at:
            return held.value
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly())
            self._flight.add_done_callback(_look_at)
        if held is not None and now < held.good_until:
            return held.value
        # Shielded: a caller who hangs up must not take the fetch away from the others.
        return (await asyncio.shield(self._flight)).value

    def reject(self, value: T, *, older_than: float) -> bool:
        """Somebody found that `value` does not work: drop it if it is still held and at least `older_than` seconds old.

        Tells whether asking again can give another value, now or from a fetch that another caller's rejection caused.
        """
        if self._held is not None and self._held.value == value:
            if self._clock.time() - self._fetched_at < older_than:
                return False
            self._held = None
        return True

    async def close(self) -> None:
        """Stop the fetch that is under way, if any."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    async def _fly(self) -> Fetched[T]:
        try:
            self._held = await self._fetch()
            self._fetched_at = self._clock.time()
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
