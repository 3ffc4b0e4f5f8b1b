"""May this caller start a call? The app asks nothing else of this package.

While the records cannot be read or written nobody may start one (`StorageUnavailable`): an unlimited call could cost
any amount. Every question has an answer within the deadline. A write whose own answer was lost may count all the same;
so a failure can use up what a caller has, and never adds to it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import random as randomness
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from voicemint.callers.caller import Caller
from voicemint.errors import DailyLimitReached, StorageUnavailable
from voicemint.limits import ledger
from voicemint.limits.changes import Changes
from voicemint.limits.day_count import DayCount, count
from voicemint.limits.ledger import Ledger, OpenCall, Policy, day_of, decode, encode, until_midnight
from voicemint.limits.ledgers import Ledgers
from voicemint.telemetry import log
from voicemint.timing import Clock

DEADLINE_SECONDS = 3.0

ALL_CALLERS = "all"
SECRET = "secret"  # noqa: S105 - the record's name
"""The two records that are no caller's. Callers' keys are 32 hexadecimal characters."""

SECRET_BYTES = 32

CALLERS_AT_ONCE = 6
BEGUN_AT_ONCE = 2
SHARED_AT_ONCE = 2
"""Records that are worked on at the same time. `TableLedgers` has a thread for each."""

T = TypeVar("T")


class Limits:
    """The limits of `policy`, for everyone who shares `ledgers`. Lives on one event loop."""

    def __init__(
        self,
        ledgers: Ledgers,
        policy: Policy,
        clock: Clock,
        *,
        random: randomness.Random | None = None,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        """`random` spreads repeated attempts; `token_bytes` makes what nobody may guess."""
        self._ledgers = ledgers
        self._policy = policy
        self._clock = clock
        self._token_bytes = token_bytes
        self._deadline_seconds = deadline_seconds
        random = random or randomness.Random()
        self._callers = Changes(
            ledgers, random, seconds=deadline_seconds, at_once=CALLERS_AT_ONCE, begun_at_once=BEGUN_AT_ONCE
        )
        # Apart, so that whoever has passed their own limits is not behind those who have yet to begin.
        self._shared = Changes(ledgers, random, seconds=deadline_seconds, at_once=SHARED_AT_ONCE)
        self._secret: bytes | None = None
        self._full_day: int | None = None

    async def key(self, caller: Caller) -> str:
        """The only name under which a caller is stored or logged: 32 hexadecimal characters, the same on all instances.

        Keyed with a secret, because a plain hash of an address is undone by trying them all. Raises
        `StorageUnavailable`.
        """
        if self._secret is None:
            fresh = self._token_bytes(SECRET_BYTES)
            async with self._deadline():
                self._secret = await self._shared.submit(SECRET, lambda stored: _secret(stored, fresh))
        subject = f"{caller.kind}\0{caller.subject}".encode()
        return hmac.new(self._secret, subject, hashlib.sha256).hexdigest()[:32]

    async def admit(self, key: str) -> None:
        """Count one start. Raises `RateLimited`, `DailyLimitReached`, `StorageUnavailable`."""
        self._refuse_on_a_full_day()
        async with self._deadline():
            await self._change(key, lambda held, now: (ledger.start(held, self._policy, now), None))
            await self._count_for_all()

    async def open_call(self, key: str) -> OpenCall:
        """Count one start, and reserve a place and the seconds of a call.

        Raises what `admit` raises, and `TooManyCalls`, `MinutesUsedUp`.
        """
        self._refuse_on_a_full_day()
        call_id = self._token_bytes(16).hex()
        decided = False

        def reserve(held: Ledger, now: float) -> tuple[Ledger, OpenCall]:
            nonlocal decided
            changed = ledger.open_call(held, self._policy, now, call_id)
            decided = True
            return changed

        try:
            async with self._deadline():
                call = await self._change(key, reserve)
                await self._count_for_all()
                return call
        except (DailyLimitReached, StorageUnavailable, asyncio.CancelledError):
            if decided:
                # The reservation may have been written. Nobody need wait until it is taken back.
                self._close(key, call_id).add_done_callback(_look_at)
            raise

    async def connect_call(self, key: str, call_id: str, upstream_id: str) -> OpenCall:
        """Note that the call exists upstream now, as `upstream_id`. Raises `UnknownCall`, `StorageUnavailable`."""
        async with self._deadline():
            return await self._change(
                key, lambda held, now: ledger.connect(held, now, call_id, upstream_id), begun=True
            )

    async def find_call(self, key: str, call_id: str) -> OpenCall:
        """The caller's open call of that id. Raises `UnknownCall`, `StorageUnavailable`."""
        async with self._deadline():
            content, _ = await self._ledgers.read(key)
        return ledger.find(decode(content, Ledger), self._clock.time(), call_id)

    async def close_call(self, key: str, call_id: str) -> OpenCall | None:
        """Free the place and give the unused seconds back; None if that was done already. Raises `StorageUnavailable`,
        after which the place frees itself when the call's time is over."""
        async with self._deadline():
            return await self._close(key, call_id)

    async def check(self) -> None:
        """Whether the records can be read: one read. Raises `StorageUnavailable`."""
        async with self._deadline():
            await self._ledgers.read(SECRET)

    async def warm_up(self) -> None:
        """Do early what the first caller would wait for: connect, and read or make the secret. Never raises."""
        try:
            await self.key(Caller("local"))
        except StorageUnavailable as error:
            log("storage_failed", logging.WARNING, code=error.code)

    async def close(self) -> None:
        """Stop what is under way and close the connections."""
        await self._callers.close()
        await self._shared.close()
        await self._ledgers.close()

    def _change(
        self, key: str, change: Callable[[Ledger, float], tuple[Ledger, T]], *, begun: bool = False
    ) -> asyncio.Future[T]:
        def apply(stored: bytes | None) -> tuple[bytes, T]:
            changed, answer = change(decode(stored, Ledger), self._clock.time())
            return encode(changed), answer

        return self._callers.submit(key, apply, begun=begun)

    def _close(self, key: str, call_id: str) -> asyncio.Future[OpenCall | None]:
        now = self._clock.time()

        def apply(stored: bytes | None) -> tuple[bytes | None, OpenCall | None]:
            held, call = ledger.close(decode(stored, Ledger), now, call_id)
            return (stored if call is None else encode(held)), call

        return self._callers.submit(key, apply, begun=True)

    async def _count_for_all(self) -> None:
        """Count the start of a caller who may, for all callers together. Raises `DailyLimitReached`."""

        def apply(stored: bytes | None) -> tuple[bytes, None]:
            total = decode(stored, DayCount)
            return encode(count(total, self._policy.starts_per_day, self._clock.time())), None

        try:
            await self._shared.submit(ALL_CALLERS, apply)
        except DailyLimitReached:
            self._full_day = day_of(self._clock.time())
            raise

    def _refuse_on_a_full_day(self) -> None:
        """Once a day is full it stays full, so nobody can make the storage say so again."""
        now = self._clock.time()
        if self._full_day == day_of(now):
            raise DailyLimitReached(retry_after=until_midnight(now))

    @asynccontextmanager
    async def _deadline(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._deadline_seconds):
                yield
        except TimeoutError as error:
            raise StorageUnavailable("The limits could not be checked in time.") from error


def _secret(stored: bytes | None, fresh: bytes) -> tuple[bytes, bytes]:
    """What is stored wins over what this process made. Raises `StorageUnavailable` if that is no secret."""
    secret = fresh if stored is None else stored
    if len(secret) != SECRET_BYTES:
        raise StorageUnavailable("A record of the limits cannot be read.")
    return secret, secret


def _look_at(closing: asyncio.Future[OpenCall | None]) -> None:
    """Take the outcome, so that asyncio does not complain of a failure that nobody waits for."""
    if not closing.cancelled():
        closing.exception()
