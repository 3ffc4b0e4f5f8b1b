"""Runs the service with uvicorn on a socket that is already bound, and says when it can be used."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from simulator.wire.websocket import MAX_FRAME


class Server(uvicorn.Server):
    """Calls `ready` once it accepts connections. `should_exit = True` ends it."""

    def __init__(self, app: Starlette, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",  # below that, uvicorn logs paths, and a path may carry a key
            access_log=False,
            lifespan="on",
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME,
            ws_per_message_deflate=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=3,
        )
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
