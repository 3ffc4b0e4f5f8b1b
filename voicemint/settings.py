"""Everything that can be set, read once from a mapping into a frozen object.

`setting_list.py` says what there is; `read_settings` finds every fault before it raises one `NotConfigured` that names
them all. A protection that could not work as set (a limit that this mode cannot enforce) is a fault, too: an owner must
not believe in a lock that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from voicemint.endpoint import LOOPBACK_HOSTS, Endpoint, parse_endpoint
from voicemint.errors import NotConfigured
from voicemint.masking import Secret, shown
from voicemint.setting_list import BY_NAME, MAX_ORIGINS, MAX_ROLES, PROVIDERS
from voicemint.settings_reader import SettingsReader

HOSTED_MARKS = ("WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "WEBSITE_POD_NAME", "LEGION_SERVICE_HOST", "MANAGED_ENVIRONMENT")
"""The names by which the Functions host itself tells Azure's plans apart. Neither Core Tools nor the local host sets
any of them. (`CONTAINER_NAME` is another, but other containers have it too.) A false alarm only locks a local run; a
miss would open a hosted one, so a public `WEBSITE_HOSTNAME` counts as well: Azure sets it everywhere."""

_DEPLOYMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_VAULT = r"https://[A-Za-z0-9-]{3,24}\.vault\.azure\.net/?"

_ORDER = {name: place for place, name in enumerate(BY_NAME)}

Auth = Literal["entra", "key_vault", "key"]
CallMode = Literal["token", "relay"]
EventFilter = Literal["open", "private"]


@dataclass(frozen=True)
class Settings:
    """The settings of this process. Nothing in it prints a secret."""

    endpoint: Endpoint
    deployment: str
    transcription_deployment: str | None
    auth: Auth
    scope: str
    client_id: str | None
    key_vault_url: str | None
    key_vault_secret_name: str | None
    api_key: Secret | None
    call_mode: CallMode
    event_filter: EventFilter
    token_ttl_seconds: int
    max_call_seconds: int
    allow_custom_instructions: bool
    require_sign_in: bool
    trust_client_principal: bool
    allowed_roles: frozenset[str]
    sign_in_providers: tuple[str, ...]
    allow_anonymous: bool
    allowed_origins: frozenset[str]
    trusted_proxies: int
    """How many proxies between the caller and this process add to `X-Forwarded-For`."""
    rate_limit_per_minute: int
    max_concurrent_calls: int
    max_minutes_per_day: int
    max_calls_per_day: int
    tables_endpoint: str | None
    queue_endpoint: str | None
    hosted: bool
    platform_sign_in: bool
    """App Service's own authentication stands in front of this process (`WEBSITE_AUTH_ENABLED` is true)."""
    managed_identity: bool
    """Azure offers a managed identity to this process (`IDENTITY_ENDPOINT` is set)."""


