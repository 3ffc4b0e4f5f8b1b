"""Text to speech with the espeak-ng program, where the hibari model cannot run.

It is started as a separate program for each piece and is never linked or shipped: it is GPL. The text goes in through
its standard input, so that no text can be taken for an option.
"""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator

from simulator.parts import SAMPLE_RATE
from simulator.speech.pcm import pcm_of, samples_of, trimmed
from simulator.speech.pieces import pieces_of
from simulator.speech.resample import stretched
from simulator.speech.voices import Voice, voice_named, within_speeds

_WORDS_PER_MINUTE = 165
_SLOWEST_OWN, _FASTEST_OWN = 80, 450


class EspeakSynthesiser:
    """The espeak-ng program at `path`: robotic, English, everywhere."""

    name = "espeak-ng, as a separate program"

    def __init__(self, path: str) -> None:
        self._path = path

    async def speak(self, text: str, voice: str, speed: float = 1.0) -> AsyncIterator[bytes]:
        """Audio of `text`, a piece at a time, one run of the program each."""
        shape, tempo = voice_named(voice), within_speeds(speed)
        for piece in pieces_of(text):
            wav = await self._run(piece, shape, tempo)
            pcm = _heard(wav, shape)
            if pcm:
                yield pcm

    async def _run(self, piece: str, shape: Voice, tempo: float) -> bytes:
        process = await asyncio.create_subprocess_exec(
            self._path,
            *_options(shape, tempo),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            wav, _ = await process.communicate(piece.encode())
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        return wav


def _options(shape: Voice, tempo: float) -> list[str]:
    words = round(_WORDS_PER_MINUTE * tempo * shape.tempo / shape.tract)
    # Its own male and female variants, then its own pitch (0 to 99) to set the ten apart.
    low = shape.pitch < 0.8
    variant = "m3" if low else "f2"
    pitch = round(50 + (shape.pitch - (0.6 if low else 1.0)) * 110)
    return [
        "--stdin",
        "--stdout",
        "-v",
        f"en-us+{variant}",
        "-s",
        str(min(_FASTEST_OWN, max(_SLOWEST_OWN, words))),
        "-p",
        str(min(99, max(0, pitch))),
    ]


def _heard(wav: bytes, shape: Voice) -> bytes:
    if len(wav) <= 44:
        return b""
    with wave.open(io.BytesIO(wav)) as file:
        rate = file.getframerate()
        samples = samples_of(file.readframes(file.getnframes()))
    samples = stretched(samples, round(len(samples) * SAMPLE_RATE / rate / shape.tract))
    return pcm_of(trimmed(samples, 10, 260))
