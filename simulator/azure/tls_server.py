"""Runs ASGI apps behind TLS on free loopback ports, in a thread of their own, while a `with` block lasts."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.wire.listener import bind
from simulator.wire.serving import config_of

START_SECONDS = 30.0
STOP_SECONDS = 30.0


@dataclass
class TlsServer:
    """One app to serve. `port` is set while it runs; `connections` counts completed TLS handshakes."""

    app: ASGIApp
    context: ssl.SSLContext
    port: int = 0
    connections: int = 0

    def protocol(self) -> type[H11Protocol]:
        """uvicorn's protocol, counting."""
        tally = self

        class Counting(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                tally.connections += 1
                super().connection_made(transport)

        return Counting


@contextmanager
def serving(servers: Sequence[TlsServer]) -> Iterator[None]:
    """Serve all of them until the block ends. Raises RuntimeError if they do not start or do not stop in time."""
    with ExitStack() as stack:
        running = []
        for server in servers:
            listener = stack.enter_context(bind("127.0.0.1", 0))
            server.port = listener.getsockname()[1]
            running.append((uvicorn.Server(_config(server)), listener))
        thread = threading.Thread(target=_run, args=(running,), name="azure-doubles", daemon=True)
        thread.start()
        try:
            _wait_until_started([runner for runner, _ in running], thread)
            yield
        finally:
            for runner, _ in running:
                runner.should_exit = True
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                raise RuntimeError("The doubles did not stop in time.")


def _config(server: TlsServer) -> uvicorn.Config:
    return config_of(server.app, http=server.protocol(), ssl_context_factory=lambda config, default: server.context)


def _run(running: Sequence[tuple[uvicorn.Server, socket.socket]]) -> None:
    asyncio.run(_serve(running))


async def _serve(running: Sequence[tuple[uvicorn.Server, socket.socket]]) -> None:
    async def serve(server: uvicorn.Server, listener: socket.socket) -> None:
        try:
            await server.serve([listener])
        except SystemExit:  # how uvicorn leaves when an app does not start; whoever waits for the start will say so
            for other, _ in running:
                other.should_exit = True

    await asyncio.gather(*(serve(server, listener) for server, listener in running))


def _wait_until_started(servers: Sequence[uvicorn.Server], thread: threading.Thread) -> None:
    """Return when all accept. The sockets already listen, so a client that is early only waits."""
    pause = threading.Event()
    for _ in range(round(START_SECONDS / 0.01)):
        if all(server.started for server in servers):
            return
        if not thread.is_alive():
            break
        pause.wait(0.01)
    raise RuntimeError("The doubles did not start.")
