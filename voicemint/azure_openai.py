"""Azure OpenAI's realtime service: the only file that knows its URLs, headers and JSON.

GA v1 routes only, as Microsoft documents them and as recorded on Azure, July 2026. One client with a few kept
connections serves the whole process; every call has a deadline, every answer a size limit, and nothing of an upstream
body leaves this file but the fields that are named here.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import msgspec
from msgspec import Meta

from voicemint import __version__
from voicemint.credentials import AuthHeader
from voicemint.endpoint import Endpoint
from voicemint.errors import UpstreamMalformed, UpstreamTimeout, UpstreamUnreachable
from voicemint.masking import Secret
from voicemint.settings import EventFilter
from voicemint.telemetry import log
from voicemint.timing import Clock
from voicemint.upstream_faults import refusal

DEADLINE_SECONDS = 8.0
"""For one mint with its one repetition: a person has tapped Start and waits."""

MAX_REPLY_BYTES = 524_288
"""The mint echoes the session with its instructions and tools, so this is several times the largest persona."""

MAX_CONNECTIONS = 10
KEEP_ALIVE_SECONDS = 55.0


@dataclass(frozen=True)
class ClientSecret:
    """An ephemeral token, when it expires (seconds since 1970) and the session that it will open."""

    value: Secret
    expires_at: int
    session_id: str


_Printable = Annotated[str, Meta(pattern=r"^[!-~]+\Z", max_length=4096)]


class _Session(msgspec.Struct):
    id: Annotated[str, Meta(pattern=r"^[!-~]+\Z", max_length=128)]


class _Minted(msgspec.Struct):
    """The fields of the mint's 200 that are used (recorded on Azure, July 2026)."""

    value: _Printable
    expires_at: Annotated[int, Meta(gt=0, lt=2**53)]  # what a page's number can hold
    session: _Session


def webrtc_url(endpoint: Endpoint, event_filter: EventFilter) -> str:
    """Where the browser posts its SDP offer. The filter is part of the URL, so the page cannot build it wrongly."""
    return f"{endpoint.base}/openai/v1/realtime/calls" + ("?webrtcfilter=on" if event_filter == "private" else "")


def open_client(endpoint: Endpoint, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The process's one HTTP client. `transport` replaces the network in tests.

    Proxy and certificate variables of the environment count, as in any other program, but not for a loopback address.
    """
    return httpx.AsyncClient(
        transport=transport,
        trust_env=not endpoint.loopback,
        follow_redirects=False,
        timeout=httpx.Timeout(DEADLINE_SECONDS, connect=3.0),
        limits=httpx.Limits(
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
        ),
        headers={"user-agent": f"voicemint/{__version__}", "accept": "application/json", "accept-encoding": "identity"},
    )


class AzureOpenAI:
    """One resource, reached through one client."""

    def __init__(
        self, endpoint: Endpoint, client: httpx.AsyncClient, clock: Clock, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._endpoint = endpoint
        self._client = client
        self._clock = clock
        self._deadline_seconds = deadline_seconds
        self._last_used = -math.inf

    async def mint(self, auth: AuthHeader, session: Mapping[str, Any], ttl_seconds: int) -> ClientSecret:
        """Ask for a client secret that opens `session` within `ttl_seconds`. Raises `UpstreamError`.

        The lifetime is always sent: without it a secret lives for two hours (recorded on Azure, July 2026).
        """
        body = {"expires_after": {"anchor": "created_at", "seconds": ttl_seconds}, "session": session}
        request = self._client.build_request(
            "POST",
            f"{self._endpoint.base}/openai/v1/realtime/client_secrets",
            headers={auth.name: auth.value.reveal(), "content-type": "application/json"},
            content=msgspec.json.encode(body),
        )
        try:
            async with asyncio.timeout(self._deadline_seconds):
                status, headers, content = await self._send_twice(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise UpstreamTimeout from error
        except httpx.RequestError as error:
            raise UpstreamUnreachable from error
        self._last_used = self._clock.monotonic()
        if status not in (200, 201):
            raise refusal(status, headers, content)
        return _client_secret(content)

    async def warm_up(self) -> None:
        """Open a connection if none is likely to be open, so that the next mint finds DNS, TCP and TLS done.

        A bare HEAD without a credential; whatever comes back, the connection is there. Failure is only logged: the mint
        will say it better.
        """
        if self._clock.monotonic() - self._last_used < KEEP_ALIVE_SECONDS:
            return
        self._last_used = self._clock.monotonic()
        try:
            async with asyncio.timeout(self._deadline_seconds):
                await self._client.head(f"{self._endpoint.base}/")
        except (TimeoutError, httpx.RequestError) as error:
            log("warm_up_failed", logging.WARNING, error_type=type(error).__name__)

    async def close(self) -> None:
        await self._client.aclose()

    async def _send_twice(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        """Send, and once more if the connection broke: a kept one may have been closed under us.

        A mint may be repeated: a secret that nobody received opens nothing and expires.
        """
        try:
            return await self._send(request)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            return await self._send(request)

    async def _send(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        response = await self._client.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise UpstreamMalformed("Azure OpenAI's answer is compressed, which was not asked for.")
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_REPLY_BYTES:
                    raise UpstreamMalformed("Azure OpenAI's answer is far too long.")
        finally:
            await response.aclose()
        return response.status_code, response.headers, bytes(content)


def _client_secret(content: bytes) -> ClientSecret:
    try:
        minted = msgspec.json.decode(content, type=_Minted)
    except (ValueError, RecursionError):
        # Not chained: msgspec's message may quote the body.
        raise UpstreamMalformed from None
    return ClientSecret(Secret(minted.value), minted.expires_at, minted.session.id)
