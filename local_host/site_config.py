"""Reads `staticwebapp.config.json` and answers what its rules say about a path.

The rules follow Microsoft's own emulator (the Static Web Apps CLI, 2.0.10) where it can be read. Roles, sign-in,
networking and `trailingSlash` are not emulated: here every visitor is the developer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONFIG_NAME = "staticwebapp.config.json"

DEFAULT_HEADERS = {
    "Cache-Control": "public, must-revalidate, max-age=30",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=10886400; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-XSS-Protection": "1; mode=block",
}
"""What the platform sends when the file says nothing else (the CLI's `getDefaultHeaders`)."""


@dataclass(frozen=True)
class Route:
    """One entry of `routes`. A header whose value is "" removes that header."""

    pattern: re.Pattern[str]
    methods: frozenset[str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    redirect: str | None = None
    rewrite: str | None = None
    status: int | None = None

    def fits(self, path: str, method: str) -> bool:
        """A path without a file name is also tried as its `index.html`."""
        if self.methods is not None and method not in self.methods:
            return False
        return any(self.pattern.fullmatch(tried) for tried in {path, index_path(path)})


@dataclass(frozen=True)
class Override:
    """What to send instead of a bare error status."""

    redirect: str | None = None
    rewrite: str | None = None
    status: int | None = None


@dataclass(frozen=True)
class SiteConfig:
    """The parts of the file that a local visitor can notice."""

    routes: tuple[Route, ...] = ()
    fallback: str | None = None
    fallback_excludes: tuple[re.Pattern[str], ...] = ()
    overrides: Mapping[int, Override] = field(default_factory=dict)
    mime_types: Mapping[str, str] = field(default_factory=dict)
    global_headers: Mapping[str, str] = field(default_factory=dict)

    def route_for(self, path: str, method: str) -> Route | None:
        """The first rule that fits; one that would redirect a path to itself is passed over."""
        for route in self.routes:
            if route.fits(path, method) and route.redirect != path:
                return route
        return None

    def fallback_for(self, path: str) -> str | None:
        """The file to serve instead of a missing `path`, None if that path is excluded."""
        tried = {path, index_path(path)}
        if any(pattern.fullmatch(one) for pattern in self.fallback_excludes for one in tried):
            return None
        return self.fallback

    def headers_for(self, route: Route | None) -> dict[str, str]:
        """The platform's headers, overridden by `globalHeaders`, overridden by the route's. Names in lower case."""
        merged: dict[str, str] = {}
        for layer in (DEFAULT_HEADERS, self.global_headers, route.headers if route else {}):
            merged.update({name.lower(): value for name, value in layer.items()})
        return {name: value for name, value in merged.items() if value}


def index_path(path: str) -> str:
    """Where the index file of `path` would be; a path whose last part has a dot is a file and stays."""
    if "." in path.rsplit("/", 1)[-1]:
        return path
    return path.rstrip("/") + "/index.html"


def read_site_config(directory: Path) -> SiteConfig:
    """The configuration in `directory`; an empty one if there is no file. Raises ValueError in a plain sentence."""
    file = directory / CONFIG_NAME
    if not file.is_file():
        return SiteConfig()
    try:
        raw = json.loads(file.read_text("utf-8"))
        return _parse(raw)
    except (ValueError, AttributeError, TypeError, KeyError) as fault:
        raise ValueError(f"{CONFIG_NAME} cannot be used: {fault}") from fault


def _parse(raw: Mapping[str, Any]) -> SiteConfig:
    fallback = raw.get("navigationFallback", {})
    return SiteConfig(
        routes=tuple(_route(one) for one in raw.get("routes", [])),
        fallback=_rooted(fallback.get("rewrite")),
        fallback_excludes=tuple(wildcard(one) for one in fallback.get("exclude", [])),
        overrides={int(code): _override(one) for code, one in raw.get("responseOverrides", {}).items()},
        mime_types={ending.lower(): kind for ending, kind in raw.get("mimeTypes", {}).items()},
        global_headers={name: str(value) for name, value in raw.get("globalHeaders", {}).items()},
    )


def _route(raw: Mapping[str, Any]) -> Route:
    methods = raw.get("methods")
    return Route(
        pattern=wildcard(raw["route"]),
        methods=None if methods is None else frozenset(methods),
        headers={name: str(value) for name, value in raw.get("headers", {}).items()},
        redirect=raw.get("redirect"),
        rewrite=_rooted(raw.get("rewrite")),
        status=raw.get("statusCode"),
    )


def _override(raw: Mapping[str, Any]) -> Override:
    return Override(raw.get("redirect"), _rooted(raw.get("rewrite")), raw.get("statusCode"))


def _rooted(path: str | None) -> str | None:
    return None if path is None else "/" + path.removeprefix("/")


def wildcard(text: str) -> re.Pattern[str]:
    """A route or exclude pattern: one `*`, at the end or before an ending such as `.css` or `.{png,jpg}`.

    Raises ValueError for any other use of `*`, which the platform would ignore in silence.
    """
    if text.count("*") > 1 or not re.fullmatch(r"[^*{}]*(\*(\.(\w+|\{\w+(,\w+)*\}))?)?", text):
        raise ValueError(f"'{text}' is not a pattern of the platform: one * at the end or before an ending.")
    start, star, ending = text.partition("*")
    endings = "|".join(re.escape(one) for one in ending.removeprefix(".").strip("{}").split(","))
    pattern = re.escape(start) + (".*" if star else "") + (rf"\.(?:{endings})" if ending else "")
    return re.compile(pattern, re.DOTALL)
