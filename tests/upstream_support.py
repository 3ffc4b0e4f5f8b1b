"""What the tests of Azure OpenAI's client share: stand-ins for the network that are slow, silent or recorded."""

from __future__ import annotations

import asyncio
from random import Random

import httpx

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.mint_support import EXPIRES_AT, SESSION_ID
from voicemint.azure.azure_openai import MINT, AzureOpenAI, ClientSecret, ConnectedCall, open_client
from voicemint.azure.circuit_breaker import CircuitBreaker
from voicemint.azure.credentials import AuthHeader
from voicemint.azure.upstream_client import Answer, Operation, UpstreamClient
from voicemint.endpoint import Endpoint
from voicemint.masking import Secret
from voicemint.settings import EventFilter
from voicemint.timing import Deadline

ENDPOINT = Endpoint("https://res.openai.azure.com")
URL = f"{ENDPOINT.base}/anything"
KEY = AuthHeader("api-key", Secret(CANARY_KEY))
SECRET = ClientSecret(Secret(f"ek_{CANARY_TOKEN}"), EXPIRES_AT, SESSION_ID)
OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n"
SDP = "v=0\r\no=- 3 4 IN IP4 127.0.0.1\r\ns=-\r\n"
CALL_ID = "rtc_0123456789abcdef0123456789abcdef"

NOT_CONNECTED = [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.ProxyError("refused")]
BROKEN = [
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    ConnectionResetError("reset"),
]
NO_ANSWER = [httpx.ReadTimeout("slow"), httpx.WriteTimeout("slow")]


async def no_pause(seconds: float) -> None:
    """A sleep that takes no time."""


def reach(
    azure: httpx.AsyncBaseTransport, clock: ManualClock | None = None, event_filter: EventFilter = "open"
) -> AzureOpenAI:
    return AzureOpenAI(
        ENDPOINT,
        open_client(ENDPOINT, azure),
        clock or ManualClock(),
        event_filter=event_filter,
        random=Random(1),
        sleep=no_pause,
    )


def soon() -> Deadline:
    return Deadline(ManualClock(), 8.0)


async def mint(azure: httpx.AsyncBaseTransport) -> ClientSecret:
    return await reach(azure).mint(KEY, {"type": "realtime"}, 60, soon())


async def connect(azure: httpx.AsyncBaseTransport, event_filter: EventFilter = "open") -> ConnectedCall:
    return await reach(azure, event_filter=event_filter).connect(SECRET, OFFER, soon())


def connected(sdp: str | bytes = SDP, location: str = f"/v1/realtime/calls/{CALL_ID}") -> httpx.Response:
    """Azure's 201 as recorded in July 2026, media type and all."""
    content = sdp if isinstance(sdp, bytes) else sdp.encode()
    headers = {"location": location, "content-type": "text/plain; charset=utf-8"}
    return httpx.Response(201, headers=headers, content=content)


class Patient:
    """A sleep that takes no time of the machine's and moves the clock on."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.pauses: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self._clock.advance(seconds)


class Wire:
    """An upstream client on a stand-in for the network."""

    def __init__(self, network: httpx.AsyncBaseTransport, *, failures: int = 1000) -> None:
        self.clock = ManualClock()
        self.sleep = Patient(self.clock)
        self._http = open_client(ENDPOINT, network)
        breaker = CircuitBreaker(self.clock, failures=failures)
        self.client = UpstreamClient(self._http, self.clock, random=Random(1), sleep=self.sleep, breaker=breaker)

    async def send(self, operation: Operation = MINT, seconds: float = 8.0) -> Answer:
        request = self._http.build_request("POST", URL, headers={"api-key": CANARY_KEY}, content=b"x")
        return await self.client.send(operation, request, Deadline(self.clock, seconds))


class Silent(httpx.AsyncBaseTransport):
    """A network on which nothing is ever answered."""

    def __init__(self) -> None:
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError


class Slow(httpx.AsyncBaseTransport):
    """A network that answers when it is told to, and counts how many requests are on it at once."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.now = self.most = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        await self.go.wait()
        self.now -= 1
        return httpx.Response(200)
