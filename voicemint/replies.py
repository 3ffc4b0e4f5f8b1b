"""From outcomes to HTTP: the one place where errors become problem documents and where every reply gets its headers.

Failures are RFC 9457 problems with the extra members `code`, `hint` and `request_id`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from voicemint.errors import InternalError, MethodNotAllowed, VoicemintError
from voicemint.requests import Request
from voicemint.telemetry import log, where

Action = Callable[[Request], Awaitable[msgspec.Struct]]


@dataclass(frozen=True)
class Reply:
    """A finished HTTP reply."""

    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Problem(msgspec.Struct, frozen=True):
    """The body of every failure. `type` is a name, not an address; `docs/errors.md` explains each `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str
    request_id: str


async def answer(request: Request, actions: Mapping[str, Action]) -> Reply:
    """Run the action of the request's method. Never raises: whatever happens becomes a reply. HEAD is GET, bodiless."""
    try:
        action = actions.get("GET" if request.method == "HEAD" else request.method)
        if action is None:
            raise MethodNotAllowed([*actions, "HEAD"] if "GET" in actions else actions)
        reply = _reply(request, 200, "application/json", await action(request))
    except VoicemintError as error:
        reply = _problem(request, error)
    except Exception as error:
        # The host would make this an empty 500 and log the exception's text, which may hold a secret.
        log("internal_error", logging.ERROR, request_id=request.id, error_type=type(error).__name__, where=where(error))
        reply = _problem(request, InternalError())
    if request.method == "HEAD":
        return Reply(reply.status, reply.media_type, reply.headers, b"")
    return reply


def _problem(request: Request, error: VoicemintError) -> Reply:
    log("request_failed", logging.WARNING, request_id=request.id, code=error.code, status=error.status)
    problem = Problem(
        type=f"urn:voicemint:error:{error.code}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        code=error.code,
        hint=error.hint,
        request_id=request.id,
    )
    extra: dict[str, str] = {}
    if error.retry_after is not None:
        extra["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowed):
        extra["Allow"] = ", ".join(error.allowed)
    return _reply(request, error.status, "application/problem+json", problem, extra)


def _reply(
    request: Request, status: int, media_type: str, content: msgspec.Struct, extra: Mapping[str, str] | None = None
) -> Reply:
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request.id,
        "Server-Timing": request.timing.header(),
        **(extra or {}),
    }
    return Reply(status, media_type, headers, msgspec.json.encode(content))
