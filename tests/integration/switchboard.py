"""The realtime service for tests that start calls and never speak: real mints, and calls that are only ids.

It listens on a port of its own and counts what reaches it: connections, mints, calls and hang-ups. A call needs no
WebRTC here, so a thousand of them cost nothing; shapes and statuses are those of `simulator/wire/calls.py`.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.azure.identity import Identity
from simulator.clock import RealClock
from simulator.knobs import Knobs
from simulator.wire.listener import bind
from simulator.wire.serving import config_of
from tests.canaries import CANARY_KEY
from tests.integration.offline_azure import silent_openai

ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
STOP_SECONDS = 30.0


class Switchboard:
    """The double, for who has the key. One thread writes its counts, any may read them; `url` is set while it runs."""

    def __init__(self, identity: Identity, knobs: Knobs, key: str) -> None:
        self.url = ""
        self.knobs = knobs
        self.connections = 0
        self.most_connections = 0
        self.mints = 0
        self.open: set[str] = set()
        self.most_open = 0
        self.asked_to_hang_up: list[str] = []
        self._ids = itertools.count(1)
        self._identity = identity
        self.take_only(key)

    def take_only(self, key: str) -> None:
        """Refuse every other key from now on."""
        self._key = key
        self._realtime = silent_openai(self._identity, self.knobs, key)

    def app(self) -> Starlette:
        base = "/openai/v1/realtime"
        return Starlette(
            routes=[
                Route(f"{base}/calls", self._connect, methods=["POST"]),
                Route(f"{base}/calls/{{call_id}}/hangup", self._hang_up, methods=["POST"]),
                Mount("/", self._counted),
            ]
        )

    def protocol(self) -> type[H11Protocol]:
        """uvicorn's protocol, counting."""
        tally = self

        class Counting(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                tally.connections += 1
                tally.most_connections = max(tally.most_connections, tally.connections)
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                tally.connections -= 1
                super().connection_lost(exc)

        return Counting

    def forget(self) -> None:
        """Count open calls from none again. Nothing may be under way."""
        self.open.clear()
        self.most_open = 0

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.mints += scope["path"].endswith("/client_secrets")
        await self._realtime(scope, receive, send)

    async def _connect(self, request: Request) -> Response:
        await request.body()
        if not request.headers.get("authorization", "").startswith("Bearer ek_"):
            return Response(status_code=401)
        call_id = f"rtc_{next(self._ids)}"
        self.open.add(call_id)
        self.most_open = max(self.most_open, len(self.open))
        return PlainTextResponse(ANSWER, 201, {"location": f"/v1/realtime/calls/{call_id}"})

    async def _hang_up(self, request: Request) -> Response:
        call_id = request.path_params["call_id"]
        self.asked_to_hang_up.append(call_id)
        if request.headers.get("api-key") != self._key:
            return Response(status_code=401)
        if call_id not in self.open:
            return Response(status_code=404)
        self.open.discard(call_id)
        return Response(status_code=200)


class Line:
    """Where doubles that make the realtime service themselves find a switchboard; `board` is it from then on."""

    board: Switchboard

    def open(self, identity: Identity, knobs: Knobs, key: str) -> ASGIApp:
        self.board = Switchboard(identity, knobs, key)
        return self.board.app()


@contextmanager
def switchboard() -> Iterator[Switchboard]:
    """A running one, in a thread of its own. Raises RuntimeError if it does not start or stop in time."""
    knobs = Knobs()
    board = Switchboard(Identity(RealClock(), knobs), knobs, CANARY_KEY)
    with bind("127.0.0.1", 0) as listener:
        board.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(config_of(board.app(), http=board.protocol(), lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        thread.start()
        try:
            yield board  # the socket listens already, so whoever is early only waits
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                raise RuntimeError("The switchboard did not stop in time.")
