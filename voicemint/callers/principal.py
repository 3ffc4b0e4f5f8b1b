"""Who is signed in, as Static Web Apps tells the API behind it in `x-ms-client-principal`.

The header is unsigned, so it is worth what stands in front of this process: only a platform that refuses direct calls
and writes the header itself makes it true. Whether that is so is a setting; this module only reads.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Annotated

import msgspec

HEADER = "x-ms-client-principal"
MAX_HEADER_BYTES = 8192

AUTHENTICATED = "authenticated"
"""The role that Static Web Apps gives to everybody who is signed in, beside `anonymous`."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")

# The provider has no colon, so `provider:user` tells two accounts apart whatever the user id looks like.
_Provider = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
_UserId = Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,256}\Z")]
_Role = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


@dataclass(frozen=True)
class Principal:
    """An account: `user_id` is unique within its provider and this site. Its name or e-mail address is not kept."""

    provider: str
    user_id: str = field(repr=False)
    roles: frozenset[str] = field(repr=False)

    @property
    def signed_in(self) -> bool:
        return AUTHENTICATED in self.roles

    @property
    def subject(self) -> str:
        """What tells this account from every other one."""
        return f"{self.provider}:{self.user_id}"


class _Claims(msgspec.Struct, rename="camel"):
    """The members that are used; `userDetails`, often an e-mail address, and `claims` are skipped unread."""

    identity_provider: _Provider
    user_id: _UserId
    user_roles: list[_Role]


def read_principal(header: str) -> Principal | None:
    """The principal in the value of `x-ms-client-principal`, or None if it is not exactly one.

    Base64 (padded or not) of JSON with `identityProvider`, `userId` and `userRoles`
    (learn.microsoft.com/azure/static-web-apps/user-information). App Service's own sign-in uses the same header for
    another shape (`auth_typ`, `claims`), which is no principal here. A header that was sent twice arrives joined by a
    comma, which is not base64.
    """
    if len(header) > MAX_HEADER_BYTES or not _BASE64.fullmatch(header):
        return None
    unpadded = header.rstrip("=")
    try:
        text = base64.b64decode(unpadded + "=" * (-len(unpadded) % 4))
        claims = msgspec.json.decode(text, type=_Claims)
    except (ValueError, RecursionError):  # the latter for JSON that is nested a thousand deep
        return None
    return Principal(claims.identity_provider, claims.user_id, frozenset(claims.user_roles))
