"""Serves the static site the way Static Web Apps does with the site's own `staticwebapp.config.json`.

The order of the rules is the platform's: route, redirect, rewrite, file, navigation fallback, response override. The
file itself is never served.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from local_host.content_security import allow_connection
from local_host.site_config import Route, SiteConfig
from local_host.site_files import SiteFile, byte_range, is_current, read_site_file

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

METHODS = ("GET", "HEAD", "OPTIONS")


class Site:
    """The ASGI application.

    `connect_origin` is added to the connect-src of the page's security policy: the loopback realtime service.
    """

    def __init__(self, root: Path, config: SiteConfig, *, connect_origin: str | None = None) -> None:
        self._root = root
        self._config = config
        self._connect_origin = connect_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        # A thread, because it reads the disk.
        response = await asyncio.to_thread(self.respond, scope["method"], scope["path"], request_headers)
        await response(scope, receive, send)

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        """The reply to one request. `path` is decoded; `headers` have lower-case names."""
        route = self._config.route_for(path, method)
        if route and route.status in (401, 403, 404):
            return self._error(route.status, route)
        if method not in METHODS:
            return self._reply(405, route, {"allow": ", ".join(METHODS)})
        if route and route.redirect:
            return self._reply(301 if route.status == 301 else 302, route, {"location": route.redirect})
        if path.startswith("/.auth/"):
            return self._error(404, route)
        wanted = (route and route.rewrite) or path
        file = self._read(wanted)
        if file is None and (fallback := self._config.fallback_for(wanted)):
            file = self._read(fallback)
        if file is None:
            return self._error(404, route)
        if method == "OPTIONS":
            return self._reply(204, route, {"allow": ", ".join(METHODS)})
        return self._send(file, route, (route and route.status) or 200, headers)

    def _read(self, path: str) -> SiteFile | None:
        return read_site_file(self._root, path, self._config.mime_types)

    def _send(self, file: SiteFile, route: Route | None, status: int, asked: Mapping[str, str]) -> Response:
        headers = {"etag": file.etag, "accept-ranges": "bytes"}
        if status != 200:
            return self._reply(status, route, headers, file)
        if is_current(file.etag, asked.get("if-none-match")):
            return self._reply(304, route, headers)
        if asked.get("if-range") in (None, file.etag):
            try:
                part = byte_range(asked.get("range"), len(file.body))
            except ValueError:
                return self._reply(416, route, {**headers, "content-range": f"bytes */{len(file.body)}"})
            if part is not None:
                headers["content-range"] = f"bytes {part[0]}-{part[1]}/{len(file.body)}"
                piece = SiteFile(file.body[part[0] : part[1] + 1], file.content_type, file.etag)
                return self._reply(206, route, headers, piece)
        return self._reply(200, route, headers, file)

    def _error(self, status: int, route: Route | None) -> Response:
        """An error, or what `responseOverrides` puts in its place."""
        override = self._config.overrides.get(status)
        if override is None:
            return self._reply(status, route, {})
        if override.redirect:
            return self._reply(301 if override.status == 301 else 302, route, {"location": override.redirect})
        page = self._read(override.rewrite) if override.rewrite else None
        return self._reply(override.status or status, route, {}, page)

    def _reply(
        self, status: int, route: Route | None, headers: Mapping[str, str], file: SiteFile | None = None
    ) -> Response:
        merged = self._config.headers_for(route)
        policy = merged.get("content-security-policy")
        if policy and self._connect_origin:
            merged["content-security-policy"] = allow_connection(policy, self._connect_origin)
        if file is not None:
            merged.setdefault("content-type", file.content_type)
        return Response(file.body if file else b"", status, {**merged, **headers})
