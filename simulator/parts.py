"""The joints of the simulator: what the session engine asks of ears, mouth, brain and loudspeaker.

Only shapes, no behaviour. `speech/` fills ears and mouth, `rules/` (or a script) the brain, `wire/playback.py` the
loudspeaker; `engine/` uses them all. Audio between parts is always PCM16, little endian, mono, 24 000 samples a second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

SAMPLE_RATE = 24_000
BYTES_PER_MS = SAMPLE_RATE * 2 // 1000
FRAME_MS = 32
FRAME_BYTES = FRAME_MS * BYTES_PER_MS

Event = dict[str, Any]
Item = dict[str, Any]
SessionConfig = dict[str, Any]


class VoiceActivity(Protocol):
    """Tells speech from everything else, frame by frame. One per session; give it back to its pool with `release`."""

    def push(self, pcm: bytes) -> list[float]:
        """Take any amount of audio; return the probability of speech (0 to 1) of each 32 ms frame it completed."""
        ...

    def reset(self) -> None: ...

    def release(self) -> None: ...


class Recogniser(Protocol):
    """Speech to text. `name` is for the start-up table."""

    name: str

    async def transcribe(self, pcm: bytes, language: str | None = None) -> str:
        """The words of one turn, "" if there are none. Never blocks the event loop."""
        ...


class Synthesiser(Protocol):
    """Text to speech in ten voices."""

    name: str

    def speak(self, text: str, voice: str, speed: float = 1.0) -> AsyncIterator[bytes]:
        """Audio of `text` in pieces (a sentence or less each), the first as early as possible, no leading silence."""
        ...


@dataclass(frozen=True)
class Speech:
    """The rung of the ladder that this machine stands on."""

    recogniser: Recogniser
    synthesiser: Synthesiser
    new_voice_activity: Callable[[], VoiceActivity]


@dataclass(frozen=True)
class FunctionCall:
    """A tool that the brain wants called; `arguments` is encoded by the engine."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Prompt:
    """What the brain is asked: the effective settings of this one response and the conversation so far.

    `items` are conversation items in order, as on the wire; a user's audio part carries its `transcript` by now.
    """

    instructions: str
    items: Sequence[Item]
    tools: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    tool_choice: Any = "auto"
    language: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the brain says and which tools it calls, in this order. Both may be empty, not at once."""

    text: str = ""
    calls: Sequence[FunctionCall] = field(default_factory=tuple)


class Brain(Protocol):
    """Decides what to say. `name` is for the start-up table."""

    name: str

    async def answer(self, prompt: Prompt) -> Answer: ...


class Playback(Protocol):
    """A loudspeaker that the service paces itself: the WebRTC track. (Over WebSocket the client plays, so none.)

    One response at a time. `on_started` and `on_drained` are set by the session; they are called on the event loop with
    the response id when the first sample leaves and when the last one has left after `end`.
    """

    on_started: Callable[[str], None]
    on_drained: Callable[[str], None]

    def begin(self, response_id: str, item_id: str) -> None: ...

    def write(self, pcm: bytes) -> None: ...

    def end(self) -> None: ...

    def clear(self) -> tuple[str, str, int] | None:
        """Fall silent at once. Returns (response id, item id, milliseconds of it heard), or None if all was quiet."""
        ...
