"""Cuts texts into the small pieces in which a model writes them, and says how long they take to speak.

A piece is a word with the space before it, or a mark; joined they are the text again, character for character.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.parts import BYTES_PER_MS

CHUNK_MS = 200
SPOKEN_CHARACTER_MS = 65.0
"""About fifteen characters a second: an easy pace of English."""

_PIECE = re.compile(r"\s*(?:\w+(?:['\u2019]\w+)*|[^\w\s])|\s+")


def pieces_of(text: str) -> list[str]:
    """Deltas of a text, leading spaces kept as the service keeps them."""
    return _PIECE.findall(text)


def spoken_ms(text: str) -> float:
    """How long a voice needs for this much text, roughly: known before any of it has been synthesised."""
    return len(text) * SPOKEN_CHARACTER_MS


def encoded_arguments(arguments: Mapping[str, Any]) -> str:
    """Arguments of a function call as the service writes them: JSON over several lines (recorded on Azure)."""
    return json.dumps(dict(arguments), indent=2, ensure_ascii=False)


def chunks_of(pcm: bytes) -> Iterator[bytes]:
    """PCM in pieces of at most `CHUNK_MS`, an odd last byte dropped."""
    size = CHUNK_MS * BYTES_PER_MS
    whole = len(pcm) - len(pcm) % 2
    for start in range(0, whole, size):
        yield pcm[start : min(start + size, whole)]


def heard_part(text: str, spoken_ms_of_all: float, heard_ms: float) -> str:
    """The words of `text` that fit into the first `heard_ms`, if all of it takes `spoken_ms_of_all`.

    Cut back to the last whole word. The service removes what was not heard; how it aligns words and sound is not
    recorded, so an even pace is our reading.
    """
    if spoken_ms_of_all <= 0 or heard_ms >= spoken_ms_of_all:
        return text
    return _whole_pieces(pieces_of(text), len(text) * max(0.0, heard_ms) / spoken_ms_of_all)


def _whole_pieces(pieces: Iterable[str], characters: float) -> str:
    kept = ""
    for piece in pieces:
        if len(kept) + len(piece) > characters:
            break
        kept += piece
    return kept
