"""A session engine with everything around it replaced by something that a test controls: ears, mouth, brain, clock.

Sound is told apart by loudness: `VOICE` is speech, silence is not. Time only moves when `Rig.run` says so.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from simulator.clock import ManualClock
from simulator.engine.session import Attachment, Parts, Session
from simulator.ids import Ids
from simulator.knobs import Knobs
from simulator.parts import BYTES_PER_MS, FRAME_BYTES, Brain, Event, Speech
from simulator.schema import session_config
from simulator.scripted import ScriptedBrain
from tests.contract.judge import parsed

WHISPER = "gpt-realtime-whisper"
TRANSCRIBE = "gpt-4o-transcribe"
VOICE = b"\x00\x20"
SILENCE = b"\x00\x00"
MS_PER_CHARACTER = 60


def voice(milliseconds: int) -> bytes:
    """PCM that counts as speech."""
    return VOICE * (milliseconds * BYTES_PER_MS // 2)


def silence(milliseconds: int) -> bytes:
    return SILENCE * (milliseconds * BYTES_PER_MS // 2)


class LoudnessActivity:
    """A `VoiceActivity` that takes what is not silent for speech."""

    def __init__(self) -> None:
        self._rest = b""
        self.released = 0
        self.resets = 0

    def push(self, pcm: bytes) -> list[float]:
        self._rest += pcm
        frames = len(self._rest) // FRAME_BYTES
        found = [
            0.95 if self._rest[n * FRAME_BYTES : (n + 1) * FRAME_BYTES].strip(b"\x00") else 0.02 for n in range(frames)
        ]
        self._rest = self._rest[frames * FRAME_BYTES :]
        return found

    def reset(self) -> None:
        self._rest = b""
        self.resets += 1

    def release(self) -> None:
        self.released += 1


class ToldRecogniser:
    """A `Recogniser` that hears what it is told: each of `transcripts` once, the last for ever."""

    name = "told"

    def __init__(self, transcripts: Sequence[str | Exception] = ("Hello there.",)) -> None:
        self._transcripts = list(transcripts)
        self.heard: list[bytes] = []
        self.languages: list[str | None] = []

    async def transcribe(self, pcm: bytes, language: str | None = None) -> str:
        self.heard.append(pcm)
        self.languages.append(language)
        said = self._transcripts.pop(0) if len(self._transcripts) > 1 else self._transcripts[0]
        if isinstance(said, Exception):
            raise said
        return said


class Humming:
    """A `Synthesiser` that hums `MS_PER_CHARACTER` for each character, a sentence at a time."""

    name = "humming"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, float]] = []
        self.closed = 0

    async def speak(self, text: str, voice: str, speed: float = 1.0) -> AsyncIterator[bytes]:
        self.asked.append((text, voice, speed))
        try:
            for sentence in text.replace("? ", ". ").split(". "):
                yield b"\x00\x10" * (len(sentence) * MS_PER_CHARACTER * BYTES_PER_MS // 2)
        finally:
            self.closed += 1


class ManualPlayback:
    """A `Playback` that starts at the first write and is heard when the test says so."""

    def __init__(self) -> None:
        self.on_started: Callable[[str], None] = lambda response_id: None
        self.on_drained: Callable[[str], None] = lambda response_id: None
        self.playing: tuple[str, str] | None = None
        self.written = bytearray()
        self.ended = False
        self.heard_ms = 0
        self.starts = True

    def begin(self, response_id: str, item_id: str) -> None:
        self.playing, self.ended, self.written = (response_id, item_id), False, bytearray()

    def write(self, pcm: bytes) -> None:
        first = not self.written
        self.written += pcm
        if self.playing and first and self.starts:
            self.on_started(self.playing[0])

    def end(self) -> None:
        self.ended = True

    def clear(self) -> tuple[str, str, int] | None:
        playing, self.playing = self.playing, None
        return (*playing, self.heard_ms) if playing else None

    def drain(self) -> None:
        """Everything was heard."""
        assert self.playing
        assert self.ended
        (response_id, _), self.playing = self.playing, None
        self.on_drained(response_id)


class Rig:
    """A session and its first client. `events` is what that client received."""

    def __init__(
        self,
        *,
        brain: Brain | None = None,
        heard: Sequence[str | Exception] = ("Hello there.",),
        playback: ManualPlayback | None = None,
        knobs: Knobs | None = None,
        seed: int = 1,
        **session: Any,
    ) -> None:
        self.clock = ManualClock()
        self.activity = LoudnessActivity()
        self.recogniser = ToldRecogniser(heard)
        self.synthesiser = Humming()
        self.brain = brain or ScriptedBrain([], otherwise="Hello. How can I help you today?")
        self.knobs = knobs or Knobs()
        self.playback = playback
        self.events: list[Event] = []
        self.sent: list[str] = []
        parts = Parts(
            speech=Speech(self.recogniser, self.synthesiser, lambda: self.activity),
            brain=self.brain,
            clock=self.clock,
            ids=Ids(random.Random(seed)),
            knobs=self.knobs,
            transcription_deployments=frozenset({WHISPER, TRANSCRIBE}),
        )
        config = session_config.create({"type": "realtime", "model": "gpt-realtime", **session})
        self.session = Session(config, id="sess_test", parts=parts, playback=playback)
        self.client = self.session.attach(self.events.append, announce=True)

    async def send(self, type: str, *, attachment: Attachment | None = None, **fields: Any) -> None:
        self.sent.append(type)
        await self.session.receive(json.dumps({"type": type, **fields}), attachment or self.client)

    async def update(self, **session: Any) -> None:
        await self.send("session.update", session={"type": "realtime", **session})

    async def say(self, text: str) -> None:
        """A typed message of the user."""
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        await self.send("conversation.item.create", item=item)

    async def ask(self, text: str) -> None:
        """A typed message, and the reply to its end."""
        await self.say(text)
        await self.send("response.create")
        await self.run()

    async def speak(self, milliseconds: int = 1_000, pause: int = 600) -> None:
        """Speech and then silence, as a microphone would deliver them."""
        await self.append(voice(milliseconds))
        await self.append(silence(pause))

    async def append(self, pcm: bytes) -> None:
        """Sound in steps of 100 ms; every task gets its turn in between."""
        step = 100 * BYTES_PER_MS
        for start in range(0, len(pcm), step):
            await self.send("input_audio_buffer.append", audio=base64.b64encode(pcm[start : start + step]).decode())
            await self.run(0)

    async def run(self, seconds: float = 30.0) -> None:
        """Let that much time pass."""
        await self.clock.advance(seconds)

    def synthesiser_ms(self) -> int:
        """Sound that was asked of the voice so far."""
        sentences = [text.replace("? ", ". ").split(". ") for text, _, _ in self.synthesiser.asked]
        return sum(len(sentence) * MS_PER_CHARACTER for text in sentences for sentence in text)

    def types(self, *, deltas: bool = True) -> list[str]:
        return [event["type"] for event in self.events if deltas or not event["type"].endswith(".delta")]

    def of(self, type: str) -> list[Event]:
        return [event for event in self.events if event["type"] == type]

    def one(self, type: str) -> Event:
        """The only event of this type."""
        found = self.of(type)
        assert len(found) == 1, f"{len(found)} events of type {type} among {self.types()}"
        return found[0]

    def errors(self) -> list[str | None]:
        return [event["error"]["code"] for event in self.of("error")]

    async def close(self) -> None:
        """End the session. Whatever it sent must be what the official package understands."""
        await self.session.close("test over")
        for event in self.events:
            parsed(event)
