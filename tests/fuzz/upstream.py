"""Azure OpenAI as the fuzzers meet it: it mints, connects and hangs up, and now and then it fails in any way it can.

Whatever it says in a failure holds marks that must not come out on the other side.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from functools import partial

import httpx

from tests.canaries import CANARY_INSTRUCTIONS, CANARY_TOKEN

CLIENT_SECRET = "ek_fuzz0client0secret"
"""What a mint gives. Only the reply to a mint in token mode may hold it."""

SAID = "upstream-words-73"
"""Stands in everything that Azure says in a failure, and in headers."""

ANSWER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\na=ice-pwd:answerpwd73\r\n"
ANSWER_MARK = "answerpwd73"

FAULTY = 0.12
"""How often trouble begins."""

STREAKS = (1, 3, 6, 14)
"""How many requests in a row it lasts: long enough, at times, to outlast every further attempt."""

SLOW_SECONDS = 60.0

WAITS = (b"0", b"1", b"7", b"86400", b"9" * 30, b"-1", b"soon", b"1.5", "\u0663".encode(), b"")
"""What `Retry-After` may say."""

Fault = Callable[[httpx.Request, random.Random], Awaitable[httpx.Response]]


async def _refusal(status: int, request: httpx.Request, rng: random.Random) -> httpx.Response:
    headers = [(b"x-request-id", SAID.encode()), (b"x-other", CANARY_TOKEN.encode())]
    if rng.random() < 0.5:
        headers.append((b"retry-after", rng.choice(WAITS)))
    code = rng.choice(["", "invalid_api_key", "DeploymentNotFound", "too_many_requests", 7, None, {"a": SAID}])
    error = {"code": code, "message": f"{SAID} {CANARY_INSTRUCTIONS}"}
    return httpx.Response(status, json=rng.choice([{"error": error}, error, [error], SAID]), headers=headers)


async def _nonsense(request: httpx.Request, rng: random.Random) -> httpx.Response:
    bodies: list[bytes] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe" + SAID.encode(),
        f"<html>{SAID}</html>".encode(),
        b"[" * 5000,
        json.dumps({"value": CANARY_TOKEN, "expires_at": "soon"}).encode(),
        json.dumps({"value": f"{CANARY_TOKEN}\r\nX: y", "expires_at": 1e300, "session": {}}).encode(),
        b'{"value": "' + b"x" * 300_000 + b'"}',
    ]
    kind = rng.choice(["application/json", "text/html", "application/sdp", ""])
    return httpx.Response(rng.choice([200, 201]), content=rng.choice(bodies), headers={"content-type": kind})


async def _broken(request: httpx.Request, rng: random.Random) -> httpx.Response:
    raise rng.choice([httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError])(
        f"{SAID} {CANARY_TOKEN}", request=request
    )


async def _slow(request: httpx.Request, rng: random.Random) -> httpx.Response:
    await asyncio.sleep(SLOW_SECONDS)
    return httpx.Response(200)


STATUSES = (400, 401, 401, 403, 404, 404, 409, 410, 418, 422, *[429] * 6, 500, 502, 503, 302, 204)
FAULTS: tuple[Fault, ...] = (
    *(partial(_refusal, status) for status in STATUSES),
    *(_nonsense, _broken, _slow) * 3,
)


class Upstream(httpx.AsyncBaseTransport):
    """Seeded, so that a run can be repeated."""

    def __init__(self, rng: random.Random, now: Callable[[], float]) -> None:
        self._rng = rng
        self._now = now
        self.requests = 0
        self._fault: Fault | None = None
        self._left = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        await request.aread()
        await asyncio.sleep(0)
        if self._left == 0 and self._rng.random() < FAULTY:
            self._fault, self._left = self._rng.choice(FAULTS), self._rng.choice(STREAKS)
        if self._fault is not None and self._left > 0:
            self._left -= 1
            return await self._fault(request, self._rng)
        return self._success(request.url.path)

    def _success(self, path: str) -> httpx.Response:
        if path.endswith("/client_secrets"):
            session = {"type": "realtime", "object": "realtime.session", "id": f"sess_{self.requests:021d}"}
            body = {"value": CLIENT_SECRET, "expires_at": int(self._now()) + 60, "session": session}
            return httpx.Response(200, json=body)
        if path.endswith("/calls"):
            location = f"/v1/realtime/calls/rtc_{self.requests:032x}"
            headers = {"location": location, "content-type": "application/sdp"}
            return httpx.Response(201, text=ANSWER, headers=headers)
        return httpx.Response(200)
