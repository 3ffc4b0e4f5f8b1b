"""The storage of the fault matrix: a way to the emulator that can also lose every race for a record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.integration.faulty_storage import FaultyStorage, answer

LOST = answer(
    "412 Precondition Failed",
    b'{"odata.error":{"code":"UpdateConditionNotSatisfied","message":{"lang":"en-US","value":"secret words"}}}',
    "Content-Type: application/json;odata=minimalmetadata",
)


class RacyStorage(FaultyStorage):
    """`races` writes come too late: somebody else was faster. Reads get through."""

    races = 0

    async def lose(self, races: int) -> None:
        """Lose so many races from now on, one connection a request."""
        await self.set("none")
        self.races = races

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.races:
            await super()._serve(reader, writer)
            return
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"GET "):
            self.races -= 1
            writer.write(LOST)
        else:
            there, back = await asyncio.open_connection(*self._behind)
            try:
                back.write(head.replace(b"Connection: keep-alive", b"Connection: close"))
                writer.write(await there.read())
            finally:
                back.transport.abort()
        await writer.drain()
        writer.write_eof()
        await reader.read()


@asynccontextmanager
async def racy(behind: str) -> AsyncIterator[RacyStorage]:
    """A way to the emulator whose endpoint is `behind`, without trouble at first."""
    storage = RacyStorage(behind)
    await storage.set("none")
    try:
        yield storage
    finally:
        await storage.close()