def is_hosted(environ: Mapping[str, str]) -> bool:
    """Whether this process runs in Azure rather than on somebody's machine."""
    name = environ.get("WEBSITE_HOSTNAME", "").partition(":")[0]
    return any(environ.get(mark) for mark in HOSTED_MARKS) or name not in ("", "0.0.0.0", *LOOPBACK_HOSTS)  # noqa: S104


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`; an empty value counts as absent. Raises `NotConfigured` with every fault."""
    hosted = is_hosted(environ)
    reader = SettingsReader(environ)
    auth = cast(Auth, reader.choice("AZURE_OPENAI_AUTH", ("entra", "key_vault", "key")))
    if auth == "key" and hosted:
        reader.fault("AZURE_OPENAI_AUTH", "is 'key', which is refused when hosted: use entra or key_vault")
    mode = cast(CallMode, reader.choice("CALL_MODE", ("token", "relay")))
    anonymous, sign_in = reader.flag("ALLOW_ANONYMOUS"), reader.flag("REQUIRE_SIGN_IN")
    trusts_principal = reader.flag("TRUST_CLIENT_PRINCIPAL")
    if sign_in and anonymous:
        reader.fault("REQUIRE_SIGN_IN", "is true, but so is ALLOW_ANONYMOUS: only one of them can be meant")
    if sign_in and not trusts_principal:
        reader.fault(
            "TRUST_CLIENT_PRINCIPAL", "is not true, but REQUIRE_SIGN_IN needs it: nothing else tells who calls"
        )
    if reader.is_set("ALLOWED_ROLES") and not sign_in:
        reader.fault("ALLOWED_ROLES", "is set, but REQUIRE_SIGN_IN is not true: nobody's roles would be looked at")
    for name in ("MAX_CONCURRENT_CALLS", "MAX_MINUTES_PER_DAY"):
        if reader.is_set(name) and mode == "token":
            reader.fault(
                name, "is set, but CALL_MODE is token, where the server does not see calls: set CALL_MODE=relay"
            )
    settings = Settings(
        endpoint=_endpoint(reader, hosted=hosted),
        deployment=reader.text("AZURE_OPENAI_DEPLOYMENT", _DEPLOYMENT, needed=True),
        transcription_deployment=reader.text("AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT", _DEPLOYMENT) or None,
        auth=auth,
        scope=reader.text("AZURE_OPENAI_SCOPE", r"https://[A-Za-z0-9.-]{1,200}/\.default"),
        client_id=reader.text("AZURE_CLIENT_ID", r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}") or None,
        key_vault_url=reader.only_with("KEY_VAULT_URL", _VAULT, auth, "key_vault"),
        key_vault_secret_name=reader.only_with("KEY_VAULT_SECRET_NAME", r"[A-Za-z0-9-]{1,127}", auth, "key_vault"),
        api_key=_secret(reader.only_with("AZURE_OPENAI_API_KEY", r"[!-~]{16,256}", auth, "key")),
        call_mode=mode,
        event_filter=cast(EventFilter, reader.choice("EVENT_FILTER", ("open", "private"))),
        token_ttl_seconds=reader.whole_number("TOKEN_TTL_SECONDS", 10, 600),
        max_call_seconds=reader.whole_number("MAX_CALL_SECONDS", 10, 3600),
        allow_custom_instructions=reader.flag("ALLOW_CUSTOM_INSTRUCTIONS"),
        require_sign_in=sign_in,
        trust_client_principal=trusts_principal,
        allowed_roles=frozenset(reader.names("ALLOWED_ROLES", r"[A-Za-z0-9_.-]{1,64}", MAX_ROLES)),
        sign_in_providers=tuple(dict.fromkeys(reader.names("SIGN_IN_PROVIDERS", "|".join(PROVIDERS), len(PROVIDERS)))),
        allow_anonymous=anonymous,
        allowed_origins=_origins(reader),
        trusted_proxies=reader.whole_number("TRUSTED_PROXIES", 1, 5),
        rate_limit_per_minute=reader.whole_number("RATE_LIMIT_PER_MINUTE", 1, 600),
        max_concurrent_calls=reader.whole_number("MAX_CONCURRENT_CALLS", 1, 20),
        max_minutes_per_day=reader.whole_number("MAX_MINUTES_PER_DAY", 1, 1440),
        max_calls_per_day=reader.whole_number("MAX_CALLS_PER_DAY", 1, 999_999),
        tables_endpoint=_storage(reader, "TABLES_ENDPOINT", "table", hosted=hosted, needed=hosted),
        queue_endpoint=_storage(
            reader, "CALL_QUEUE__queueServiceUri", "queue", hosted=hosted, needed=hosted and mode == "relay"
        ),
        hosted=hosted,
        platform_sign_in=environ.get("WEBSITE_AUTH_ENABLED", "").lower() == "true",
        managed_identity=bool(environ.get("IDENTITY_ENDPOINT")),
    )
    if reader.faults:
        raise NotConfigured(sorted(reader.faults, key=lambda fault: _ORDER[fault[0]]), names_only=hosted)
    return settings


def faults(environ: Mapping[str, str]) -> list[str]:
    """What is wrong with the settings in `environ`, one line each; empty if nothing is."""
    try:
        read_settings(environ)
    except NotConfigured as error:
        return error.report.splitlines()
    return []


def _secret(text: str | None) -> Secret | None:
    return Secret(text) if text else None


def _endpoint(reader: SettingsReader, *, hosted: bool) -> Endpoint:
    url = reader.text("AZURE_OPENAI_ENDPOINT", r"[!-~]{1,2000}", needed=True)
    if not url:
        return Endpoint("")
    try:
        return parse_endpoint(url, hosted=hosted)
    except ValueError as error:
        reader.fault("AZURE_OPENAI_ENDPOINT", f"is {shown(url)}: {error}")
        return Endpoint("")


def _storage(reader: SettingsReader, name: str, kind: str, *, hosted: bool, needed: bool) -> str | None:
    """A storage account's address without a slash at its end; an emulator's on this machine only when not hosted."""
    azure = rf"https://[a-z0-9]{{3,24}}\.{kind}\.core\.windows\.net/?"
    local = r"https?://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?/[a-z0-9]{3,24}/?"
    return reader.text(name, azure if hosted else f"{azure}|{local}", needed=needed).rstrip("/") or None


def _origins(reader: SettingsReader) -> frozenset[str]:
    entries = reader.names("ALLOWED_ORIGINS", r".*", MAX_ORIGINS)
    for entry in entries:
        if not _is_origin(entry):
            reader.refuse("ALLOWED_ORIGINS", entry)
    return frozenset(entry.lower() for entry in entries)


def _is_origin(entry: str) -> bool:
    """Whether `entry` is what a browser could send as `Origin`: no path, no wildcard, no default port."""
    match = re.fullmatch(r"(https?)://(\[::1\]|[A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?", entry)
    if match is None:
        return False
    scheme, host, port = match.groups()
    if port is not None and (int(port) not in range(1, 65_536) or (scheme, port) in (("https", "443"), ("http", "80"))):
        return False
    return scheme == "https" or host.strip("[]").lower() in LOOPBACK_HOSTS
