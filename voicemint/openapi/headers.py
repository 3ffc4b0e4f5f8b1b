"""The headers of the document: those that every reply carries, and those that some do."""

from __future__ import annotations

from typing import Any

EVERY_REPLY = ("Cache-Control", "X-Content-Type-Options", "X-Request-Id", "Server-Timing")

SOMETIMES_RETRY_AFTER = "Sometimes-Retry-After"
"""The name under which the components keep `Retry-After` for failures that do not always carry it."""


def header(description: str, schema: dict[str, Any], example: object) -> dict[str, Any]:
    """A header object that is always there."""
    return {"description": description, "required": True, "schema": schema, "example": example}


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


HEADERS: dict[str, dict[str, Any]] = {
    "Cache-Control": header("No reply may be kept.", {"const": "no-store"}, "no-store"),
    "X-Content-Type-Options": header("The content is what its type says.", {"const": "nosniff"}, "nosniff"),
    "X-Request-Id": header(
        "The name of this request in the server's log: the caller's own if it was well-formed, else a new one.",
        _text(r"^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$"),
        "5f0c1d2e3a4b5c6d7e8f9a0b",
    ),
    "Server-Timing": header(
        "Where the time went, in milliseconds: `cold`, `auth`, `limit`, `upstream`, `total`.",
        _text(r"^([a-z_]+;dur=[0-9]+\.[0-9], )*total;dur=[0-9]+\.[0-9]$"),
        "auth;dur=0.1, upstream;dur=182.4, total;dur=184.0",
    ),
    "Retry-After": header("Seconds to wait.", {"type": "integer", "minimum": 1, "maximum": 86_400}, 10),
    SOMETIMES_RETRY_AFTER: {
        "description": "Seconds to wait, where it is known how long.",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 86_400},
        "example": 5,
    },
    "Allow": header("The methods that the route answers.", _text(r"^[A-Z]+(, [A-Z]+)*$"), "GET, HEAD"),
    "Location": header(
        "The call's address: DELETE hangs it up.",
        _text(r"^/api/call/[0-9a-f]{32}$"),
        "/api/call/0123456789abcdef0123456789abcdef",
    ),
    "X-Voicemint-Expires-At": header(
        "When the server will end the call, in seconds since 1970.", {"type": "integer", "minimum": 0}, 1_800_000_600
    ),
    "X-Voicemint-Server-Time": header(
        "The server's clock, in seconds since 1970; the page's own may be wrong.",
        {"type": "integer", "minimum": 0},
        1_800_000_000,
    ),
}
