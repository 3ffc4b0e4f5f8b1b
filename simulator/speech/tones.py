"""The last rung of the mouth: a tone for each word, so that a reply is at least heard to begin, go on and end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np

from simulator.parts import SAMPLE_RATE
from simulator.speech.pcm import pcm_of, silence
from simulator.speech.pieces import pieces_of
from simulator.speech.voices import voice_named, within_speeds

_GAP_MS = 70
_SENTENCE_PAUSE_MS = 250


class ToneSynthesiser:
    """A short tone a word, longer for longer words, at the pitch of the voice. No package needed."""

    name = "none: a tone for each word"

    async def speak(self, text: str, voice: str, speed: float = 1.0) -> AsyncIterator[bytes]:
        """A piece of tones for each sentence of `text`."""
        tempo = within_speeds(speed)
        hertz = 196.0 * voice_named(voice).pitch
        for piece in pieces_of(text):
            tones = [_tone(hertz, (90 + 25 * min(len(word), 12)) / tempo) for word in piece.split()]
            yield silence(_GAP_MS / tempo).join(tones) + silence(_SENTENCE_PAUSE_MS / tempo)


def _tone(hertz: float, milliseconds: float) -> bytes:
    time = np.arange(int(SAMPLE_RATE * milliseconds / 1000), dtype=np.float32) / SAMPLE_RATE
    swell = np.sin(np.pi * time * 1000 / milliseconds) ** 0.5
    return pcm_of((0.2 * swell * np.sin(2 * np.pi * hertz * time)).astype(np.float32))
