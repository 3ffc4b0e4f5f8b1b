"""One HTTP request as the product sees it, free of the Functions library."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from voicemint.masking import redact
from voicemint.timing import SystemClock, Timing

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


@dataclass(frozen=True)
class Request:
    """A request. Header names are in lower case; repeated headers are joined by a comma, as the Functions host does."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stood in the route's places, such as a call's id. The caller's word, unchecked."""
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    timing: Timing = field(default_factory=lambda: Timing(SystemClock()), repr=False)

    @property
    def host(self) -> str:
        """Host and port that the caller addressed, in lower case."""
        return (self.headers.get("host") or urlsplit(self.url).netloc).lower()


def receive(
    method: str, url: str, headers: Mapping[str, str], body: bytes, parameters: Mapping[str, str] | None = None
) -> Request:
    """Build a `Request` from what a host hands over.

    A well-formed `X-Request-Id` is kept, so that logs can be joined; one that might be a key is not, for it is logged.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    known = lower.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(known) and redact(known) == known:
        return Request(method.upper(), url, lower, body, parameters or {}, id=known)
    return Request(method.upper(), url, lower, body, parameters or {})
