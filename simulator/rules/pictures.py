"""What is in a picture, as far as a rule can see: how large it is, and which colour most of it has.

Enough to prove that the picture arrived whole. Its size stands in the first bytes; its colours take a decoder, which
comes with the WebRTC part. Without one the colour is left out.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import struct
from typing import Any

import numpy as np

from simulator.rules.turn import Turn

_ASKED = re.compile(r"\b(picture|photo|photograph|image|pic)\b")
_MOST_PIXELS = 4096 * 4096
"""More are not decoded: a small file may hold a huge picture."""
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that bring its size along."""
_COLOURS = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
    "red": (215, 30, 30),
    "orange": (255, 150, 20),
    "yellow": (245, 230, 40),
    "green": (30, 150, 50),
    "blue": (30, 70, 215),
    "purple": (128, 20, 140),
    "pink": (255, 160, 190),
    "brown": (120, 70, 30),
}


def describe(turn: Turn) -> str | None:
    """What a picture shows that was just sent, or that one asks about."""
    if turn.picture is None or not (turn.shown_now or _ASKED.search(turn.plain)):
        return None
    data = _decoded(turn.picture)
    size = size_of(data)
    if size is None:
        return "I see that you sent a picture, but I cannot make it out."
    colour = colour_of(data, size)
    shade = f" Most of it is {colour}." if colour else ""
    return f"I see a picture, {size[0]} by {size[1]} pixels.{shade}"


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or a JPEG; None for anything else."""
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    return _size_of_jpeg(data) if data.startswith(b"\xff\xd8") else None


def colour_of(data: bytes, size: tuple[int, int]) -> str | None:
    """The everyday name of the most frequent colour; None if the picture cannot be decoded here."""
    if size[0] * size[1] > _MOST_PIXELS:
        return None
    pixels = _pixels(data)
    if pixels is None or not pixels.size:
        return None
    # Shades that are hardly told apart count as one, or the noise of a JPEG would decide.
    coarse = pixels.reshape(-1, 3).astype(np.int32) // 32
    keys = coarse @ np.array([64, 8, 1])
    most = np.bincount(keys).argmax()
    mean = pixels.reshape(-1, 3)[keys == most].mean(axis=0)
    return min(_COLOURS, key=lambda name: float(((mean - np.array(_COLOURS[name])) ** 2).sum()))


def _decoded(uri: str) -> bytes:
    try:
        return base64.b64decode(uri.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _size_of_jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker in _SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _pixels(data: bytes) -> Any:
    try:
        import av
    except ImportError:
        return None
    try:
        with av.open(io.BytesIO(data), "r") as container:
            return next(container.decode(video=0)).to_ndarray(format="rgb24")
    except (av.FFmpegError, StopIteration, IndexError, ValueError, MemoryError):
        return None
