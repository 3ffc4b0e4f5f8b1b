"""Speech to text, one turn at a time, in a thread of its own so that the event loop never waits.

All models here know English only: `language` is accepted because the service has it, and not acted on. One worker
thread is at once the lock around a model (none may be entered twice) and a queue in which a cancelled turn is dropped.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from simulator.parts import SAMPLE_RATE
from simulator.speech.missing import PartMissingError
from simulator.speech.pcm import Samples, pcm_of, samples_of, trimmed
from simulator.speech.resample import to_16_khz
from simulator.speech.segments import segments_of

MARGIN_MS = 100
"""Silence left on each side of a turn: more makes the model invent words, less eats consonants."""
MAX_TURN_SECONDS = 120
"""Longer turns are recognised from their last two minutes."""
_SEGMENT_SECONDS = 12
"""Given a minute at once, the model takes half a minute and answers with noughts; up to 24 seconds were fine."""
_SHORTEST_SECONDS = 0.1
"""The model breaks on less than 70 ms, and no word is as short as that."""
_SECOND_LEAD_SECONDS = 0.1
_LAST_LATIN = "\u024f"


class MoonshineRecogniser:
    """The `moonshine-voice` package with the English model that lies in its wheel.

    Nothing is ever fetched: the model's folder is named to the constructor, and a missing file is a `PartMissingError`.
    """

    name = "moonshine-voice, tiny English model"

    def __init__(self, moonshine: Any) -> None:
        folder = moonshine.get_model_path("tiny-en")
        for file in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"):
            if not (folder / file).is_file():
                raise PartMissingError(f"moonshine-voice is installed without its model file {file}.")
        # The turn has been cut by our own voice activity: with the model's own detector on, soft words go missing.
        # Its bound on words a second (6.5 tokens) cuts the end off a fast sentence; twice that is faster than anyone.
        options = {"vad_threshold": "0", "return_audio_data": "false", "max_tokens_per_second": "13"}
        self._model = moonshine.Transcriber(str(folder), moonshine.ModelArch.TINY, options=options)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recogniser")

    async def transcribe(self, pcm: bytes, language: str | None = None) -> str:
        """The words of one turn with the model's own capitals and punctuation; "" if nothing sounds in it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._words, pcm)

    def _words(self, pcm: bytes) -> str:
        segments = segments_of(_turn(pcm), _SEGMENT_SECONDS)
        long_enough = (one for one in segments if len(one) >= _SHORTEST_SECONDS * SAMPLE_RATE)
        return " ".join(words for words in map(self._heard, long_enough) if words)

    def _heard(self, segment: Samples) -> str:
        """The words of a segment. Begun in the middle of a word, it can make the English model lose itself in another
        script, and a little silence before sets that right."""
        samples = to_16_khz(segment)
        words = self._written(samples)
        if _latin(words) != words:
            lead = np.zeros(int(_SECOND_LEAD_SECONDS * 16_000), samples.dtype)
            words = _latin(self._written(np.concatenate([lead, samples])))
        return words

    def _written(self, samples: Samples) -> str:
        transcript = self._model.transcribe_without_streaming(samples.tolist(), 16_000)
        # The model writes notes for music and hums; they are not words.
        lines = (line.text.replace("\u266a", "").strip() for line in transcript.lines)
        return " ".join(line for line in lines if line)


class SphinxRecogniser:
    """The `pocketsphinx` package with its own small English model: much less accurate, but runs anywhere."""

    name = "pocketsphinx, English"

    def __init__(self, sphinx: Any) -> None:
        self._decoder = sphinx.Decoder(samprate=16_000, loglevel="FATAL")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recogniser")

    async def transcribe(self, pcm: bytes, language: str | None = None) -> str:
        """The words of one turn in lower case without punctuation; "" if nothing sounds in it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._words, pcm)

    def _words(self, pcm: bytes) -> str:
        heard = pcm_of(to_16_khz(_turn(pcm)))
        if not heard:
            return ""
        self._decoder.start_utt()
        self._decoder.process_raw(heard, full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        return str(best.hypstr) if best else ""


class NoRecogniser:
    """Stands in where nothing can recognise speech: it admits that something was said. Typed text still works."""

    name = 'none: spoken turns are written as "(speech)"'

    async def transcribe(self, pcm: bytes, language: str | None = None) -> str:
        """`"(speech)"`, or "" if nothing sounds in the turn."""
        return "(speech)" if len(_turn(pcm)) else ""


def _latin(words: str) -> str:
    """Without the letters of other scripts; signs of any kind stay."""
    return "".join(char for char in words if char <= _LAST_LATIN or not char.isalpha()).strip()


def _turn(pcm: bytes) -> Samples:
    return trimmed(samples_of(pcm[-MAX_TURN_SECONDS * 48_000 :]), MARGIN_MS, MARGIN_MS)
