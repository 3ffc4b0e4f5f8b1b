"""One row's scene: the product as a host would run it, its callers, and the troubles that a row can make."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import azure.functions as func
import httpx
import msgspec
import pytest

import function_app
from tests.canaries import CANARY_INSTRUCTIONS, CANARY_KEY
from tests.faults.pace import LOST_PATIENCE_SECONDS, LoopClock, SkippingLoop
from tests.faults.storage import RacyStorage, racy
from tests.faults.world import World
from tests.mint_support import PERSONAS
from voicemint import app as product
from voicemint import routes
from voicemint.azure.azure_openai import AzureOpenAI
from voicemint.azure.credentials import open_credential
from voicemint.azure.realtime import Realtime
from voicemint.callers.caller import Caller
from voicemint.leash.leashed_call import LeashedCall, encode
from voicemint.settings import read_settings

SECRETIVE = {name: msgspec.structs.replace(one, instructions=CANARY_INSTRUCTIONS) for name, one in PERSONAS.items()}


@dataclass
class Scene:
    """`tables` and `queue` are the ways to the storage; `call` is the last call that was started, if any."""

    world: World
    app: product.App
    clock: LoopClock
    loop: SkippingLoop
    tables: RacyStorage
    queue: RacyStorage
    stack: AsyncExitStack
    """Closed with the scene, for what a trouble needs."""
    call: str | None = None

    async def ask(self, what: str) -> func.HttpResponse:
        """One request: `session`, `call` or `hang_up` (of the last call)."""
        if what == "session":
            return await self._invoke(function_app.session, "POST", b"{}")
        if what == "hang_up":
            return await self._invoke(function_app.one_call, "DELETE", id=self.call or "")
        reply = await self._invoke(function_app.call, "POST", json.dumps({"sdp": self.world.offer}).encode())
        if reply.status_code == 201:
            self.call = reply.headers["Location"].rpartition("/")[2]
        return reply

    async def message(self) -> bytes:
        """What lies in the leash's queue for the last call."""
        caller = await self.app._limits.key(Caller("local"))
        return encode(LeashedCall(caller, self.call or "", self._upstream_id(), self.clock.time())).encode()

    async def deliver(self, message: bytes) -> None:
        """What the queue's trigger does with it. Raises what it raises."""
        await routes.end_call(message)

    async def hang_up_upstream(self) -> int:
        """End the last call behind the product's back; the status of that."""
        url = f"https://{self.world.doubles.openai_host}/openai/v1/realtime/calls/{self._upstream_id()}/hangup"
        async with httpx.AsyncClient() as client:
            return (await client.post(url, headers={"api-key": CANARY_KEY})).status_code

    def lose_patience(self) -> None:
        """So much time has passed that nobody waits for an answer any more. From any thread."""
        self.loop.call_soon_threadsafe(self.loop.skip, LOST_PATIENCE_SECONDS)

    async def mend(self) -> None:
        """All is well again."""
        self.world.mend()
        self.tables.races = self.queue.races = 0
        await self.tables.set("none")
        await self.queue.set("none")

    def _upstream_id(self) -> str:
        """Azure's id of the call that was started last."""
        return next(one.call_id for one in reversed(self.world.resource.live._open) if one.call_id)

    async def _invoke(self, handler: Any, method: str, body: bytes = b"", **parameters: str) -> func.HttpResponse:
        """Call a trigger as the Functions worker does."""
        request = func.HttpRequest(
            method,
            "http://localhost:7071/api/x",
            headers={"Host": "localhost:7071", "Content-Type": "application/json"},
            route_params=parameters,
            body=body,
        )
        reply: func.HttpResponse = await handler._function.get_user_function()(request)
        return reply


@asynccontextmanager
async def staged(world: World, mode: str, credential: str, patch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """The product in `mode`, signed in to Azure OpenAI by `credential`, freshly started and with nothing amiss."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    clock = LoopClock(loop)
    # Its pauses are arguments of these three, which the app makes for itself.
    patch.setattr(product, "Realtime", partial(Realtime, sleep=clock.pause))
    patch.setattr(product, "AzureOpenAI", partial(AzureOpenAI, sleep=clock.pause))
    patch.setattr(product, "open_credential", partial(open_credential, sleep=clock.pause))
    # The library below azure-identity remembers for some seconds that it was refused.
    patch.setattr("msal.individual_cache.time", clock)
    async with AsyncExitStack() as stack:
        tables, queue = [
            await stack.enter_async_context(racy(endpoint, lambda: loop.skip(LOST_PATIENCE_SECONDS)))
            for endpoint in (world.storage.tables, world.storage.queues)
        ]
        settings = {**os.environ, **world.doubles.environment("key_vault"), "AZURE_OPENAI_AUTH": credential}
        if credential != "key_vault":
            del settings["KEY_VAULT_URL"], settings["KEY_VAULT_SECRET_NAME"]
        settings |= {"CALL_MODE": mode, "RATE_LIMIT_PER_MINUTE": "600", "MAX_CALLS_PER_DAY": "999999"}
        settings |= {
            "TABLES_ENDPOINT": tables.endpoint,
            "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": "gpt-realtime-whisper",
        }
        if mode == "relay":
            settings |= {"CALL_QUEUE__queueServiceUri": queue.endpoint, "MAX_CONCURRENT_CALLS": "1"}
            settings |= {"MAX_MINUTES_PER_DAY": "1440", "MAX_CALL_SECONDS": "300"}
        app = product.App(read_settings(settings), SECRETIVE, clock=clock)
        routes.adopt(app)
        stack.push_async_callback(routes.close)
        scene = Scene(world, app, clock, loop, tables, queue, stack)
        try:
            yield scene
        finally:
            await scene.mend()
