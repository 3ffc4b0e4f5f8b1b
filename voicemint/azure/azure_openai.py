"""Azure OpenAI's realtime service: the only file that knows its URLs, headers and JSON.

GA v1 routes only, as Microsoft documents them and as recorded on Azure, July 2026. Nothing of an upstream body leaves
this file but what is named here. How a request is sent, and sent again, stands in `upstream_client.py`.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Any

import httpx
import msgspec
from msgspec import Meta

from voicemint import __version__
from voicemint.azure.circuit_breaker import CircuitBreaker
from voicemint.azure.credentials import AuthHeader
from voicemint.azure.retries import Trouble
from voicemint.azure.upstream_client import CONNECT_SECONDS, MAX_CONNECTIONS, Answer, Operation, Sleep, UpstreamClient
from voicemint.azure.upstream_faults import refusal
from voicemint.endpoint import Endpoint
from voicemint.errors import UpstreamError, UpstreamMalformed
from voicemint.masking import Secret
from voicemint.settings import EventFilter
from voicemint.telemetry import log
from voicemint.timing import Clock, Deadline

KEEP_ALIVE_SECONDS = 55.0
WARM_UP_SECONDS = 8.0

MINT = Operation(
    "mint",
    attempt_seconds=4.0,
    # The mint echoes the session with its instructions and tools, so this is several times the largest persona.
    max_reply_bytes=524_288,
    # Harmless to repeat: a secret that nobody received opens nothing and expires.
    repeat_after=frozenset(Trouble),
)
CONNECT = Operation(
    "connect",
    attempt_seconds=8.0,
    max_reply_bytes=65_536,
    # Not harmless: where the connection broke or no answer came, a call may exist whose id nobody has learnt, so nobody
    # could hang it up; repeating would add another. Without a connection none can exist, and 429 and 5xx say that none
    # was made.
    repeat_after=frozenset({Trouble.NOT_CONNECTED, Trouble.THROTTLED, Trouble.FAILED}),
)
HANG_UP = Operation(
    "hang_up",
    attempt_seconds=3.0,
    max_reply_bytes=65_536,
    # Harmless: the second time the call is gone, which is what was wanted.
    repeat_after=frozenset(Trouble),
    urgent=True,
)

_CALL_ID = re.compile(r"rtc_[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True)
class ClientSecret:
    """An ephemeral token, when it expires (seconds since 1970) and the session that it will open."""

    value: Secret
    expires_at: int
    session_id: str


@dataclass(frozen=True)
class ConnectedCall:
    """A call that exists at Azure: the SDP answer for the browser and the id by which it can be hung up."""

    answer: str = field(repr=False)
    upstream_id: str


_Printable = Annotated[str, Meta(pattern=r"^[!-~]+\Z", max_length=4096)]


class _Session(msgspec.Struct):
    id: Annotated[str, Meta(pattern=r"^[!-~]+\Z", max_length=128)]


class _Minted(msgspec.Struct):
    """The fields of the mint's 200 that are used (recorded on Azure, July 2026)."""

    value: _Printable
    expires_at: Annotated[int, Meta(gt=0, lt=2**53)]  # what a page's number can hold
    session: _Session


def webrtc_url(endpoint: Endpoint, event_filter: EventFilter) -> str:
    """Where the SDP offer is posted. The filter is part of the URL, so the page cannot build it wrongly."""
    return f"{endpoint.base}/openai/v1/realtime/calls" + ("?webrtcfilter=on" if event_filter == "private" else "")


