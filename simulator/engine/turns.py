"""When a person's turn begins and ends, told from probabilities of speech, one for each 32 ms of input audio.

Server VAD ends a turn after a fixed silence. Semantic VAD ends it as soon as the words sound finished and waits longer
while they do not: at most 8, 4 or 2 s (OpenAI's spec). With no turn detection it only notes where the speech lies.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.parts import FRAME_MS

ONSET_FRAMES = 2
"""Frames of speech in a row that begin a turn: one alone is a click."""
EARLY_MS = 190
"""Silence after which recognising begins, so that the words are there when the turn ends."""
FINISHED_MS = 320
"""Silence after which semantic VAD believes words that sound finished. Our reading: the service does not say."""
_EASE = 0.15
"""By how much a voice may sink below the threshold and still be going on."""
_LONGEST_WAIT_MS = {"low": 8_000, "medium": 4_000, "high": 2_000, "auto": 4_000}
_DANGLING = frozenset(
    re.findall(
        r"\w+",
        "a an the and or but so because if when while that which who whose to of in on at by for from with about as "
        "than my your his her its our their is are was were am be been i we they he she um uh er erm hmm like well",
    )
)


@dataclass(frozen=True)
class Started:
    """A turn begins; its audio starts at `audio_start_ms`, padding included."""

    audio_start_ms: int


@dataclass(frozen=True)
class Paused:
    """Silence that may become the end; the speech so far lies between the two positions."""

    speech_start_ms: int
    speech_end_ms: int


@dataclass(frozen=True)
class Resumed:
    """It was only a pause."""


@dataclass(frozen=True)
class Stopped:
    """The turn is over; its audio ends at `audio_end_ms`, the silence that ended it included (OpenAI's spec)."""

    audio_end_ms: int


Signal = Started | Paused | Resumed | Stopped


@dataclass(frozen=True)
class TurnSettings:
    """How to find turns. `silence_ms` ends one; `finished_ms` does if the words sound finished (None: it does not)."""

    threshold: float = 0.5
    prefix_ms: int = 300
    silence_ms: float = math.inf
    finished_ms: int | None = None


def settings_of(turn_detection: Mapping[str, Any] | None) -> TurnSettings:
    """The settings that a session's effective `turn_detection` means; None is push-to-talk."""
    if turn_detection is None:
        return TurnSettings()
    if turn_detection["type"] == "semantic_vad":
        wait = _LONGEST_WAIT_MS[turn_detection["eagerness"]]
        return TurnSettings(silence_ms=wait, finished_ms=FINISHED_MS)
    return TurnSettings(
        threshold=turn_detection["threshold"],
        prefix_ms=turn_detection["prefix_padding_ms"],
        silence_ms=turn_detection["silence_duration_ms"],
    )


def sounds_finished(words: str) -> bool:
    """Whether a speaker could leave it at these words. Our reading of "semantic": the last word must not dangle.

    Unfinished: nothing at all, an ellipsis, a dash or a comma at the end, or a last word that asks for another ("and",
    "the", "um").
    """
    text = words.strip()
    if not text or text.endswith(("…", "...", "-", "\N{EM DASH}", ",")):
        return False
    spoken = re.findall(r"[\w'\u2019]+", text.casefold())
    return bool(spoken) and spoken[-1] not in _DANGLING


class TurnDetector:
    """Follows one stream of frames that begins at `origin_ms`."""

    def __init__(self, settings: TurnSettings, origin_ms: int) -> None:
        self._settings = settings
        self._now = self._origin = origin_ms
        self._run = 0
        self._paused = False
        self._finished = False
        self.talking = False
        self.speech: tuple[int, int] | None = None
        """First and last millisecond of speech in the current turn, None before there is any."""

    @property
    def now_ms(self) -> int:
        """Where the last frame ended."""
        return self._now

    def step(self, probability: float) -> Signal | None:
        """Take one frame's probability of speech; returns what it changed."""
        self._now += FRAME_MS
        return self._while_talking(probability) if self.talking else self._while_quiet(probability)

    def words(self, transcript: str) -> None:
        """What was recognised of the turn up to the present pause."""
        self._finished = self._paused and sounds_finished(transcript)

    def _while_quiet(self, probability: float) -> Signal | None:
        self._run = self._run + 1 if probability >= self._settings.threshold else 0
        if self._run < ONSET_FRAMES:
            return None
        start = self._now - self._run * FRAME_MS
        self.talking, self.speech = True, (start, self._now)
        return Started(max(self._origin, start - self._settings.prefix_ms))

    def _while_talking(self, probability: float) -> Signal | None:
        assert self.speech is not None  # noqa: S101 - talking implies it
        start, end = self.speech
        threshold = self._settings.threshold
        if probability >= (threshold if self._paused else max(threshold - _EASE, threshold / 2)):
            self.speech = (start, self._now)
            if self._paused:
                self._paused = self._finished = False
                return Resumed()
            return None
        silence = self._now - end
        if silence >= self._settings.silence_ms or self._may_end_early(silence):
            self.talking = False
            return Stopped(self._now)
        if not self._paused and silence >= EARLY_MS:
            self._paused = True
            return Paused(start, end)
        return None

    def _may_end_early(self, silence: float) -> bool:
        return self._finished and self._settings.finished_ms is not None and silence >= self._settings.finished_ms
