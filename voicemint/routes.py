"""What each route does, with one `App` for the whole process: built at the first request that needs it, then shared.

Nothing is read from the environment and nothing connects before that.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

import msgspec

from voicemint import __version__
from voicemint.app import App, build
from voicemint.page_config import PageConfig
from voicemint.requests import Request
from voicemint.session_reply import SessionReply


class Health(msgspec.Struct, frozen=True):
    """The body of `GET /api/health`."""

    status: str
    version: str


@dataclass(frozen=True)
class _Shared:
    loop: asyncio.AbstractEventLoop
    app: App


_shared: _Shared | None = None


async def create_session(request: Request) -> SessionReply:
    """`POST /api/session`."""
    return await _app(request).create_session(request)


async def page_config(request: Request) -> PageConfig:
    """`GET /api/config`."""
    return await _app(request).page_config(request)


async def health(request: Request) -> Health:
    """`GET /api/health`: the process is alive. No I/O, and true even where the settings are wrong."""
    return Health("ok", __version__)


def adopt(app: App) -> None:
    """Serve with `app` from now on, on the running event loop."""
    global _shared
    _shared = _Shared(asyncio.get_running_loop(), app)


async def close() -> None:
    """Close the shared app, if there is one; the next request builds it anew."""
    global _shared
    held, _shared = _shared, None
    if held is not None and held.loop is asyncio.get_running_loop():
        await held.app.close()


def _app(request: Request) -> App:
    """The shared app. The Functions worker has one event loop for life; on another loop the app is built anew, because
    its connections and its fetch under way belong to the loop that made them."""
    with request.timing.measure("cold"):
        if _shared is not None and _shared.loop is asyncio.get_running_loop():
            return _shared.app
        app = build(os.environ)
        adopt(app)
        return app
