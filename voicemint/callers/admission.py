"""Who may start a call, and under which name limits count it.

On somebody's own machine: whoever addresses it by a loopback name, except a web page of another origin, because any
page that the person visits can post to localhost. Hosted: nobody, until either sign-in or anonymous calls are switched
on by name, and then only from the listed origins. `Origin` is a browser's word: it keeps other sites' pages out, not a
script with a made-up header.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from voicemint.callers import principal
from voicemint.callers.addresses import client_address
from voicemint.callers.caller import Caller
from voicemint.endpoint import LOOPBACK_HOSTS
from voicemint.errors import AuthNotConfigured, OriginNotAllowed, RoleRequired, SignInRequired
from voicemint.requests import Request
from voicemint.settings import Settings


def identify(request: Request, settings: Settings) -> Caller:
    """The caller, if they may start and end calls.

    For POST and DELETE: browsers send `Origin` with both, whatever page they come from (fetch.spec.whatwg.org, "append
    a request Origin header"), so a request without one is from a program. Raises `AuthNotConfigured` (hosted, and
    nobody has said who may call), `OriginNotAllowed`, `SignInRequired` or `RoleRequired`.
    """
    _require_rule(settings)
    _require_origin(request, settings)
    account = _account(request, settings)
    if settings.require_sign_in:
        return _require_account(account, settings)
    if settings.allow_anonymous:
        if account is not None:
            return Caller("user", account.subject)
        return Caller("anonymous", client_address(request.headers, settings.trusted_proxies))
    return Caller("local")


def signed_in(request: Request, settings: Settings) -> bool:
    """Whether a platform that may be believed says that somebody is signed in, whatever they may do here."""
    return _account(request, settings) is not None


def _require_rule(settings: Settings) -> None:
    if not settings.hosted:
        return
    if not (settings.require_sign_in or settings.allow_anonymous):
        raise AuthNotConfigured("This server is hosted, and neither REQUIRE_SIGN_IN nor ALLOW_ANONYMOUS is true.")
    if not settings.allowed_origins:
        raise AuthNotConfigured("This server is hosted, and ALLOWED_ORIGINS is empty.")


def _require_origin(request: Request, settings: Settings) -> None:
    origin = request.headers.get("origin")
    if origin in settings.allowed_origins:
        return
    if settings.hosted or not _is_own(request.host, origin):
        raise OriginNotAllowed


def _account(request: Request, settings: Settings) -> principal.Principal | None:
    """Who is signed in. Without TRUST_CLIENT_PRINCIPAL the header could be anybody's, so it is not even read."""
    if not settings.trust_client_principal:
        return None
    account = principal.read_principal(request.headers.get(principal.HEADER, ""))
    return account if account is not None and account.signed_in else None


def _require_account(account: principal.Principal | None, settings: Settings) -> Caller:
    if account is None:
        raise SignInRequired
    if settings.allowed_roles and not settings.allowed_roles & account.roles:
        raise RoleRequired
    return Caller("user", account.subject)


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
