"""Who may call: the resource's key, or an Entra token that the identity double vouches for.

Client secrets are not credentials here; they belong to `client_secrets.py`. Nothing in this module is ever printed.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.refusals import Refused, bad_key, local_auth_disabled, missing_role, wrong_tenant

TokenVerdict = Callable[[str], str | None]
"""Takes a bearer token; says "ok", "missing role" or "wrong tenant", or None if it is no token of this tenant."""


def same(one: str, other: str) -> bool:
    """Equal, found out in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def one_token(token: str | None = None) -> TokenVerdict:
    """Accepts exactly `token`, by default the environment's SIMULATOR_ENTRA_TOKEN; nothing if there is none."""
    expected = token if token is not None else os.environ.get("SIMULATOR_ENTRA_TOKEN", "")
    return lambda given: "ok" if expected and same(given, expected) else None


@dataclass(frozen=True)
class Credentials:
    """What a request carried."""

    api_key: str | None = field(default=None, repr=False)
    bearer: str | None = field(default=None, repr=False)

    @property
    def is_client_secret(self) -> bool:
        return (self.bearer or "").startswith("ek_")


def credentials(headers: Mapping[str, str], *, key_in_query: str | None = None) -> Credentials:
    """Read `api-key` and `Authorization: Bearer` from lower-case `headers`; `key_in_query` where it may stand there."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    bearer = value.strip() if scheme.lower() == "bearer" else None
    return Credentials(api_key=headers.get("api-key") or key_in_query, bearer=bearer or None)


@dataclass(frozen=True)
class Access:
    """The standing credentials of the resource."""

    key: str = field(repr=False)
    accepts_token: TokenVerdict = field(default_factory=one_token, repr=False)
    local_auth: bool = True
    """False: keys are switched off on the resource, tokens only."""

    def check(self, given: Credentials) -> None:
        """Raise `Refused` unless the key or the token is right.

        `Authorization: Bearer <key>` works as well, as in Microsoft's own samples for the WebSocket.
        """
        if given.api_key is not None:
            self._check_key(given.api_key)
            return
        if given.bearer is None:
            raise bad_key()
        refusals: dict[str, Callable[[], Refused]] = {"missing role": missing_role, "wrong tenant": wrong_tenant}
        verdict = self.accepts_token(given.bearer)
        if verdict in refusals:
            raise refusals[verdict]()
        if verdict != "ok":
            self._check_key(given.bearer)

    def _check_key(self, key: str) -> None:
        if not same(key, self.key):
            raise bad_key()
        if not self.local_auth:
            raise local_auth_disabled()
