"""The product, put together: what is expensive (HTTP client, credential, personas) is made once and can be closed.

`build` makes it from an environment and the persona files; `routes.py` keeps the one of this process.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from voicemint import __version__
from voicemint.azure_openai import AzureOpenAI, ClientSecret, open_client, webrtc_url
from voicemint.azure_sdk import AzureSdk
from voicemint.callers import admit
from voicemint.choices import read_choices
from voicemint.credentials import AuthHeader, Sdk, open_credential
from voicemint.errors import CredentialsUnavailable, NotConfigured, UpstreamAuth
from voicemint.page_config import PageConfig, describe
from voicemint.personas import Persona, load_personas
from voicemint.requests import Request
from voicemint.session_reply import SessionReply, describe_session
from voicemint.sessions import Session, build_session
from voicemint.settings import Settings, is_hosted, read_settings
from voicemint.telemetry import log, quieten_libraries
from voicemint.timing import Clock, SystemClock

if TYPE_CHECKING:
    import httpx

PERSONAS = Path(__file__).resolve().parent.parent / "personas"

REJECTED_KEY_SECONDS = 30.0
"""A refused key is read again from the vault if it is at least this old: a younger one would be the same."""

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
    ) -> None:
        self.settings = settings
        self._personas = personas
        self._clock = clock or SystemClock()
        self._sdk = sdk or AzureSdk(settings)
        self._credential = open_credential(settings, self._clock, self._sdk)
        self._azure = AzureOpenAI(settings.endpoint, open_client(settings.endpoint, transport), self._clock)
        self._page_config = describe(personas, settings)
        self._warming: asyncio.Task[None] | None = None
        self._warmed_at = -math.inf

    async def create_session(self, request: Request) -> SessionReply:
        """Mint a session for this caller. Raises `VoicemintError`."""
        settings = self.settings
        with request.timing.measure("limit"):
            admit(request, settings)
        choices = read_choices(request, custom_instructions=settings.allow_custom_instructions)
        session = build_session(choices, self._personas, settings)
        log("mint_requested", request_id=request.id, persona=session.persona, model=settings.deployment)
        secret = await self._mint(request, session)
        now = int(self._clock.time())
        log(
            "minted",
            request_id=request.id,
            session_id=secret.session_id,
            persona=session.persona,
            model=settings.deployment,
            token_seconds=secret.expires_at - now,
        )
        return describe_session(session, secret, webrtc_url(settings.endpoint, settings.event_filter), settings, now)

    async def page_config(self, request: Request) -> PageConfig:
        """What the page may know. Also starts fetching the credential and connecting, without waiting for either."""
        now = self._clock.monotonic()
        if now - self._warmed_at >= WARM_SECONDS:
            self._warmed_at = now
            self._warming = asyncio.create_task(self._warm_up())
        return self._page_config

    async def close(self) -> None:
        """Stop what runs in the background and close the connections."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        await self._credential.close()
        await self._azure.close()
        self._sdk.close()

    async def _mint(self, request: Request, session: Session) -> ClientSecret:
        auth = await self._authenticate(request)
        try:
            return await self._send(request, auth, session)
        except UpstreamAuth:
            # The key may have been rotated since it was read: once more, with what the vault holds now.
            rotatable = self.settings.auth == "key_vault"
            if not (rotatable and self._credential.reject(auth, older_than=REJECTED_KEY_SECONDS)):
                raise
        return await self._send(request, await self._authenticate(request), session)

    async def _authenticate(self, request: Request) -> AuthHeader:
        with request.timing.measure("auth"):
            return await self._credential.get()

    async def _send(self, request: Request, auth: AuthHeader, session: Session) -> ClientSecret:
        with request.timing.measure("upstream"):
            return await self._azure.mint(auth, session.body, self.settings.token_ttl_seconds)

    async def _warm_up(self) -> None:
        try:
            await self._credential.get()
        except CredentialsUnavailable:
            return  # logged where it failed; the mint will tell the caller
        await self._azure.warm_up()


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
        event_filter=settings.event_filter,
        webrtc_url=webrtc_url(settings.endpoint, settings.event_filter),
        hosted=settings.hosted,
        personas=list(personas),
    )
