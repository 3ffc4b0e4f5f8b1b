"""Spoken sentences as a WAV file that Chromium's fake microphone can play: 48 kHz, 16 bit, mono.

The sentences come from the simulator's own synthesiser, so that a test says what it likes in any of ten voices.
"""

from __future__ import annotations

import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from simulator.parts import SAMPLE_RATE, Synthesiser
from simulator.speech.pcm import pcm_of, samples_of, silence
from simulator.speech.resample import stretched

RATE = 48_000


@dataclass(frozen=True)
class Spoken:
    """Where in the file a sentence sounds, in seconds from its start."""

    text: str
    start: float
    end: float


async def write_wav(
    path: Path,
    lines: Iterable[tuple[str, float]],
    *,
    synthesiser: Synthesiser,
    voice: str = "marin",
    lead_seconds: float = 1.0,
) -> list[Spoken]:
    """Write each text followed by its seconds of silence, `lead_seconds` of silence before them all."""
    sound = bytearray(silence(1000 * lead_seconds))
    spoken = []
    for text, pause_seconds in lines:
        start = _seconds(sound)
        async for piece in synthesiser.speak(text, voice):
            sound += piece
        spoken.append(Spoken(text, start, _seconds(sound)))
        sound += silence(1000 * pause_seconds)
    samples = samples_of(bytes(sound))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm_of(stretched(samples, len(samples) * RATE // SAMPLE_RATE)))
    return spoken


def _seconds(pcm: bytes | bytearray) -> float:
    return len(pcm) / 2 / SAMPLE_RATE
