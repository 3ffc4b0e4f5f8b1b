"""What the mint's tests share: settings that work, a stand-in for Microsoft's SDKs, and one for Azure OpenAI."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
from azure.core.credentials import AccessToken, TokenCredential

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY, CANARY_TOKEN
from voicemint.app import App
from voicemint.leash.leashed_call import Leash
from voicemint.limits.ledgers import MemoryLedgers
from voicemint.personas import Persona, load_personas
from voicemint.requests import Request
from voicemint.settings import Settings, read_settings
from voicemint.timing import Timing

ROOT = Path(__file__).resolve().parent.parent
PERSONAS = load_personas(ROOT / "personas")

ENVIRON: Mapping[str, str] = {
    "AZURE_OPENAI_ENDPOINT": "https://res.openai.azure.com",
    "AZURE_OPENAI_DEPLOYMENT": "gpt-realtime",
    "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": "gpt-realtime-whisper",
    "AZURE_OPENAI_AUTH": "key",
    "AZURE_OPENAI_API_KEY": CANARY_KEY,
}

ENTRA = {"AZURE_OPENAI_AUTH": "entra", "AZURE_OPENAI_API_KEY": ""}
KEY_VAULT = {
    "AZURE_OPENAI_AUTH": "key_vault",
    "AZURE_OPENAI_API_KEY": "",
    "KEY_VAULT_URL": "https://my-vault.vault.azure.net",
    "KEY_VAULT_SECRET_NAME": "openai-key",
}
HOSTED = {
    **ENTRA,
    "WEBSITE_INSTANCE_ID": "0123",
    "IDENTITY_ENDPOINT": "http://127.0.0.1:1/token",
    "TABLES_ENDPOINT": "https://account.table.core.windows.net",
}

WIDE_LIMITS = {"RATE_LIMIT_PER_MINUTE": "600", "MAX_CALLS_PER_DAY": "999999"}
"""For tests that are not about limits and ask more often than a person would."""

SESSION_ID = "sess_DHr4VZpTq0wKf3nYb8LmX"
EXPIRES_AT = 1_800_000_060


def settings(**changes: str) -> Settings:
    """The settings of `ENVIRON` with `changes`; an empty value takes one away."""
    return read_settings({**ENVIRON, **changes})


def request(body: object = None, method: str = "POST", clock: ManualClock | None = None, **headers: str) -> Request:
    """A request from this machine. `body` is JSON-encoded unless it is bytes; headers are named with underscores."""
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(
        method,
        "http://localhost:7071/api/session",
        {"host": "localhost:7071", "content-type": "application/json", **named},
        content,
        id="request-0001",
        timing=Timing(clock or ManualClock()),
    )


class FakeSdk:
    """Counts what is asked of it. `failures` are raised first, one a call; `hold` keeps a call waiting in a thread."""

    def __init__(self, clock: ManualClock, *, lifetime: float = 3600.0) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self.key: str | None = CANARY_KEY
        self.tokens: list[str] = []
        self.secrets: list[str] = []
        self.failures: list[Exception] = []
        self.hold: threading.Event | None = None
        self.closed = False

    def token(self, scope: str, *, fresh: bool = False) -> AccessToken:
        self.tokens.append(f"{scope} fresh" if fresh else scope)
        self._behave()
        return AccessToken(CANARY_TOKEN, int(self._clock.time() + self._lifetime))

    def secret(self, name: str) -> str | None:
        self.secrets.append(name)
        self._behave()
        return self.key

    def identity(self) -> TokenCredential:
        raise AssertionError("The tests of the mint keep limits in memory.")

    def close(self) -> None:
        self.closed = True

    def _behave(self) -> None:
        if self.hold is not None:
            self.hold.wait(10)
        if self.failures:
            raise self.failures.pop(0)


class FakeAzure(httpx.AsyncBaseTransport):
    """Records every request and gives the next of `answers`, or else a minted secret."""

    def __init__(self, *answers: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.closed = False

    @property
    def mints(self) -> list[httpx.Request]:
        return [request for request in self.requests if request.method == "POST"]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if self.answers else minted()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    async def aclose(self) -> None:
        self.closed = True

    def sent(self) -> Any:
        """The JSON of the last mint."""
        return json.loads(self.mints[-1].content)


def minted(**changes: object) -> httpx.Response:
    """The mint's success with the keys recorded on Azure, July 2026, instructions echoed and all."""
    body: dict[str, object] = {
        "value": f"ek_{CANARY_TOKEN}",
        "expires_at": EXPIRES_AT,
        "session": {"type": "realtime", "object": "realtime.session", "id": SESSION_ID, "expires_at": 0},
    }
    return httpx.Response(200, json=body | changes)


def refused(status: int, code: object = "", message: str = "upstream text", **headers: str) -> httpx.Response:
    """A refusal in Azure's shape."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"error": {"code": code, "message": message}}, headers=named)


def app(
    azure: FakeAzure,
    clock: ManualClock,
    *,
    sdk: FakeSdk | None = None,
    personas: Mapping[str, Persona] = PERSONAS,
    leash: Leash | None = None,
    **changes: str,
) -> App:
    """An app against the stand-ins."""
    return App(
        settings(**WIDE_LIMITS | changes),
        personas,
        clock=clock,
        sdk=sdk or FakeSdk(clock),
        transport=azure,
        ledgers=MemoryLedgers(clock),
        leash=leash,
    )


def no_cors(request: Request) -> Mapping[str, str]:
    """What `replies.answer` is given where no other origin asks."""
    return {}


async def background() -> None:
    """Wait for what the product does behind its callers' backs: fetching credentials, warming up."""
    names = {task: getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()}
    running = [task for task, name in names.items() if name in ("SingleFlight._fly", "App._warm_up")]
    await asyncio.gather(*running, return_exceptions=True)


def plain(value: msgspec.Struct) -> Any:
    """What a struct looks like as JSON."""
    return json.loads(msgspec.json.encode(value))