def open_client(endpoint: Endpoint, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The process's one HTTP client. `transport` replaces the network in tests.

    Proxy and certificate variables of the environment count, as in any other program, but not for a loopback address.
    Each attempt is bounded as a whole by whoever sends it, so only connecting has a time-out of its own here.
    """
    return httpx.AsyncClient(
        transport=transport,
        trust_env=not endpoint.loopback,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        limits=httpx.Limits(
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
        ),
        headers={"user-agent": f"voicemint/{__version__}", "accept": "application/json", "accept-encoding": "identity"},
    )


class AzureOpenAI:
    """One resource, reached through one client. Every method raises `UpstreamError` and ends by its deadline."""

    def __init__(
        self,
        endpoint: Endpoint,
        client: httpx.AsyncClient,
        clock: Clock,
        *,
        event_filter: EventFilter = "open",
        random: Random | None = None,
        sleep: Sleep = asyncio.sleep,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._base = endpoint.base
        self._webrtc_url = webrtc_url(endpoint, event_filter)
        self._client = client
        self._upstream = UpstreamClient(client, clock, random=random, sleep=sleep, breaker=breaker)
        self._clock = clock
        self._last_used = -math.inf

    async def mint(
        self, auth: AuthHeader, session: Mapping[str, Any], ttl_seconds: int, deadline: Deadline
    ) -> ClientSecret:
        """Ask for a client secret that opens `session` within `ttl_seconds`.

        The lifetime is always sent: without it a secret lives for two hours (recorded on Azure, July 2026).
        """
        body = {"expires_after": {"anchor": "created_at", "seconds": ttl_seconds}, "session": session}
        answer = await self._post(
            MINT,
            f"{self._base}/openai/v1/realtime/client_secrets",
            {auth.name: auth.value.reveal(), "content-type": "application/json"},
            msgspec.json.encode(body),
            deadline,
        )
        return _client_secret(answer.content)

    async def connect(self, secret: ClientSecret, offer: str, deadline: Deadline) -> ConnectedCall:
        """Post a browser's SDP offer with a fresh secret: the call begins, and its answer is the browser's.

        The answer's media type says nothing: Azure was recorded to send `text/plain`, its reference says
        `application/sdp`.
        """
        answer = await self._post(
            CONNECT,
            self._webrtc_url,
            {
                "authorization": f"Bearer {secret.value.reveal()}",
                "content-type": "application/sdp",
                "accept": "*/*",
            },
            offer.encode(errors="replace"),  # half a surrogate pair is no SDP; Azure will say so
            deadline,
        )
        return ConnectedCall(_sdp(answer.content), _call_id(answer.headers))

    async def hang_up(self, auth: AuthHeader, upstream_id: str, deadline: Deadline) -> bool:
        """End a call; False if there is none of that id any more. Raises `ValueError` if that cannot be a call's id."""
        if not _CALL_ID.fullmatch(upstream_id):
            raise ValueError("not the id of a call")
        url = f"{self._base}/openai/v1/realtime/calls/{upstream_id}/hangup"
        headers = {auth.name: auth.value.reveal()}
        answer = await self._post(HANG_UP, url, headers, b"", deadline, done=(200, 202, 204, 404))
        return answer.status != 404

    async def check(self, deadline: Deadline) -> None:
        """Return if the endpoint answers at all: a bare HEAD without a credential, whose status does not matter."""
        await self._upstream.reach(f"{self._base}/", deadline)
        self._last_used = self._clock.monotonic()

    async def warm_up(self) -> None:
        """Open a connection if none is likely to be open, so that the next mint finds DNS, TCP and TLS done.

        Failure is only logged: the mint will say it better.
        """
        if self._clock.monotonic() - self._last_used < KEEP_ALIVE_SECONDS:
            return
        self._last_used = self._clock.monotonic()
        try:
            await self._upstream.reach(f"{self._base}/", Deadline(self._clock, WARM_UP_SECONDS))
        except UpstreamError as error:
            log("warm_up_failed", logging.WARNING, error_type=type(error.__cause__).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self._upstream.close()

    async def _post(
        self,
        operation: Operation,
        url: str,
        headers: Mapping[str, str],
        content: bytes,
        deadline: Deadline,
        *,
        done: tuple[int, ...] = (200, 201),
    ) -> Answer:
        request = self._client.build_request("POST", url, headers=headers, content=content)
        answer = await self._upstream.send(operation, request, deadline)
        self._last_used = self._clock.monotonic()
        if answer.status not in done:
            raise refusal(operation.name, answer.status, answer.headers, answer.content)
        return answer


def _client_secret(content: bytes) -> ClientSecret:
    try:
        minted = msgspec.json.decode(content, type=_Minted)
    except (ValueError, RecursionError):
        # Not chained: msgspec's message may quote the body.
        raise UpstreamMalformed from None
    return ClientSecret(Secret(minted.value), minted.expires_at, minted.session.id)


def _sdp(content: bytes) -> str:
    """The SDP in `content`: text that begins as every SDP does (RFC 8866), without control characters."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise UpstreamMalformed("Azure OpenAI's answer to the offer is not text.") from None
    if not text.startswith("v=0") or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        raise UpstreamMalformed("Azure OpenAI's answer to the offer is not an SDP.")
    return text


def _call_id(headers: Mapping[str, str]) -> str:
    """The last part of the `location` header's path (recorded on Azure, July 2026: `/v1/realtime/calls/rtc_...`)."""
    last = headers.get("location", "").rpartition("/")[2]
    if not _CALL_ID.fullmatch(last):
        raise UpstreamMalformed("Azure OpenAI's answer does not name the call.")
    return last
