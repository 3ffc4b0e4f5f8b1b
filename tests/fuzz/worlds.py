"""The deployments that are fuzzed: both modes, and every rule of who may call, with everything around them faulty."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.fuzz.upstream import Upstream
from tests.fuzz.virtual_time import LoopClock, VirtualLoop
from tests.mint_support import ENVIRON, HOSTED, PERSONAS
from voicemint.app import App
from voicemint.errors import StorageUnavailable
from voicemint.leash.leashed_call import LeashedCall
from voicemint.limits.ledgers import MemoryLedgers
from voicemint.settings import read_settings

PAGE = "https://page.example"
QUEUE = {"CALL_QUEUE__queueServiceUri": "https://account.queue.core.windows.net"}
ANONYMOUS = {**HOSTED, "ALLOW_ANONYMOUS": "true", "ALLOWED_ORIGINS": PAGE}
SIGN_IN = {**HOSTED, "REQUIRE_SIGN_IN": "true", "TRUST_CLIENT_PRINCIPAL": "true", "ALLOWED_ORIGINS": PAGE}
RELAY = {
    "CALL_MODE": "relay",
    "MAX_CONCURRENT_CALLS": "3",
    "MAX_CALL_SECONDS": "300",
    "MAX_MINUTES_PER_DAY": "1440",
    "MAX_CALLS_PER_DAY": "99999",
}


TOKEN_SECONDS = 400.0
"""How long a token of the identity counts: short, so that it is often fetched anew."""


@dataclass(frozen=True)
class World:
    """One deployment. `rule` says who may call, independently of the settings that ask for it."""

    name: str
    mode: str
    rule: str
    changes: Mapping[str, str] = field(repr=False)

    @property
    def instructions_allowed(self) -> bool:
        return self.changes.get("ALLOW_CUSTOM_INSTRUCTIONS") == "true"


WORLDS = (
    World("local, token", "token", "local", {"ALLOW_CUSTOM_INSTRUCTIONS": "true", "RATE_LIMIT_PER_MINUTE": "5"}),
    World("local, relay", "relay", "local", {**RELAY, "EVENT_FILTER": "private", "RATE_LIMIT_PER_MINUTE": "3"}),
    World("anonymous, token", "token", "anonymous", {**ANONYMOUS, "MAX_CALLS_PER_DAY": "1500"}),
    World("anonymous, relay", "relay", "anonymous", {**ANONYMOUS, **RELAY, **QUEUE, "MAX_CALLS_PER_DAY": "500"}),
    World("sign-in, token", "token", "sign-in", {**SIGN_IN, "ALLOWED_ROLES": "caller"}),
    World(
        "sign-in, relay",
        "relay",
        "sign-in",
        {**SIGN_IN, **RELAY, **QUEUE, "ALLOWED_ROLES": "caller", "MAX_MINUTES_PER_DAY": "240"},
    ),
    World("hosted and locked", "token", "nobody", HOSTED),
)


class FaultySdk:
    """Entra ID, and now and then not."""

    def __init__(self, rng: random.Random, clock: LoopClock) -> None:
        self._rng = rng
        self._clock = clock
        self._away_until = 0.0

    def token(self, scope: str, *, fresh: bool = False) -> AccessToken:
        now = self._clock.time()
        if now >= self._away_until and self._rng.random() < 0.3:
            self._away_until = now + self._rng.choice([0.5, 60, 600])
        if now < self._away_until:
            raise ClientAuthenticationError(f"identity said {CANARY_TOKEN}")
        return AccessToken(CANARY_TOKEN, int(now + TOKEN_SECONDS))

    def secret(self, name: str) -> str | None:
        return CANARY_KEY

    def close(self) -> None:
        pass


class FaultyLedgers:
    """The limits' store, and now and then not."""

    def __init__(self, rng: random.Random, clock: LoopClock) -> None:
        self._rng = rng
        self._held = MemoryLedgers(clock)

    async def read(self, key: str) -> tuple[bytes | None, str | None]:
        self._fail()
        return await self._held.read(key)

    async def write(self, key: str, content: bytes, etag: str | None) -> bool:
        self._fail()
        somebody_was_faster = self._rng.random() < 0.02
        return not somebody_was_faster and await self._held.write(key, content, etag)

    async def close(self) -> None:
        await self._held.close()

    def _fail(self) -> None:
        if self._rng.random() < 0.01:
            raise StorageUnavailable


class FaultyLeash:
    """Holds calls by forgetting them, and now and then refuses."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    async def hold(self, call: LeashedCall) -> None:
        await self.check()

    async def check(self) -> None:
        if self._rng.random() < 0.02:
            raise StorageUnavailable

    async def close(self) -> None:
        pass


def build(world: World, loop: VirtualLoop, rng: random.Random) -> App:
    """The app of `world`, against stand-ins whose faults come from `rng`."""
    clock = LoopClock(loop)
    return App(
        read_settings({**ENVIRON, **world.changes}),
        PERSONAS,
        clock=clock,
        sdk=FaultySdk(rng, clock),
        transport=Upstream(rng, clock.time),
        ledgers=FaultyLedgers(rng, clock),
        leash=FaultyLeash(rng),
    )
