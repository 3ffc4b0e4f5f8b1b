"""Where records of the limits are kept: a small interface, and the keeping of one process.

A record is bytes under a key. It is replaced only by whoever has seen its last version, which the ETag names.
"""

from __future__ import annotations

import itertools
from typing import Protocol

from voicemint.errors import StorageUnavailable
from voicemint.limits.ledger import DAY_SECONDS
from voicemint.timing import Clock

MAX_RECORDS = 100_000

KEPT_SECONDS = 2.0 * DAY_SECONDS
"""A ledger that nobody has written for so long says nothing any more: its window, its calls and its day are over."""


class Ledgers(Protocol):
    """Keys are 1 to 64 letters and digits. Everything raises `StorageUnavailable`."""

    async def read(self, key: str) -> tuple[bytes | None, str | None]:
        """The record and its ETag; twice None if there is none."""
        ...

    async def write(self, key: str, content: bytes, etag: str | None) -> bool:
        """Replace the version that `etag` names, or make the record if `etag` is None. False: somebody was faster."""
        ...

    async def close(self) -> None: ...


class MemoryLedgers:
    """The records of one process, for one machine: every process counts for itself and forgets when it ends.

    When it is full it refuses new callers rather than forget one who has a limit.
    """

    def __init__(self, clock: Clock, *, max_records: int = MAX_RECORDS) -> None:
        self._clock = clock
        self._max_records = max_records
        self._versions = itertools.count(1)
        # In the order of their last writing, the oldest first.
        self._records: dict[str, tuple[bytes, str, float]] = {}

    async def read(self, key: str) -> tuple[bytes | None, str | None]:
        content, etag, _ = self._records.get(key, (None, None, 0.0))
        return content, etag

    async def write(self, key: str, content: bytes, etag: str | None) -> bool:
        held = self._records.get(key)
        if (held and held[1]) != etag:
            return False
        self._forget()
        if held is None and len(self._records) >= self._max_records:
            raise StorageUnavailable("The limits of too many callers are kept in memory.")
        self._records.pop(key, None)
        self._records[key] = (content, str(next(self._versions)), self._clock.time())
        return True

    async def close(self) -> None:
        self._records.clear()

    def _forget(self) -> None:
        """Drop what says nothing any more."""
        while self._records:
            key, (_, _, written_at) = next(iter(self._records.items()))
            if self._clock.time() - written_at < KEPT_SECONDS:
                return
            del self._records[key]
