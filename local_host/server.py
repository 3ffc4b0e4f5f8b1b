"""Runs an ASGI application on a socket that is already bound, says when it can be used, and stops quietly."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class PortError(Exception):
    """The port cannot be had; the message is a sentence for the person who asked, with a free port to use instead."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Port 0 takes any free one. Raises PortError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only then; else replies take 40 ms more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Elsewhere a second listener on the same port fails; on Windows this option would let it succeed.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except (OSError, OverflowError) as fault:
        listener.close()
        raise PortError(_why_not(host, port, fault)) from fault
    return listener


def _why_not(host: str, port: int, fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.errno in (errno.EADDRINUSE, errno.EACCES):
        reason = "is in use" if fault.errno == errno.EADDRINUSE else "may not be used by you"
        free = next_free_port(host, port + 1)
        return f"Port {port} {reason}." + (f" Try --port {free}." if free else "")
    return f"Cannot listen on {host}, port {port}: {str(fault).removesuffix('.')}."


def next_free_port(host: str, start: int, tries: int = 100) -> int | None:
    """The first port from `start` on that can be bound now, None if none of the next `tries` can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(max(start, 1024), min(max(start, 1024) + tries, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return None


class _Announcing(uvicorn.Server):
    """A server that calls `ready` once it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def run(
    app: ASGIApp, listener: socket.socket, ready: Callable[[], None], *, beside: AbstractAsyncContextManager[None]
) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way (three seconds at most) and return.

    `beside` is entered before and left after, on the same event loop.
    """
    import asyncio

    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    server = _Announcing(config, ready)

    # The server puts back these handlers when it has stopped and then repeats the signal to them: no traceback.
    def stop(*_: Any) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)

    async def serve() -> None:
        async with beside:
            await server.serve([listener])

    asyncio.run(serve())
