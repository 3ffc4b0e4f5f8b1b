"""What each route does, with one `App` for the whole process: built at the first request that needs it, then shared.

Nothing is read from the environment and nothing connects before that.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from voicemint import __version__, openapi
from voicemint.app import App, build
from voicemint.callers.cors import NO_PERMISSION
from voicemint.errors import InternalError, NotConfigured, UnknownCall, VoicemintError
from voicemint.health import Health
from voicemint.leash import leashed_call
from voicemint.page_config import PageConfig
from voicemint.replies import Content
from voicemint.requests import Request
from voicemint.session_reply import SessionReply
from voicemint.telemetry import log, where


@dataclass(frozen=True)
class _Shared:
    loop: asyncio.AbstractEventLoop
    app: App


_shared: _Shared | None = None
_fault: NotConfigured | None = None
"""Why there is no app. Neither the environment nor the persona files of a process change, so it is found out once."""


async def create_session(request: Request) -> SessionReply:
    """`POST /api/session`."""
    return await _app(request).create_session(request)


async def start_call(request: Request) -> Content:
    """`POST /api/call`: the SDP answer, and in headers where to hang up and until when one may talk.

    Both times are the server's, in seconds since 1970: the page needs their difference, because its own clock may be
    wrong.
    """
    call = await _app(request).start_call(request)
    headers = {
        "Location": f"/api/call/{call.id}",
        "X-Voicemint-Expires-At": str(int(call.ends_at)),
        "X-Voicemint-Server-Time": str(int(call.server_time)),
    }
    return Content(201, "application/sdp", call.answer.encode(), headers)


async def hang_up(request: Request) -> Content:
    """`DELETE /api/call/{id}`."""
    call_id = request.parameters.get("id", "")
    if not re.fullmatch(r"[0-9a-f]{32}", call_id):
        raise UnknownCall
    await _app(request).hang_up(request, call_id)
    return Content(204)


async def page_config(request: Request) -> PageConfig:
    """`GET /api/config`."""
    return await _app(request).page_config(request)


async def health(request: Request) -> Health:
    """`GET /api/health`: the process is alive. No I/O, and true even where the settings are wrong."""
    return Health("ok", __version__)


async def ready(request: Request) -> Health:
    """`GET /api/ready`: a call could start now. What was found is kept for seconds, so it cannot be used to hammer."""
    await _app(request).check()
    return Health("ready", __version__)


async def openapi_document(request: Request) -> Content:
    """`GET /api/openapi.json`. The same everywhere, and there even where the settings are wrong."""
    return Content(200, "application/json", openapi.document())


async def end_call(message: bytes) -> None:
    """A message of the leash's queue: its call's time is up. Raises `VoicemintError` if the host should try again.

    The host logs what is raised together with its causes, and those may quote what was answered; so it has none.
    """
    call = leashed_call.decode(message)
    if call is None:
        log("leash_unreadable", logging.ERROR)  # trying again would not make it readable
        return
    try:
        await _shared_app().end_call(call)
    except Exception as error:
        log(
            "call_not_ended",
            logging.WARNING,
            caller=call.caller,
            call_id=call.call_id,
            error_type=type(error).__name__,
            where=where(error),
        )
        raise (error if isinstance(error, VoicemintError) else InternalError()) from None


def cross_origin(request: Request) -> Mapping[str, str]:
    """The CORS headers of a reply. Only a browser's preflight is worth building the app for; while that fails, no page
    of another origin may read anything."""
    if request.method != "OPTIONS":
        return NO_PERMISSION if _shared is None else _shared.app.cross_origin(request)
    try:
        return _app(request).cross_origin(request)
    except NotConfigured:
        return NO_PERMISSION


def adopt(app: App) -> None:
    """Serve with `app` from now on, on the running event loop."""
    global _shared
    _shared = _Shared(asyncio.get_running_loop(), app)


async def close() -> None:
    """Close the shared app, if there is one; the next request builds it anew."""
    global _shared, _fault
    held, _shared, _fault = _shared, None, None
    if held is not None and held.loop is asyncio.get_running_loop():
        await held.app.close()


def _app(request: Request) -> App:
    with request.timing.measure("cold"):
        return _shared_app()


def _shared_app() -> App:
    """The shared app. The Functions worker has one event loop for life; on another loop the app is built anew, because
    its connections and its fetch under way belong to the loop that made them."""
    if _shared is not None and _shared.loop is asyncio.get_running_loop():
        return _shared.app
    global _fault
    if _fault is not None:
        raise _fault.with_traceback(None)
    try:
        app = build(os.environ)
    except NotConfigured as fault:
        _fault = fault
        raise
    adopt(app)
    return app
