"""A storage account's tables and queues under their real names, kept by an emulator that somebody else runs.

The emulator (Azurite) knows no roles and no names of Azure's. This stands in front of it: it takes TLS connections for
the account's two names, judges token and role as the service does, and passes everything else on as it came. Codes and
texts of the refusals are the service's own, from public bug reports, unless a line says "our reading".
"""

from __future__ import annotations

import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.azure.identity import QUEUES_USER, STORAGE, TABLES_USER, Identity
from simulator.clock import Clock
from simulator.wire.access import credentials

EMULATOR_SECONDS = 10.0
MAX_REMEMBERED = 1_000
METHODS = ["GET", "HEAD", "POST", "PUT", "MERGE", "PATCH", "DELETE"]

NOT_PASSED_ON = frozenset({"host", "connection", "content-length", "accept-encoding"})
NOT_PASSED_BACK = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length", "date", "server"}
)


@dataclass(frozen=True)
class Emulator:
    """One that takes bearer tokens (Azurite: `--oauth basic --cert … --key …`). The urls end with its account's name;
    `trust` knows its certificate."""

    tables: str
    queues: str
    trust: ssl.SSLContext


@dataclass(frozen=True)
class Asked:
    """One request and how the emulator answered. `target` is path and query, `at` seconds since 1970 when it came."""

    service: str
    method: str
    target: str
    status: int
    at: float


@dataclass
class Storage:
    """One account. While it is `down` it answers 503 to everything. `asked` are the latest requests that came through,
    oldest first. `transport` is how the emulator is reached, by default the network."""

    name: str
    identity: Identity
    clock: Clock
    emulator: Emulator
    transport: httpx.AsyncBaseTransport | None = None
    down: bool = False
    asked: deque[Asked] = field(default_factory=lambda: deque(maxlen=MAX_REMEMBERED))

    @property
    def table_host(self) -> str:
        return f"{self.name}.table.core.windows.net"

    @property
    def queue_host(self) -> str:
        return f"{self.name}.queue.core.windows.net"

    def app(self) -> Starlette:
        """The ASGI app for both names."""
        return Starlette(routes=[Route("/{path:path}", self._answer, methods=METHODS)], lifespan=self._connected)

    @asynccontextmanager
    async def _connected(self, _: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(
            verify=self.emulator.trust, transport=self.transport, trust_env=False, timeout=EMULATOR_SECONDS
        ) as self._client:
            yield

    async def _answer(self, request: Request) -> Response:
        service = {self.table_host: "table", self.queue_host: "queue"}.get(request.headers.get("host", ""))
        if service is None:
            return Response(status_code=400)  # our reading: the service has more ways to say so
        if self.down:
            busy = "The server is currently unable to receive requests. Please retry your request."
            return _refusal(service, 503, "ServerBusy", busy)
        return self._objection(service, request.headers) or await self._pass_on(service, request)

    def _objection(self, service: str, headers: Mapping[str, str]) -> Response | None:
        role = TABLES_USER if service == "table" else QUEUES_USER
        verdict = self.identity.verdict(credentials(headers).bearer or "", (STORAGE,), role)
        if verdict == "ok":
            return None
        if verdict == "missing role":
            text = "This request is not authorized to perform this operation using this permission."
            return _refusal(service, 403, "AuthorizationPermissionMismatch", text)
        # Our reading: the real answer also tells where to sign in.
        return _refusal(service, 401, "InvalidAuthenticationInfo", "Server failed to authenticate the request.")

    async def _pass_on(self, service: str, request: Request) -> Response:
        query = request.scope["query_string"].decode("ascii")
        target = request.scope["raw_path"].decode("ascii") + (f"?{query}" if query else "")
        at = self.clock.time()
        base = self.emulator.tables if service == "table" else self.emulator.queues
        reply = await self._client.request(
            request.method,
            base + target,
            content=await request.body(),
            headers=[pair for pair in request.headers.items() if pair[0] not in NOT_PASSED_ON],
        )
        self.asked.append(Asked(service, request.method, target, reply.status_code, at))
        back = {name: value for name, value in reply.headers.items() if name not in NOT_PASSED_BACK}
        return Response(reply.content, reply.status_code, back)


def _refusal(service: str, status: int, code: str, text: str) -> Response:
    """An error in the language of the service: tables speak JSON, queues XML."""
    if service == "table":
        error = {"odata.error": {"code": code, "message": {"lang": "en-US", "value": text}}}
        return Response(json.dumps(error), status, media_type="application/json")
    start = '<?xml version="1.0" encoding="utf-8"?>'
    error_xml = f"{start}<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return Response(error_xml, status, {"x-ms-error-code": code}, "application/xml")
