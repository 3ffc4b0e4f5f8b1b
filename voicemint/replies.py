"""From outcomes to HTTP: the one place where errors become problem documents and where every reply gets its headers.

Failures are RFC 9457 problems with the extra members `code`, `hint` and `request_id`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

import msgspec

from voicemint.errors import MAX_RETRY_AFTER_SECONDS, InternalError, MethodNotAllowed, VoicemintError
from voicemint.requests import Request
from voicemint.telemetry import about_request, log, where


@dataclass(frozen=True)
class Content:
    """A success that is not 200 with JSON. `headers` come on top of those of every reply."""

    status: int
    media_type: str = ""
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


Action = Callable[[Request], Awaitable[msgspec.Struct | Content]]
CrossOrigin = Callable[[Request], Mapping[str, str]]


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
    retry_after: Annotated[int, msgspec.Meta(ge=1, le=MAX_RETRY_AFTER_SECONDS)] | msgspec.UnsetType = msgspec.UNSET
    """The header's seconds again: a page of another origin reads a header only if the platform lets it."""


def problem_of(error: VoicemintError, request_id: str) -> Problem:
    """The error as its caller may see it."""
    return Problem(
        type=f"urn:voicemint:error:{error.code}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        code=error.code,
        hint=error.hint,
        request_id=request_id,
        retry_after=msgspec.UNSET if error.retry_after is None else error.retry_after,
    )


async def answer(route: str, request: Request, actions: Mapping[str, Action], cross_origin: CrossOrigin) -> Reply:
    """Run the action of the request's method. Never raises: whatever happens becomes a reply. HEAD is GET, bodiless.

    `cross_origin` gives the headers that let pages of other origins ask and read, for a browser's preflight too.
    """
    with about_request(request.id):
        try:
            content = await _content(request, actions)
        except VoicemintError as error:
            content = _problem(request, route, error)
        except Exception as error:
            content = _problem(request, route, _our_fault(error))
        try:
            shared = cross_origin(request)
        except Exception as error:
            content, shared = _problem(request, route, _our_fault(error)), {}
        reply = _reply(request, content, shared)
        took = round(request.timing.total() * 1000)
        log("request_done", route=route, status=reply.status, milliseconds=took)
    return replace(reply, body=b"") if request.method == "HEAD" else reply


def _our_fault(error: Exception) -> InternalError:
    """The host would make this an empty 500 and log the exception's text, which may hold a secret."""
    log("internal_error", logging.ERROR, error_type=type(error).__name__, where=where(error))
    return InternalError()


async def _content(request: Request, actions: Mapping[str, Action]) -> Content:
    if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
        return Content(204)
    action = actions.get("GET" if request.method == "HEAD" else request.method)
    if action is None:
        raise MethodNotAllowed([*actions, "HEAD"] if "GET" in actions else actions)
    outcome = await action(request)
    return outcome if isinstance(outcome, Content) else Content(200, "application/json", msgspec.json.encode(outcome))


def _problem(request: Request, route: str, error: VoicemintError) -> Content:
    log("request_failed", logging.WARNING, route=route, code=error.code, status=error.status)
    extra: dict[str, str] = {}
    if error.retry_after is not None:
        extra["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowed):
        extra["Allow"] = ", ".join(error.allowed)
    return Content(error.status, "application/problem+json", msgspec.json.encode(problem_of(error, request.id)), extra)


def _reply(request: Request, content: Content, shared: Mapping[str, str]) -> Reply:
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request.id,
        "Server-Timing": request.timing.header(),
        **shared,
        **content.headers,
    }
    return Reply(content.status, content.media_type, headers, content.body)
