"""The address of the Azure OpenAI resource, from whatever form of it people have at hand.

The portal shows URLs with a path and a query, and three host names for one resource. Microsoft documents realtime on
`{resource}.openai.azure.com` only, so the other two are rewritten to it, and the start-up line says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

AZURE_HOST = "openai.azure.com"
_SIBLING_HOSTS = ("services.ai.azure.com", "cognitiveservices.azure.com")
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_RESOURCE = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")


@dataclass(frozen=True)
class Endpoint:
    """`base` has scheme and host only and no slash at its end; `notes` say what was changed on the way."""

    base: str
    loopback: bool = False
    notes: tuple[str, ...] = ()


def parse_endpoint(url: str, *, hosted: bool) -> Endpoint:
    """Normalise `url`. Raises `ValueError` with the reason, which never repeats the value."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("it is not a URL") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("it must not contain a user name or a password")
    notes = _stripped(parts.path, parts.query or parts.fragment)
    if host in LOOPBACK_HOSTS:
        if hosted:
            raise ValueError("a loopback address is only for a local run")
        if parts.scheme not in ("http", "https"):
            raise ValueError("it must start with http:// or https://")
        shown_host = f"[{host}]" if ":" in host else host
        return Endpoint(f"{parts.scheme}://{shown_host}" + (f":{port}" if port else ""), loopback=True, notes=notes)
    if parts.scheme != "https":
        raise ValueError("it must start with https://")
    if port not in (None, 443):
        raise ValueError("it must not name a port")
    resource, _, domain = host.partition(".")
    if domain in _SIBLING_HOSTS:
        notes = (*notes, f"host {domain} rewritten to {AZURE_HOST}")
    elif domain != AZURE_HOST:
        raise ValueError("the host must be {resource}.openai.azure.com; the portal shows it under Keys and Endpoint")
    if not _RESOURCE.fullmatch(resource):
        raise ValueError("the resource's name is not a valid one")
    return Endpoint(f"https://{resource}.{AZURE_HOST}", notes=notes)


def _stripped(path: str, query: str) -> tuple[str, ...]:
    what = [name for name, there in (("path", path.strip("/")), ("query", query)) if there]
    return (f"{' and '.join(what)} stripped",) if what else ()
