"""One process's `Realtime` among stand-ins, for the tests of what it does with its credential."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import httpx

from simulator.clock import ManualClock
from tests.mint_support import FakeAzure, FakeSdk, settings
from tests.upstream_support import CALL_ID
from voicemint.azure.azure_openai import AzureOpenAI, ClientSecret, open_client
from voicemint.azure.credentials import open_credential
from voicemint.azure.realtime import Realtime
from voicemint.timing import Deadline, Timing

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Process:
    """`realtime` on a clock that moves while somebody sleeps."""

    def __init__(self, *answers: Answer, **changes: str) -> None:
        self.clock = ManualClock()
        self.sdk = FakeSdk(self.clock)
        self.azure = FakeAzure(*answers)
        self.pauses: list[float] = []
        configured = settings(**changes)
        azure = AzureOpenAI(
            configured.endpoint, open_client(configured.endpoint, self.azure), self.clock, sleep=self.sleep
        )
        credential = open_credential(configured, self.clock, self.sdk, sleep=self.sleep)
        self.realtime = Realtime(credential, azure, configured, self.clock, random=Random(1), sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.clock.advance(seconds)

    async def mint(self, seconds: float = 8.0) -> ClientSecret:
        return await self.realtime.mint({}, Timing(self.clock), Deadline(self.clock, seconds))

    async def hang_up(self) -> None:
        await self.realtime.hang_up(CALL_ID, Deadline(self.clock, 8.0))

    @property
    def keys(self) -> list[str]:
        """The keys that were shown to Azure OpenAI."""
        return [request.headers["api-key"] for request in self.azure.mints]
