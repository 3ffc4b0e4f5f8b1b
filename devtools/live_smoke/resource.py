"""The few requests that the probes make of one Azure OpenAI resource, over HTTP and its WebSocket."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect

REALTIME = "/openai/v1/realtime"
SHOWN = 140
"""Characters of an error's message that an answer repeats."""

SCOPES = ("https://cognitiveservices.azure.com/.default", "https://ai.azure.com/.default")
"""The two audiences that Microsoft's pages name; the first is the function's default."""

Authorise = Callable[[str], Awaitable[Mapping[str, str]]]
"""Takes a scope, gives the header that carries the standing credential. A key does not care about the scope."""


@dataclass
class Resource:
    """One resource and one realtime deployment on it. `secrets` collects what must never be printed."""

    http: httpx.AsyncClient
    deployment: str
    authorise: Authorise
    transcription: str = ""
    secrets: set[str] = field(default_factory=set, repr=False)

    async def mint(
        self, seconds: int | None = None, *, scope: str = SCOPES[0], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Ask for a client secret that lives for `seconds`, or for as long as the service likes."""
        session: dict[str, Any] = {"type": "realtime", "model": self.deployment, "instructions": "Answer briefly."}
        if self.transcription:
            session["audio"] = {"input": {"transcription": {"model": self.transcription}}}
        body: dict[str, Any] = {"session": session}
        if seconds is not None:
            body["expires_after"] = {"anchor": "created_at", "seconds": seconds}
        sent = {**await self._standing(scope), **(headers or {})}
        reply = await self.http.post(f"{REALTIME}/client_secrets", json=body, headers=sent)
        if reply.status_code == 200:
            self.secrets.add(reply.json()["value"])
        return reply

    async def secret(self, seconds: int = 60) -> str:
        """A client secret. Raises `httpx.HTTPStatusError` if none is given."""
        reply = await self.mint(seconds)
        reply.raise_for_status()
        value: str = reply.json()["value"]
        return value

    async def offer(self, sdp: str, secret: str, query: str = "", origin: str = "") -> httpx.Response:
        """Post an SDP offer as a browser would."""
        headers = {"authorization": f"Bearer {secret}", "content-type": "application/sdp"}
        if origin:
            headers["origin"] = origin
        return await self.http.post(f"{REALTIME}/calls{query}", content=sdp, headers=headers)

    async def preflight(self, origin: str, headers: str) -> httpx.Response:
        """The question that a browser asks before it posts with these headers."""
        asked = {
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": headers,
        }
        return await self.http.options(f"{REALTIME}/calls", headers=asked)

    async def hang_up(self, call_id: str, secret: str = "") -> httpx.Response:
        """End a call, with the standing credential or with a client secret."""
        headers = {"authorization": f"Bearer {secret}"} if secret else await self._standing(SCOPES[0])
        return await self.http.post(f"{REALTIME}/calls/{call_id}/hangup", headers=headers)

    async def sideband(self, call_id: str) -> connect:
        """A WebSocket beside a call; to be entered with `async with`."""
        base = urlsplit(str(self.http.base_url))
        scheme = "wss" if base.scheme == "https" else "ws"
        headers = await self._standing(SCOPES[0])
        return connect(f"{scheme}://{base.netloc}{REALTIME}?call_id={call_id}", additional_headers=dict(headers))

    def shown(self, reply: httpx.Response) -> str:
        """Status and error of a reply, short and without secrets."""
        try:
            error = reply.json()["error"]
            words = f'{reply.status_code} `{error.get("code")}`: "{error.get("message")}"'
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError, UnicodeDecodeError):
            return str(reply.status_code)
        return self.masked(words if len(words) <= SHOWN else words[:SHOWN] + '…"')

    def masked(self, text: str) -> str:
        """`text` without anything that this resource was asked with."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text

    async def _standing(self, scope: str) -> Mapping[str, str]:
        headers = await self.authorise(scope)
        self.secrets.update(value.removeprefix("Bearer ") for value in headers.values())
        return headers


def life(reply: httpx.Response, now: float) -> int:
    """Seconds that a minted secret has left, by the service's own clock if it tells the time."""
    told = reply.headers.get("date")
    base = parsedate_to_datetime(told).timestamp() if told else now
    return round(float(reply.json()["expires_at"]) - base)


def call_id(reply: httpx.Response) -> str:
    """The id of a call that was answered: the last part of its Location, whatever stands before it."""
    location: str = reply.headers["location"]
    return location.rpartition("/")[2]
