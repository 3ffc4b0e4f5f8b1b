"""Puts the functions and the site on one address, and keeps other people's pages away from it.

A page on the internet may point a name of its own at 127.0.0.1 and so reach this server with the user's browser ("DNS
rebinding"). Such a request carries that name as its Host, so only this machine's names are answered.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from local_host.content_security import is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def host_of(header: str) -> str:
    """The name or address in a Host header, in lower case, without port and brackets. "" if there is none."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].removesuffix(".")


def is_own_name(header: str, bound_to: str, own_names: Collection[str] = ()) -> bool:
    """Whether a Host header names this server: loopback, the address it listens on, or one of `own_names`.

    Listening on all addresses, any literal address will do: rebinding needs a name.
    """
    host = host_of(header)
    if is_loopback(host) or host == bound_to.lower() or host in own_names:
        return True
    if bound_to not in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not listened on
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class OneAddress:
    """The ASGI application: `/<prefix>/…` goes to the functions, the rest to the site."""

    def __init__(
        self, functions: ASGIApp, site: ASGIApp, *, prefix: str, bound_to: str, own_names: Collection[str] = ()
    ) -> None:
        self._functions = functions
        self._site = site
        self._prefix = f"/{prefix.lower()}"
        self._bound_to = bound_to
        self._own_names = frozenset(name.lower() for name in own_names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not is_own_name(hosts[0], self._bound_to, self._own_names):
            refusal = "This is a local server and does not answer to that name. Use --own-name if it should.\n"
            await PlainTextResponse(refusal, 421)(scope, receive, send)
            return
        path = scope["path"].lower()
        if self._prefix == "/" or path == self._prefix or path.startswith(self._prefix + "/"):
            await self._functions(scope, receive, send)
        else:
            await self._site(scope, receive, send)
