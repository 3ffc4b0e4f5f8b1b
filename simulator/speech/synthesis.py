"""Text to speech with the `hibari-tts` model, piece by piece, in ten voices made from the one in its wheel.

Pitch and tempo are changed between the model's network and its signal processing, the resonances by stretching the
finished sound, so the three are independent and every voice stays intelligible. The model speaks English.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from simulator.speech.missing import PartMissingError
from simulator.speech.pcm import Samples, pcm_of, trimmed
from simulator.speech.pieces import pieces_of
from simulator.speech.resample import stretched
from simulator.speech.vocoder import Columns, repitched, retimed
from simulator.speech.voices import Voice, voice_named, within_speeds

LEAD_MS = 10
"""Silence left before the first sound: the model itself begins with about 300 ms of it."""
SENTENCE_PAUSE_MS = 260
CLAUSE_PAUSE_MS = 110
_GAIN, _PEAK = 1.6, 0.9
# Outside of this the model swallows or drawls; the rest of a tempo is made by retiming what it predicts.
_SLOWEST_OWN, _FASTEST_OWN = 0.6, 1.2


class HibariSynthesiser:
    """The `hibari-tts` package; nothing is ever fetched: its model's file is named to the constructor."""

    name = "hibari-tts, ten voices from one"

    def __init__(self, hibari: Any) -> None:
        model = Path(hibari.tts.ASSETS) / "hibari.onnx"
        if not model.is_file():
            raise PartMissingError("hibari-tts is installed without its model file hibari.onnx.")
        self._render = hibari.dsp.synth
        self._model = hibari.Hibari(model=str(model), threads=1)
        self._phonemes: Callable[[str], list[str]] = self._model.phonemize
        # The lexicon, and the small network for words that are not in it, are loaded by the first such word.
        self._phonemes("Voicemintish.")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="synthesiser")

    async def speak(self, text: str, voice: str, speed: float = 1.0) -> AsyncIterator[bytes]:
        """Audio of `text`, a piece at a time; a piece is synthesised only when the one before it has been taken."""
        loop = asyncio.get_running_loop()
        for piece in pieces_of(text):
            pcm = await loop.run_in_executor(self._thread, self._say, piece, voice_named(voice), within_speeds(speed))
            if pcm:
                yield pcm

    def _say(self, piece: str, voice: Voice, speed: float) -> bytes:
        parts = [self._sounds(phonemes, voice, speed) for phonemes in self._phonemes(piece)]
        if not parts:
            return b""
        pause = SENTENCE_PAUSE_MS if piece[-1] not in ",;:—" else CLAUSE_PAUSE_MS
        sound = trimmed(np.concatenate(parts), LEAD_MS, pause / speed)
        return pcm_of(sound * min(_GAIN, _PEAK / max(1e-3, float(np.abs(sound).max(initial=0.0)))))

    def _sounds(self, phonemes: str, voice: Voice, speed: float) -> Samples:
        # Stretching the sound moves the resonances and takes tempo and pitch along; both are made up for beforehand.
        tempo = speed * voice.tempo / voice.tract
        own_tempo = min(_FASTEST_OWN, max(_SLOWEST_OWN, tempo))
        ids = np.asarray([self._model.ids(phonemes)], np.int64)
        predicted = self._model.sess.run(None, {"ids": ids, "speed": np.asarray([own_tempo], np.float32)})
        columns = retimed(Columns(*(output[0] for output in predicted)), tempo / own_tempo)
        columns = repitched(columns, voice.pitch / voice.tract)
        # A fixed seed: the same words sound the same each time, which tests lean on.
        sound = self._render(*columns, np.random.default_rng(1))
        return stretched(sound, round(len(sound) / voice.tract))
