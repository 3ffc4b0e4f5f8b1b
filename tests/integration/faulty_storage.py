"""A way to a storage emulator that can be broken and mended while it is in use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

Trouble = Literal["none", "refuses", "never answers", "hangs up"] | bytes
"""Bytes are one whole HTTP answer, given to everything."""


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """One HTTP answer as it goes over the wire."""
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""))
    return head.encode() + body


class FaultyStorage:
    """`endpoint` stays the same through all troubles. Every change of trouble ends all connections."""

    def __init__(self, behind: str) -> None:
        parts = urlsplit(behind)
        self._behind = (parts.hostname or "", parts.port or 0)
        self._path = parts.path
        self._port = 0
        self._trouble: Trouble = "none"
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}{self._path}"

    async def set(self, trouble: Trouble) -> None:
        """Have this trouble from now on."""
        self._trouble = trouble
        await self._end_connections()
        if trouble == "refuses":
            await self._stop_listening()
        elif self._server is None:
            self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        await self._end_connections()
        await self._stop_listening()

    async def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await server.wait_closed()

    async def _end_connections(self) -> None:
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # that is what a connection to it is for
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._trouble == "none":
            there, back = await asyncio.open_connection(*self._behind)
            try:
                await asyncio.gather(_pump(reader, back), _pump(there, writer))
            finally:
                back.transport.abort()
            return
        await reader.readuntil(b"\r\n\r\n")
        if self._trouble == "never answers":
            await asyncio.Event().wait()
        elif isinstance(self._trouble, bytes):
            writer.write(self._trouble)
            await writer.drain()
            writer.write_eof()
            await reader.read()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()


@asynccontextmanager
async def faulty(behind: str) -> AsyncIterator[FaultyStorage]:
    """A way to the emulator whose endpoint is `behind`, without trouble at first."""
    storage = FaultyStorage(behind)
    await storage.set("none")
    try:
        yield storage
    finally:
        await storage.close()
