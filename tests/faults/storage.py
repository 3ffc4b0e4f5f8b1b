"""The storage of the fault matrix: a way to the emulator that can also lose every race for a record, and that says when
it lets somebody wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.integration.faulty_storage import FaultyStorage, answer

LOST = answer(
    "412 Precondition Failed",
    b'{"odata.error":{"code":"UpdateConditionNotSatisfied","message":{"lang":"en-US","value":"secret words"}}}',
    "Content-Type: application/json;odata=minimalmetadata",
)


class RacyStorage(FaultyStorage):
    """`races` writes come too late: somebody else was faster. Reads get through."""

    def __init__(self, behind: str, on_held: Callable[[], None]) -> None:
        """`on_held` is called when somebody begins to wait for an answer that does not come."""
        super().__init__(behind)
        self._on_held = on_held
        self.races = 0

    async def lose(self, races: int) -> None:
        """Lose so many races from now on, one connection a request."""
        await self.set("none")
        self.races = races

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._trouble == "never answers":
            await reader.readuntil(b"\r\n\r\n")
            self._on_held()
            await asyncio.Event().wait()
        elif self.races:
            await self._race(reader, writer)
        else:
            await super()._serve(reader, writer)

    async def _race(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, so that each of a connection's is looked at."""
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET "):
            there, back = await asyncio.open_connection(*self._behind)
            try:
                back.write(head.replace(b"Connection: keep-alive", b"Connection: close"))
                writer.write(await there.read())
            finally:
                back.transport.abort()
        else:
            self.races -= 1
            writer.write(LOST)
        await writer.drain()
        writer.write_eof()
        await reader.read()


@asynccontextmanager
async def racy(behind: str, on_held: Callable[[], None]) -> AsyncIterator[RacyStorage]:
    """A way to the emulator whose endpoint is `behind`, without trouble at first."""
    storage = RacyStorage(behind, on_held)
    await storage.set("none")
    try:
        yield storage
    finally:
        await storage.close()
