"""A resource on a real port of this machine, for as long as a test needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from simulator.wire.listener import bind
from simulator.wire.resource import Resource
from simulator.wire.service import build
from simulator.wire.serving import Server


@asynccontextmanager
async def serving(resource: Resource) -> AsyncIterator[str]:
    """Serve it with uvicorn; gives host and port, as in `127.0.0.1:8090`. Everything is freed afterwards."""
    ready = asyncio.Event()
    with bind("127.0.0.1", 0) as listener:
        server = Server(build(resource), ready.set)
        running = asyncio.create_task(server.serve([listener]))
        await ready.wait()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
