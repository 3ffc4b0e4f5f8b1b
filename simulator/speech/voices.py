"""Ten voices made from one: how far each one's pitch, vocal tract and tempo lie from the model's own voice.

The names are the service's (they are also the ones the mint accepts); the sounds are ours and resemble nobody's. The
model speaks as an American woman at about 196 Hz.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """Factors on the model's own voice. `tract` above 1 shortens the vocal tract: all resonances move up."""

    pitch: float
    tract: float
    tempo: float = 1.0


VOICES: dict[str, Voice] = {
    "alloy": Voice(pitch=0.86, tract=0.95),
    "ash": Voice(pitch=0.62, tract=0.90, tempo=1.04),
    "ballad": Voice(pitch=0.70, tract=0.87, tempo=0.92),
    "coral": Voice(pitch=1.12, tract=1.05, tempo=1.03),
    "echo": Voice(pitch=0.54, tract=0.86),
    "sage": Voice(pitch=0.93, tract=1.04, tempo=0.94),
    "shimmer": Voice(pitch=1.28, tract=1.10),
    "verse": Voice(pitch=0.76, tract=0.94, tempo=1.06),
    "marin": Voice(pitch=1.0, tract=1.0),
    "cedar": Voice(pitch=0.47, tract=0.82, tempo=0.96),
}
DEFAULT_VOICE = "alloy"
SLOWEST, FASTEST = 0.25, 1.5


def voice_named(name: str) -> Voice:
    """The voice of that name; the default one for a name we do not know, so that a reply is never lost to it."""
    return VOICES.get(name, VOICES[DEFAULT_VOICE])


def within_speeds(speed: float) -> float:
    """`speed` held to what the service allows (OpenAI's spec: 0.25 to 1.5)."""
    return min(FASTEST, max(SLOWEST, speed))
