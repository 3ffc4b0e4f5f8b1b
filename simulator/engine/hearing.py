"""The ears of a session: the input buffer, voice activity, turns, and recognition that starts before a turn is over.

It tells a `Listener` when a person begins and stops speaking. What the session makes of it (events, items, responses)
is not its business. Everything happens in input-audio time: a recording fed at once gives the turns of live speech.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from simulator.engine.input_audio import InputAudio
from simulator.engine.turns import Paused, Resumed, Signal, Started, Stopped, TurnDetector, TurnSettings, settings_of
from simulator.ids import Ids
from simulator.parts import BYTES_PER_MS, Recogniser, Speech
from simulator.refusals import Rejected

LEAST_COMMIT_MS = 100
MARGIN_MS = 100
"""What the recogniser hears before and after the speech."""
QUIET_KEPT_MS = 60_000
"""Sound kept while nobody speaks, should the client commit it all the same."""

log = logging.getLogger(__name__)
Words = asyncio.Task[str | None]
Spawn = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]


@dataclass(frozen=True)
class Turn:
    """What a person said in one go: the audio, and its words, which may be on their way still (None: they failed)."""

    item_id: str
    audio: bytes
    words: Words

    @property
    def audio_ms(self) -> int:
        return len(self.audio) // BYTES_PER_MS


class Listener(Protocol):
    """Who wants to know."""

    def speech_started(self, item_id: str, audio_start_ms: int) -> None: ...

    def speech_stopped(self, turn: Turn, audio_end_ms: int) -> None: ...

    def waited_in_vain(self, turn: Turn, audio_start_ms: int, audio_end_ms: int) -> None:
        """Nobody spoke for the idle timeout; `turn` is that silence."""
        ...


class Hearing:
    """Listens to one input stream. `spawn` runs recognitions as tasks that end with the session."""

    def __init__(self, speech: Speech, ids: Ids, listener: Listener, spawn: Spawn) -> None:
        self._recogniser: Recogniser = speech.recogniser
        self._activity = speech.new_voice_activity()
        self._ids = ids
        self._listener = listener
        self._spawn = spawn
        self._buffer = InputAudio()
        self._turn_detection: Mapping[str, Any] | None = None
        self._language: str | None = None
        self._detector = TurnDetector(TurnSettings(), 0)
        self._item_id: str | None = None
        self._turn_start_ms = 0
        self._early: tuple[tuple[int, int], Words] | None = None
        self._idle_from_ms: int | None = None

    @property
    def position_ms(self) -> int:
        """Input-audio time now."""
        return self._buffer.end_ms

    def configure(self, audio_input: Mapping[str, Any]) -> None:
        """Follow a session's `audio.input`. Other turn detection than before gives up a turn that has begun."""
        self._language = (audio_input["transcription"] or {}).get("language")
        if audio_input["turn_detection"] != self._turn_detection:
            self._turn_detection = audio_input["turn_detection"]
            self._start_over()

    def hear(self, pcm: bytes) -> None:
        """Take sound of any length."""
        for probability in self._activity.push(self._buffer.append(pcm)):
            signal = self._detector.step(probability)
            if self._turn_detection is not None:
                self._react(signal)
                self._watch_silence()
        if self._turn_detection is not None and not self._detector.talking:
            self._buffer.keep_last(QUIET_KEPT_MS)

    def commit(self) -> Turn:
        """Make a turn of all that is in the buffer. Raises `Rejected` if that is less than `LEAST_COMMIT_MS`."""
        kept = self._buffer.kept_ms
        if kept < LEAST_COMMIT_MS:
            raise Rejected(
                "Error committing input audio buffer: buffer too small. "
                f"Expected at least {LEAST_COMMIT_MS}ms of audio, but buffer only has {kept:.2f}ms of audio.",
                code="input_audio_buffer_commit_empty",  # OpenAI's; not recorded on Azure
            )
        start, end = self._buffer.start_ms, self._buffer.end_ms
        # Where no speech was found the client may know better, so all of it is recognised.
        turn = self._turn(start, end, self._detector.speech or (start, end))
        self.clear()
        return turn

    def clear(self) -> None:
        """Empty the buffer. A turn that had begun is forgotten."""
        self._buffer.clear()
        self._start_over()

    def words_of(self, pcm: bytes) -> Words:
        """Recognise sound that came another way than through the buffer."""
        return self._spawn(_recognised(self._recogniser, pcm, self._language))

    def await_speech(self, from_ms: int | None) -> None:
        """Count the idle timeout from this position; None: do not count."""
        self._idle_from_ms = from_ms

    def release(self) -> None:
        """Give the voice activity back to its pool. Nothing may be heard afterwards."""
        self._activity.release()

    def _react(self, signal: Signal | None) -> None:
        match signal:
            case Started(audio_start_ms):
                self._item_id = self._ids.item()
                self._idle_from_ms = None
                self._buffer.forget_until(audio_start_ms)
                self._turn_start_ms = self._buffer.start_ms
                self._listener.speech_started(self._item_id, self._turn_start_ms)
            case Paused(start, end):
                words = self._recognise(start, end)
                self._early = ((start, end), words)
                words.add_done_callback(self._weigh)
            case Resumed():
                self._forget_early()
            case Stopped(audio_end_ms):
                self._idle_from_ms = None
                speech = self._detector.speech or (self._turn_start_ms, audio_end_ms)
                turn = self._turn(self._turn_start_ms, audio_end_ms, speech)
                self._buffer.forget_until(audio_end_ms)
                self._new_detector(audio_end_ms)
                self._listener.speech_stopped(turn, audio_end_ms)

    def _turn(self, start_ms: int, end_ms: int, speech: tuple[int, int]) -> Turn:
        """The turn from `start_ms` to `end_ms`, with the words already asked for if they are those of `speech`."""
        early, self._early = self._early, None
        if early and early[0] == speech:
            words = early[1]
        else:
            words = self._recognise(*speech)
        item_id, self._item_id = self._item_id or self._ids.item(), None
        return Turn(item_id, self._buffer.between(start_ms, end_ms), words)

    def _watch_silence(self) -> None:
        """`idle_timeout_ms`: counted in input-audio time (recorded at OpenAI, September 2026)."""
        timeout = (self._turn_detection or {}).get("idle_timeout_ms")
        start, now = self._idle_from_ms, self._detector.now_ms
        if timeout is None or start is None or self._detector.talking or now - start < timeout:
            return
        self._idle_from_ms = None
        turn = Turn(self._ids.item(), self._buffer.between(start, now), self._spawn(_no_words()))
        self._buffer.forget_until(now)
        self._listener.waited_in_vain(turn, start, now)

    def _recognise(self, start_ms: int, end_ms: int) -> Words:
        return self.words_of(self._buffer.between(start_ms - MARGIN_MS, end_ms + MARGIN_MS))

    def _weigh(self, words: Words) -> None:
        """Words of a pause are here: semantic VAD may end the turn on them."""
        if self._early and self._early[1] is words and not words.cancelled():
            self._detector.words(words.result() or "")

    def _forget_early(self) -> None:
        if self._early:
            self._early[1].cancel()
            self._early = None

    def _start_over(self) -> None:
        self._forget_early()
        self._item_id = None
        self._activity.reset()
        self._new_detector(self._buffer.end_ms)

    def _new_detector(self, origin_ms: int) -> None:
        self._detector = TurnDetector(settings_of(self._turn_detection), origin_ms)


async def _recognised(recogniser: Recogniser, pcm: bytes, language: str | None) -> str | None:
    """The words of `pcm`; None if the recogniser broke, which is logged and must not end the call."""
    try:
        return await recogniser.transcribe(pcm, language)
    except Exception:
        log.exception("The recogniser %s failed.", recogniser.name)
        return None


async def _no_words() -> str:
    return ""
