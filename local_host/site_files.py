"""Finds a file of the site for a path and never leaves its directory.

The bytes are read afresh for each request, so that an edited file is seen on the next reload. Files are small here; the
page's largest asset is a few hundred kilobytes.
"""

from __future__ import annotations

import hashlib
import os.path
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_host.site_config import CONFIG_NAME

MIME_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "text/xml",
}
"""As in the Static Web Apps CLI; anything else is `application/octet-stream` unless `mimeTypes` says otherwise."""


@dataclass(frozen=True)
class SiteFile:
    """A file to send; `etag` is strong and quoted."""

    body: bytes
    content_type: str
    etag: str


def read_site_file(root: Path, path: str, mime_types: Mapping[str, str]) -> SiteFile | None:
    """The file for a decoded `path`: itself, its `index.html`, or `path.html`. None if there is none."""
    for tried in (path, path.rstrip("/") + "/index.html", path.rstrip("/") + ".html"):
        file = _inside(root, tried)
        if file is not None:
            body = file.read_bytes()
            ending = file.suffix.lower()
            content_type = mime_types.get(ending) or MIME_TYPES.get(ending) or "application/octet-stream"
            return SiteFile(body, content_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    return None


def _inside(root: Path, path: str) -> Path | None:
    """The file that `path` names below `root`, None if it is not one, lies outside, or is the configuration."""
    if "\\" in path or "\0" in path or any(part in (".", "..") for part in path.split("/")):
        return None
    base = root.resolve()
    file = (base / path.lstrip("/")).resolve()
    if file == base or not file.is_relative_to(base) or file.name.lower() == CONFIG_NAME:
        return None
    # os.path, because it takes a name that is too long for the disk as "no such file".
    return file if os.path.isfile(file) else None


def is_current(etag: str, if_none_match: str | None) -> bool:
    """Whether the browser already has this version (RFC 9110 13.1.2: weak comparison)."""
    if not if_none_match:
        return False
    known = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in known or etag in known


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """The one range asked for, as [first, last]; None to send everything.

    Several ranges, or one that is not well formed, are ignored, as RFC 9110 14.2 allows. Raises ValueError if the
    range lies beyond the end (416).
    """
    found = re.fullmatch(r"bytes=([0-9]{0,15})-([0-9]{0,15})", header.strip()) if header else None
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            raise ValueError("an empty range")
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise ValueError("beyond the end")
    return start, end
