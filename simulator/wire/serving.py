"""Runs the service with uvicorn on a socket that is already bound, and says when it can be used."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from simulator.wire.websocket import MAX_FRAME


class Server(uvicorn.Server):
    """Calls `ready` once it accepts connections. `should_exit = True` ends it."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        super().__init__(config_of(app, lifespan="on"))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def config_of(app: ASGIApp, **more: Any) -> uvicorn.Config:
    """How every server of the simulator runs: quiet, nameless, open to frames as large as the protocol's."""
    logging.getLogger("uvicorn.error").addFilter(_is_no_refused_handshake)
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",  # below that, uvicorn logs paths, and a path may carry a key
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        **more,
    )


def _is_no_refused_handshake(record: logging.LogRecord) -> bool:
    """uvicorn takes a WebSocket that was answered with a status for a fault of the app; here it is what Azure does."""
    return record.msg != "ASGI callable returned without completing handshake."
