"""Everything that can be set, read once from a mapping into a frozen object.

`SETTINGS` is the list; `read_settings` finds every fault before it raises one `NotConfigured` that names them all.
`docs/settings.md` says the same for people, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from voicemint.endpoint import LOOPBACK_HOSTS, Endpoint, parse_endpoint
from voicemint.errors import NotConfigured
from voicemint.masking import Secret, shown

HOSTED_MARKS = ("WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "WEBSITE_POD_NAME", "LEGION_SERVICE_HOST", "MANAGED_ENVIRONMENT")
"""The names by which the Functions host itself tells Azure's plans apart. Neither Core Tools nor the local host sets
any of them. (`CONTAINER_NAME` is another, but other containers have it too.) A false alarm only locks a local run; a
miss would open a hosted one, so a public `WEBSITE_HOSTNAME` counts as well: Azure sets it everywhere."""

MAX_ORIGINS = 20

_DEPLOYMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_VAULT = r"https://[A-Za-z0-9-]{3,24}\.vault\.azure\.net/?"


@dataclass(frozen=True)
class Setting:
    """One line of the documentation. `default` is None where there is none; `required` says when it must be there."""

    name: str
    default: str | None
    allowed: str
    required: str = "no"
    secret: bool = False


SETTINGS = (
    Setting(
        "AZURE_OPENAI_ENDPOINT",
        None,
        "https://{resource}.openai.azure.com, or any URL of it that the portal shows; http://127.0.0.1:port when local",
        "always",
    ),
    Setting("AZURE_OPENAI_DEPLOYMENT", None, "the realtime deployment's name, 1 to 64 of A-Z a-z 0-9 . _ -", "always"),
    Setting("AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT", None, "a transcription deployment's name of the same resource"),
    Setting("AZURE_OPENAI_AUTH", "entra", "entra, key_vault or key; key is refused when hosted"),
    Setting("AZURE_OPENAI_SCOPE", "https://cognitiveservices.azure.com/.default", "an https scope ending in /.default"),
    Setting("AZURE_CLIENT_ID", None, "the client id (a UUID) of a user-assigned managed identity"),
    Setting("KEY_VAULT_URL", None, "https://{vault}.vault.azure.net", "with key_vault, else forbidden"),
    Setting("KEY_VAULT_SECRET_NAME", None, "1 to 127 of A-Z a-z 0-9 -", "with key_vault, else forbidden"),
    Setting(
        "AZURE_OPENAI_API_KEY",
        None,
        "16 to 256 printable characters without spaces",
        "with key, else forbidden",
        secret=True,
    ),
    Setting("EVENT_FILTER", "open", "open or private"),
    Setting("TOKEN_TTL_SECONDS", "60", "a whole number from 10 to 600"),
    Setting("MAX_CALL_SECONDS", "3600", "a whole number from 10 to 3600"),
    Setting("ALLOW_CUSTOM_INSTRUCTIONS", "false", "true or false"),
    Setting("ALLOW_ANONYMOUS", "false", "true or false"),
    Setting(
        "ALLOWED_ORIGINS",
        None,
        f"up to {MAX_ORIGINS} origins separated by commas, each https://host[:port], or http:// for localhost",
    ),
)

PLANNED = (
    "CALL_MODE",
    "REQUIRE_SIGN_IN",
    "TRUST_CLIENT_PRINCIPAL",
    "RATE_LIMIT_PER_MINUTE",
    "MAX_CONCURRENT_CALLS",
    "TABLES_ENDPOINT",
)
"""Protections of a later version. Set today they are faults: an owner must not believe in a lock that is not there."""

_BY_NAME = {setting.name: setting for setting in SETTINGS}

Auth = Literal["entra", "key_vault", "key"]
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
    event_filter: EventFilter
    token_ttl_seconds: int
    max_call_seconds: int
    allow_custom_instructions: bool
    allow_anonymous: bool
    allowed_origins: frozenset[str]
    hosted: bool
    managed_identity: bool
    """Azure offers a managed identity to this process (`IDENTITY_ENDPOINT` is set)."""


def is_hosted(environ: Mapping[str, str]) -> bool:
    """Whether this process runs in Azure rather than on somebody's machine."""
    name = environ.get("WEBSITE_HOSTNAME", "").partition(":")[0]
    return any(environ.get(mark) for mark in HOSTED_MARKS) or name not in ("", "0.0.0.0", *LOOPBACK_HOSTS)  # noqa: S104


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`; an empty value counts as absent. Raises `NotConfigured` with every fault."""
    hosted = is_hosted(environ)
    reader = _Reader(environ)
    auth = cast(Auth, reader.choice("AZURE_OPENAI_AUTH", ("entra", "key_vault", "key")))
    if auth == "key" and hosted:
        reader.fault("AZURE_OPENAI_AUTH", "is 'key', which is refused when hosted: use entra or key_vault")
    for name in PLANNED:
        if environ.get(name):
            reader.fault(name, "is set, but this version does not have it and nothing would be protected: remove it")
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
        event_filter=cast(EventFilter, reader.choice("EVENT_FILTER", ("open", "private"))),
        token_ttl_seconds=reader.whole_number("TOKEN_TTL_SECONDS", 10, 600),
        max_call_seconds=reader.whole_number("MAX_CALL_SECONDS", 10, 3600),
        allow_custom_instructions=reader.flag("ALLOW_CUSTOM_INSTRUCTIONS"),
        allow_anonymous=reader.flag("ALLOW_ANONYMOUS"),
        allowed_origins=_origins(reader),
        hosted=hosted,
        managed_identity=bool(environ.get("IDENTITY_ENDPOINT")),
    )
    if reader.faults:
        raise NotConfigured(reader.faults, names_only=hosted)
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


def _endpoint(reader: _Reader, *, hosted: bool) -> Endpoint:
    url = reader.text("AZURE_OPENAI_ENDPOINT", r"[!-~]{1,2000}", needed=True)
    if not url:
        return Endpoint("")
    try:
        return parse_endpoint(url, hosted=hosted)
    except ValueError as error:
        reader.fault("AZURE_OPENAI_ENDPOINT", f"is {shown(url)}: {error}")
        return Endpoint("")


def _origins(reader: _Reader) -> frozenset[str]:
    value = reader.value("ALLOWED_ORIGINS")
    entries = [entry.strip() for entry in value.split(",") if entry.strip()]
    for entry in entries:
        if not _is_origin(entry):
            reader.refuse("ALLOWED_ORIGINS", entry)
    if len(entries) > MAX_ORIGINS:
        reader.refuse("ALLOWED_ORIGINS", f"{len(entries)} entries")
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


class _Reader:
    """Reads one mapping, checks each value and remembers every fault as (setting, what is wrong)."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[tuple[str, str]] = []

    def fault(self, name: str, problem: str) -> None:
        self.faults.append((name, problem))

    def refuse(self, name: str, value: str) -> None:
        setting = _BY_NAME[name]
        self.fault(name, f"is {shown(value, secret=setting.secret)}; allowed: {setting.allowed}")

    def value(self, name: str) -> str:
        return self._environ.get(name, "").strip() or _BY_NAME[name].default or ""

    def text(self, name: str, pattern: str, *, needed: bool = False) -> str:
        value = self.value(name)
        if not value and needed:
            self.fault(name, f"is missing; allowed: {_BY_NAME[name].allowed}")
        elif value and not re.fullmatch(pattern, value):
            self.refuse(name, value)
            return ""
        return value

    def only_with(self, name: str, pattern: str, auth: str, owner: str) -> str | None:
        """What one value of AZURE_OPENAI_AUTH needs and the others forbid: a conflict is never guessed over."""
        if not auth:
            return None  # AZURE_OPENAI_AUTH itself is wrong and reported; what belongs to it cannot be told
        if auth == owner:
            return self.text(name, pattern, needed=True) or None
        if self.value(name):
            self.fault(name, f"is set, but AZURE_OPENAI_AUTH is {auth}: remove it, or set AZURE_OPENAI_AUTH={owner}")
        return None

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.value(name)
        if value in allowed:
            return value
        self.refuse(name, value)
        return ""

    def whole_number(self, name: str, least: int, most: int) -> int:
        value = self.value(name)
        if re.fullmatch(r"[0-9]{1,6}", value) and least <= int(value) <= most:
            return int(value)
        self.refuse(name, value)
        return least

    def flag(self, name: str) -> bool:
        value = self.value(name).lower()
        if value not in ("true", "false"):
            self.refuse(name, value)
        return value == "true"
