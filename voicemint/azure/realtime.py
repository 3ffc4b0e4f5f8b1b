"""Azure OpenAI together with our credential: what the product asks for, with the credential healed on the way.

Three things are survived: a key that was rotated (the vault has the new one), a token that is older than a right that
was given since, and a role that was given with the deployment and does not count everywhere yet.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any, TypeVar

from voicemint.azure.azure_openai import AzureOpenAI, ClientSecret, ConnectedCall
from voicemint.azure.credentials import AuthHeader
from voicemint.azure.readiness import Readiness
from voicemint.azure.retries import USEFUL_SECONDS
from voicemint.azure.single_flight import SingleFlight
from voicemint.azure.upstream_client import Sleep
from voicemint.errors import CredentialsUnavailable, UpstreamAuth
from voicemint.settings import Settings
from voicemint.timing import Clock, Deadline, Timing

T = TypeVar("T")

REPLACE_PATIENCE_SECONDS = 2.0
"""The longest wait for the next look at a credential that was refused."""

PROPAGATION_SECONDS = 600.0
"""A new role can take ten minutes to count (Microsoft's documentation of role assignments)."""

PROPAGATION_PAUSE_SECONDS = 1.5
PROPAGATION_RETRY_AFTER = 15

CHECK_SECONDS = 8.0

PROVEN_SECONDS = 600.0
"""How long a mint proves that the next would succeed. Anybody may ask for readiness, so it mints no more often."""

PROOF_TTL_SECONDS = 10
"""The shortest life that a secret can have (Microsoft's reference): that of a proof is for nobody."""


class Realtime:
    """The realtime service of one process, used with the process's credential. Lives on one event loop."""

    def __init__(
        self,
        credential: SingleFlight[AuthHeader],
        azure: AzureOpenAI,
        settings: Settings,
        clock: Clock,
        *,
        random: Random | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._credential = credential
        self._azure = azure
        self._deployment = settings.deployment
        self._token_ttl_seconds = settings.token_ttl_seconds
        self._by_role = settings.auth == "entra"
        self._clock = clock
        self._random = random or Random()
        self._sleep = sleep
        self._readiness = Readiness(self._look, clock)
        self._started_at = clock.monotonic()
        self._accepted = False
        self._minted_at = -math.inf

    async def mint(self, session: Mapping[str, Any], timing: Timing, deadline: Deadline) -> ClientSecret:
        """A client secret that opens `session`. Raises `UpstreamError` or `CredentialsUnavailable`."""
        return await self._mint(session, self._token_ttl_seconds, timing, deadline)

    async def connect(self, secret: ClientSecret, offer: str, timing: Timing, deadline: Deadline) -> ConnectedCall:
        """The call that begins with a browser's SDP `offer`; `secret` is its credential. Raises `UpstreamError`."""
        with timing.measure("upstream"):
            return await self._azure.connect(secret, offer, deadline)

    async def hang_up(self, upstream_id: str, deadline: Deadline) -> bool:
        """End a call; False if it was gone already. Raises `UpstreamError` or `CredentialsUnavailable`."""
        return await self._authenticated(
            lambda auth: self._azure.hang_up(auth, upstream_id, deadline), Timing(self._clock), deadline
        )

    async def warm_up(self) -> None:
        """Fetch the credential, then connect, so that the next mint finds both. Failures are logged, not raised."""
        try:
            await self._credential.get()
        except CredentialsUnavailable:
            return  # logged where it failed; the mint will tell the caller
        await self._azure.warm_up()

    async def check(self) -> None:
        """Return if a mint would succeed, by a look within the last half minute.

        The first look mints, for nobody, and so does one long after the last mint: nothing else shows role, deployment
        and model. Raises `UpstreamError` or `CredentialsUnavailable`.
        """
        await self._readiness.ask()

    async def close(self) -> None:
        """Stop what runs in the background and close the connections."""
        await self._readiness.close()
        await self._credential.close()
        await self._azure.close()

    async def _mint(
        self, session: Mapping[str, Any], ttl_seconds: int, timing: Timing, deadline: Deadline
    ) -> ClientSecret:
        secret = await self._authenticated(
            lambda auth: self._azure.mint(auth, session, ttl_seconds, deadline), timing, deadline
        )
        self._minted_at = self._clock.monotonic()
        return secret

    async def _authenticated(self, send: Callable[[AuthHeader], Awaitable[T]], timing: Timing, deadline: Deadline) -> T:
        """What `send` gives with a credential that Azure OpenAI takes, if there is one before the deadline."""
        auth, replaced = await self._authenticate(timing, deadline), False
        while True:
            try:
                with timing.measure("upstream"):
                    result = await send(auth)
                self._accepted = True
                return result
            except UpstreamAuth as error:
                refusal = error
            another = None if replaced else await self._replace(auth, timing, deadline)
            if another is not None:
                auth, replaced = another, True
            elif not self._may_be_on_its_way(refusal):
                raise refusal
            else:
                await self._wait_for_role(refusal, deadline)

    async def _authenticate(self, timing: Timing, deadline: Deadline) -> AuthHeader:
        try:
            with timing.measure("auth"):
                async with asyncio.timeout(deadline.remaining()):
                    return await self._credential.get()
        except TimeoutError:
            raise CredentialsUnavailable("The identity or the key vault did not answer in time.") from None

    async def _replace(self, auth: AuthHeader, timing: Timing, deadline: Deadline) -> AuthHeader | None:
        """Another credential than the refused one, if there is one; its refusal says more than why there is none."""
        patience = min(REPLACE_PATIENCE_SECONDS, deadline.remaining() - USEFUL_SECONDS)
        try:
            with timing.measure("auth"):
                async with asyncio.timeout(deadline.remaining()):
                    return await self._credential.replace(auth, patience=patience)
        except (TimeoutError, CredentialsUnavailable):
            return None

    def _may_be_on_its_way(self, refusal: UpstreamAuth) -> bool:
        """Whether the role may have been given so lately that it does not count yet. Once it has counted, it does."""
        young = self._clock.monotonic() - self._started_at < PROPAGATION_SECONDS
        return self._by_role and refusal.missing_role and young and not self._accepted

    async def _wait_for_role(self, refusal: UpstreamAuth, deadline: Deadline) -> None:
        """Pause before another attempt; raise the refusal, with when to come back, if there is no time for one."""
        pause = PROPAGATION_PAUSE_SECONDS * self._random.uniform(0.75, 1.25)
        if pause + USEFUL_SECONDS > deadline.remaining():
            refusal.retry_after = PROPAGATION_RETRY_AFTER
            raise refusal
        await self._sleep(pause)

    async def _look(self) -> None:
        timing, deadline = Timing(self._clock), Deadline(self._clock, CHECK_SECONDS)
        if self._clock.monotonic() - self._minted_at >= PROVEN_SECONDS:
            await self._mint({"type": "realtime", "model": self._deployment}, PROOF_TTL_SECONDS, timing, deadline)
            return
        await self._authenticate(timing, deadline)
        await self._azure.check(deadline)
