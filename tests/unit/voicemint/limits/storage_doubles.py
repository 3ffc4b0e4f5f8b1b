"""Records for tests that can lose races, hang and fail on demand."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

from simulator.clock import ManualClock
from voicemint.errors import StorageUnavailable
from voicemint.limits.ledgers import MemoryLedgers


class TroubledLedgers(MemoryLedgers):
    """`lost` writes are lost to somebody else, first; `failures` are raised by reads and writes, one each; `gate` holds
    reads back. It counts, tells by `reading` when a key is read, and notes how many reads ran together at most."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.lost = 0
        self.meanwhile: Callable[[str], bytes] | None = None
        self.read_failures: list[Exception] = []
        self.write_failures: list[Exception] = []
        self.gate: asyncio.Event | None = None
        self.reading: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.reads: list[str] = []
        self.writes: list[str] = []
        self.together = 0
        self._reading = 0

    async def read(self, key: str) -> tuple[bytes | None, str | None]:
        self.reads.append(key)
        self.reading[key].set()
        self._reading += 1
        self.together = max(self.together, self._reading)
        try:
            await asyncio.sleep(0)
            if self.gate is not None:
                await self.gate.wait()
        finally:
            self._reading -= 1
        if self.read_failures:
            raise self.read_failures.pop(0)
        return await super().read(key)

    async def write(self, key: str, content: bytes, etag: str | None) -> bool:
        self.writes.append(key)
        await asyncio.sleep(0)
        if self.write_failures:
            raise self.write_failures.pop(0)
        if self.lost > 0:
            self.lost -= 1
            if self.meanwhile is not None:
                _, latest = await super().read(key)
                await super().write(key, self.meanwhile(key), latest)
            return False
        return await super().write(key, content, etag)


def down() -> StorageUnavailable:
    return StorageUnavailable("The test took the storage away.")
