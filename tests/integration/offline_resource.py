"""A resource with fake ears and mouth and a scripted brain, so that a test knows every word before it is said."""

from __future__ import annotations

import array
from collections.abc import AsyncIterator, Mapping, Sequence

from simulator.clock import Clock, RealClock
from simulator.engine.session import Parts
from simulator.ids import Ids
from simulator.knobs import Knobs
from simulator.parts import BYTES_PER_MS, FRAME_BYTES, Answer, Speech
from simulator.scripted import ScriptedBrain
from simulator.wire import deployments
from simulator.wire.access import Access
from simulator.wire.resource import Resource
from tests.canaries import CANARY_KEY, CANARY_TOKEN

KEY = CANARY_KEY
TOKEN = CANARY_TOKEN
HEARD = "what time is it"
DEPLOYED = {
    **deployments.DEFAULT,
    **deployments.deploy(text="gpt-5", reasons="gpt-realtime-2.1", transcribe="gpt-4o-transcribe"),
}


class LoudIsSpeech:
    """Voice activity by one look at the loudest sample. Counts how many are in use."""

    in_use = 0

    def __init__(self) -> None:
        self._rest = b""
        LoudIsSpeech.in_use += 1

    def push(self, pcm: bytes) -> list[float]:
        self._rest += pcm
        found = []
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            found.append(1.0 if max(map(abs, array.array("h", frame))) > 1_000 else 0.0)
        return found

    def reset(self) -> None:
        self._rest = b""

    def release(self) -> None:
        LoudIsSpeech.in_use -= 1


class HearsOneThing:
    """Every turn is the same question."""

    name = "hears one thing"

    async def transcribe(self, pcm: bytes, language: str | None = None) -> str:
        return HEARD


class Hum:
    """Speech that hums: 100 ms a word, in pieces of a word."""

    name = "hum"

    async def speak(self, text: str, voice: str, speed: float = 1.0) -> AsyncIterator[bytes]:
        for _ in text.split():
            yield array.array("h", [8_000, -8_000] * 6 * 100).tobytes()


def hum_ms(text: str) -> int:
    """How long `Hum` takes for `text`."""
    return len(text.split()) * 100


def loud(milliseconds: int) -> bytes:
    """Sound that `LoudIsSpeech` takes for speech."""
    return array.array("h", [9_000, -9_000] * (milliseconds * BYTES_PER_MS // 4)).tobytes()


def quiet(milliseconds: int) -> bytes:
    return bytes(milliseconds * BYTES_PER_MS)


def new_resource(
    script: Sequence[Answer | str] | Mapping[str, Answer | str] = (),
    *,
    clock: Clock | None = None,
    knobs: Knobs | None = None,
) -> Resource:
    """A resource whose answers come from `script`. Make it on the running loop."""
    verdicts = {TOKEN: "ok", f"{TOKEN}-without-role": "missing role", f"{TOKEN}-from-abroad": "wrong tenant"}
    return Resource(
        Parts(
            speech=Speech(HearsOneThing(), Hum(), LoudIsSpeech),
            brain=ScriptedBrain(script),
            clock=clock or RealClock(),
            ids=Ids(),
            knobs=knobs or Knobs(generation_speed=0),
            transcription_deployments=deployments.transcribers(DEPLOYED),
        ),
        Access(KEY, verdicts.get),
        DEPLOYED,
    )
