"""What a recording of a call tells: who was heard when, and what was said.

A recording holds the microphone on the left and the assistant on the right (recorder.js), 24 000 samples a second. The
two sides share one time line, so delays read off it include everything a person would feel: network, jitter buffer,
recognition, speech.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

RATE = 24_000
WINDOW = RATE // 100
"""Loudness is judged every 10 ms."""


@dataclass(frozen=True)
class Span:
    """A stretch of sound, in seconds from the start of the recording."""

    start: float
    end: float


@dataclass(frozen=True)
class Recording:
    """One side each as float samples from -1 to 1."""

    microphone: np.ndarray
    assistant: np.ndarray

    @classmethod
    def decode(cls, text: str) -> Recording:
        both = np.frombuffer(base64.b64decode(text), dtype="<i2").reshape(-1, 2).astype(np.float32) / 32768
        return cls(both[:, 0], both[:, 1])


def spans(side: np.ndarray, *, level: float = 0.01, gap: float = 0.35, shortest: float = 0.06) -> list[Span]:
    """Where `side` is louder than `level` (root mean square); pauses shorter than `gap` seconds belong to the span."""
    windows = side[: len(side) // WINDOW * WINDOW].reshape(-1, WINDOW)
    loud = np.flatnonzero(np.sqrt((windows**2).mean(axis=1)) > level)
    found: list[list[int]] = []
    for index in loud:
        if found and index - found[-1][1] <= gap * 100:
            found[-1][1] = int(index)
        else:
            found.append([int(index), int(index)])
    return [Span(a / 100, (b + 1) / 100) for a, b in found if (b + 1 - a) / 100 >= shortest]


def pcm(side: np.ndarray, span: Span | None = None) -> bytes:
    """`side`, or a stretch of it with 100 ms around, as PCM16 for the recogniser."""
    if span is not None:
        side = side[max(0, int((span.start - 0.1) * RATE)) : int((span.end + 0.1) * RATE)]
    return (np.clip(side, -1, 1) * 32767).astype("<i2").tobytes()
