"""What Python would make of the bytecode beside a source: take it, or throw it away and compile again."""

from __future__ import annotations

from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from typing import Literal

State = Literal["good", "stale", "missing"]

HASHED, CHECKED = 0b01, 0b10
"""The flags of PEP 552: named by a hash, not by time and size; and the hash is compared at every import."""


def state(source: Path) -> State:
    """What this Python would find in `__pycache__`."""
    cached = Path(cache_from_source(str(source)))
    if not cached.exists():
        return "missing"
    header = cached.read_bytes()[:16]
    magic, flags, named = header[:4], int.from_bytes(header[4:8], "little"), header[8:]
    if magic != MAGIC_NUMBER:
        return "stale"
    if flags & HASHED:
        good = not flags & CHECKED or named == source_hash(source.read_bytes())
    else:
        seen = source.stat()
        parts = (int(seen.st_mtime) & 0xFFFFFFFF, seen.st_size & 0xFFFFFFFF)
        good = named == b"".join(part.to_bytes(4, "little") for part in parts)
    return "good" if good else "stale"
