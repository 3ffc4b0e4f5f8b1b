"""The product, put together: what is expensive (clients, credential, personas, stores) is made once and can be closed.

`build` makes it from an environment and the persona files; `routes.py` keeps the one of this process.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from voicemint import __version__
from voicemint.azure.azure_openai import AzureOpenAI, open_client, webrtc_url
from voicemint.azure.azure_sdk import AzureSdk
from voicemint.azure.credentials import Sdk, open_credential
from voicemint.azure.readiness import Readiness
from voicemint.azure.realtime import Realtime
from voicemint.callers.admission import identify, signed_in
from voicemint.callers.cors import cors_headers
from voicemint.calls import Calls, StartedCall
from voicemint.choices import Choices, read_call_request, read_choices
from voicemint.errors import NotConfigured, StorageUnavailable, WrongCallMode
from voicemint.leash.leashed_call import Leash, LeashedCall
from voicemint.limits.ledgers import Ledgers
from voicemint.limits.limits import Limits
from voicemint.page_config import PageConfig, describe
from voicemint.personas import Persona, load_personas
from voicemint.requests import Request
from voicemint.session_reply import SessionReply, describe_session
from voicemint.sessions import Session, build_session
from voicemint.settings import CallMode, Settings, is_hosted, read_settings
from voicemint.stores import open_leash, open_ledgers, policy_of
from voicemint.telemetry import about_caller, log, quieten_libraries
from voicemint.timing import Clock, Deadline, SystemClock

if TYPE_CHECKING:
    import httpx

PERSONAS = Path(__file__).resolve().parent.parent / "personas"

MINT_SECONDS = 8.0
"""For the whole of a mint, from the credential to the answer: a person has tapped Start and waits."""

WARM_SECONDS = 50.0
"""Anybody may read the page's configuration, so it warms up no more often than this, whether that succeeds or not."""


