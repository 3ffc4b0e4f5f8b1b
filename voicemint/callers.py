"""Who may start a call.

On somebody's own machine: whoever addresses it by a loopback name, except a web page of another origin, because any
page that the person visits can post to localhost. Hosted: nobody, until anonymous calls are switched on by name, and
then only from the listed origins. `Origin` is a browser's word: it keeps other sites' pages out, not a script with a
made-up header.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from voicemint.endpoint import LOOPBACK_HOSTS
from voicemint.errors import AuthNotConfigured, OriginNotAllowed
from voicemint.requests import Request
from voicemint.settings import Settings


def admit(request: Request, settings: Settings) -> None:
    """Return if the caller may start a call. Raises `OriginNotAllowed` or, when hosted, `AuthNotConfigured`."""
    if settings.hosted and not settings.allow_anonymous:
        raise AuthNotConfigured("This server is hosted, and ALLOW_ANONYMOUS is not true.")
    if settings.hosted and not settings.allowed_origins:
        raise AuthNotConfigured("ALLOW_ANONYMOUS is true, and ALLOWED_ORIGINS is empty.")
    origin = request.headers.get("origin")
    if origin in settings.allowed_origins:
        return
    if settings.hosted or not _is_own(request.host, origin):
        raise OriginNotAllowed


def _is_own(host: str, origin: str | None) -> bool:
    """Whether this server was addressed by a loopback name, by its own page or by a program (no origin).

    The name matters: a page of another site whose DNS answers 127.0.0.1 would also have "its own" host, and a server
    that others reach by a public name is not on somebody's own machine, wherever it thinks it is.
    """
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK_HOSTS and origin in (None, f"http://{host}", f"https://{host}")
