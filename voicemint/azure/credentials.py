"""The header that proves to Azure OpenAI who we are, by the way that AZURE_OPENAI_AUTH names.

The SDK does its work in a thread; `SingleFlight` sees to it that a hundred first requests cause one identity call and
one secret read.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from voicemint.azure.key_vault import read_key
from voicemint.azure.single_flight import Fetched, SingleFlight
from voicemint.errors import CredentialsUnavailable
from voicemint.masking import Secret
from voicemint.settings import Settings
from voicemint.telemetry import log
from voicemint.timing import Clock

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

FETCH_SECONDS = 20.0
"""The longest that one fetch may take, the SDK's own retries included."""

TOKEN_MARGIN_SECONDS = 300.0
TOKEN_RENEWAL_SECONDS = 30.0
"""A bearer is renewed five minutes before it expires, and looked at twice a minute at most when it is shorter-lived."""

KEY_RENEWAL_SECONDS = 600.0
KEY_GOOD_SECONDS = 3600.0
"""The vault is read every ten minutes; while it does not answer, the last key serves for an hour."""

KEY_PAUSE_SECONDS = 2.0
TOKEN_PAUSE_SECONDS = 30.0
"""At least so long after the last look, a refusal by Azure OpenAI causes another. A key changes in the vault at any
moment. A token does not change by being refused; it can only be one of before the identity was given something."""


@dataclass(frozen=True)
class AuthHeader:
    """One request header."""

    name: str
    value: Secret


class Sdk(Protocol):
    """What is asked of Microsoft's SDKs: see `AzureSdk`. All of it blocks."""

    def token(self, scope: str, *, fresh: bool = False) -> AccessToken: ...

    def secret(self, name: str) -> str | None: ...

    def identity(self) -> TokenCredential: ...

    def close(self) -> None: ...


def open_credential(
    settings: Settings,
    clock: Clock,
    sdk: Sdk,
    *,
    fetch_seconds: float = FETCH_SECONDS,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> SingleFlight[AuthHeader]:
    """The credential of this process. Its `get` and `replace` raise `CredentialsUnavailable`."""
    if settings.auth == "key":
        fixed = Fetched(AuthHeader("api-key", settings.api_key or Secret("")), math.inf, math.inf)

        async def same(_: bool) -> Fetched[AuthHeader]:
            return fixed

        return SingleFlight(same, clock, replace_pause=math.inf)

    entra = settings.auth == "entra"
    read = _bearer(settings, clock, sdk) if entra else _vault_key(settings, clock, sdk)

    async def fetch(fresh: bool) -> Fetched[AuthHeader]:
        return await _in_thread(lambda: read(fresh), settings.auth, fetch_seconds)

    pause = TOKEN_PAUSE_SECONDS if entra else KEY_PAUSE_SECONDS
    return SingleFlight(fetch, clock, replace_pause=pause, sleep=sleep)


def _bearer(settings: Settings, clock: Clock, sdk: Sdk) -> Callable[[bool], Fetched[AuthHeader]]:
    def read(fresh: bool) -> Fetched[AuthHeader]:
        token = sdk.token(settings.scope, fresh=fresh)
        if not re.fullmatch(r"[!-~]+", token.token):
            raise ValueError("not a token that a header can hold")
        renew_at = max(token.expires_on - TOKEN_MARGIN_SECONDS, clock.time() + TOKEN_RENEWAL_SECONDS)
        return Fetched(AuthHeader("authorization", Secret(f"Bearer {token.token}")), renew_at, token.expires_on - 10.0)

    return read


def _vault_key(settings: Settings, clock: Clock, sdk: Sdk) -> Callable[[bool], Fetched[AuthHeader]]:
    def read(_: bool) -> Fetched[AuthHeader]:
        key = read_key(sdk.secret, settings.key_vault_secret_name or "")
        now = clock.time()
        return Fetched(AuthHeader("api-key", key), now + KEY_RENEWAL_SECONDS, now + KEY_GOOD_SECONDS)

    return read


async def _in_thread(read: Callable[[], Fetched[AuthHeader]], credential: str, seconds: float) -> Fetched[AuthHeader]:
    """Run `read` beside the event loop; every failure of the SDK becomes one `CredentialsUnavailable`."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(read)
    except TimeoutError:
        failure, kind = CredentialsUnavailable("The identity or the key vault did not answer in time."), "TimeoutError"
    except CredentialsUnavailable as error:
        failure, kind = error, type(error.__cause__).__name__
    except Exception as error:  # an answer that is not what it should be makes the SDK stumble in any way
        failure, kind = CredentialsUnavailable("The identity did not give a token."), type(error).__name__
    log("credential_failed", logging.WARNING, credential=credential, error_type=kind)
    raise failure