class App:
    """One configured mint. Lives on one event loop."""

    def __init__(
        self,
        settings: Settings,
        personas: Mapping[str, Persona],
        *,
        clock: Clock | None = None,
        sdk: Sdk | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        ledgers: Ledgers | None = None,
        leash: Leash | None = None,
    ) -> None:
        self.settings = settings
        self._personas = personas
        self._clock = clock or SystemClock()
        self._sdk = sdk or AzureSdk(settings)
        client = open_client(settings.endpoint, transport)
        self._realtime = Realtime(
            open_credential(settings, self._clock, self._sdk),
            AzureOpenAI(settings.endpoint, client, self._clock, event_filter=settings.event_filter),
            settings,
            self._clock,
        )
        if ledgers is None:
            ledgers = open_ledgers(settings, self._sdk, self._clock)
        self._limits = Limits(ledgers, policy_of(settings), self._clock)
        self._calls = Calls(self._realtime, self._limits, self._clock)
        if leash is None:
            leash = open_leash(settings, self._sdk, self._clock, self._calls.end)
        self._leash = leash
        self._page_configs = {known: describe(personas, settings, signed_in=known) for known in (False, True)}
        self._storage = Readiness(self._check_storage, self._clock)
        self._warming: asyncio.Task[None] | None = None
        self._warmed_at = -math.inf

    async def create_session(self, request: Request) -> SessionReply:
        """Mint a session for this caller and hand over its token. Raises `VoicemintError`."""
        settings = self.settings
        caller = await self._known(request, "token")
        session = self._session(read_choices(request, custom_instructions=settings.allow_custom_instructions))
        with request.timing.measure("limit"):
            await self._limits.admit(caller)
        secret = await self._realtime.mint(session.body, request.timing, Deadline(self._clock, MINT_SECONDS))
        now = int(self._clock.time())
        log(
            "minted",
            mode=settings.call_mode,
            session_id=secret.session_id,
            persona=session.persona,
            model=settings.deployment,
            token_seconds=secret.expires_at - now,
        )
        return describe_session(session, secret, webrtc_url(settings.endpoint, settings.event_filter), settings, now)

    async def start_call(self, request: Request) -> StartedCall:
        """Make a call for this caller's browser and keep the token. Raises `VoicemintError`."""
        caller = await self._known(request, "relay")
        asked = read_call_request(request, custom_instructions=self.settings.allow_custom_instructions)
        return await self._calls.start(request, caller, self._session(asked), asked.sdp, self._leash)

    async def hang_up(self, request: Request, call_id: str) -> None:
        """End a call of this caller's. Raises `VoicemintError`."""
        await self._calls.hang_up(await self._known(request, "relay"), call_id)

    async def end_call(self, call: LeashedCall) -> None:
        """What the leash does when a call's time is up. Raises `VoicemintError` if it should be tried again."""
        await self._calls.end(call)

    async def page_config(self, request: Request) -> PageConfig:
        """What the page may know. Also starts fetching the credential and connecting, without waiting for either."""
        now = self._clock.monotonic()
        if now - self._warmed_at >= WARM_SECONDS:
            self._warmed_at = now
            self._warming = asyncio.create_task(self._warm_up())
        return self._page_configs[signed_in(request, self.settings)]

    async def check(self) -> None:
        """Return if a call could start now. Raises the `VoicemintError` that stands in its way."""
        await self._realtime.check()
        await self._storage.ask()

    def cross_origin(self, request: Request) -> Mapping[str, str]:
        """The headers by which a browser lets a page of another origin ask and read."""
        return cors_headers(request, self.settings)

    async def close(self) -> None:
        """Stop what runs in the background and close the connections."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        await self._storage.close()
        await self._leash.close()
        await self._limits.close()
        await self._realtime.close()
        self._sdk.close()

    async def _known(self, request: Request, mode: CallMode) -> str:
        """The caller's keyed hash, if they may start calls and this is the way to."""
        with request.timing.measure("limit"):
            caller = identify(request, self.settings)
            if self.settings.call_mode != mode:
                raise WrongCallMode
            key = await self._limits.key(caller)
        about_caller(key)
        return key

    def _session(self, choices: Choices) -> Session:
        session = build_session(choices, self._personas, self.settings)
        log(
            "mint_requested",
            mode=self.settings.call_mode,
            persona=session.persona,
            model=session.body["model"],
        )
        return session

    async def _check_storage(self) -> None:
        await self._limits.check()
        if self.settings.call_mode == "relay":
            await self._leash.check()

    async def _warm_up(self) -> None:
        await asyncio.gather(self._limits.warm_up(), self._warm_leash(), self._realtime.warm_up())

    async def _warm_leash(self) -> None:
        if self.settings.call_mode == "relay":
            with suppress(StorageUnavailable):  # logged where it failed; the call will tell the caller
                await self._leash.check()


def build(environ: Mapping[str, str], personas: Path = PERSONAS) -> App:
    """An `App` from these settings and persona files. Raises `NotConfigured` with every fault of both."""
    quieten_libraries()
    faults: list[tuple[str, str]] = []
    try:
        settings = read_settings(environ)
    except NotConfigured as error:
        faults += error.faults
    try:
        cast = load_personas(personas)
    except NotConfigured as error:
        faults += error.faults
    if faults:
        failure = NotConfigured(faults, names_only=is_hosted(environ))
        log("not_configured", logging.ERROR, version=__version__, faults=failure.report)
        raise failure
    _announce(settings, cast)
    return App(settings, cast)


def _announce(settings: Settings, personas: Mapping[str, Persona]) -> None:
    """The start-up line: what this process will do, and what was changed in the settings to get there."""
    log(
        "started",
        version=__version__,
        endpoint=settings.endpoint.base,
        notes=list(settings.endpoint.notes),
        deployment=settings.deployment,
        transcription=settings.transcription_deployment or "none: the caller's words will not be shown",
        auth=settings.auth,
        mode=settings.call_mode,
        event_filter=settings.event_filter,
        webrtc_url=webrtc_url(settings.endpoint, settings.event_filter),
        hosted=settings.hosted,
        limits="shared by all instances" if settings.tables_endpoint else "of this process only",
        personas=list(personas),
    )
    if settings.hosted and not (settings.allowed_origins and (settings.require_sign_in or settings.allow_anonymous)):
        log("nobody_may_call", logging.WARNING, hosted=True)
    if settings.hosted and settings.trust_client_principal and not settings.platform_sign_in:
        # Not a fault: the mark is documented, but nobody has seen it on every plan of Azure.
        log("principal_unguarded", logging.WARNING, hosted=True)
