"""The service's own loudspeaker (WebRTC): who is playing, what was heard, and the `output_audio_buffer.*` events.

Order recorded at OpenAI, July 2026: started after the first words and before `response.output_audio.done`; stopped
after `response.done`. Responses that speak at the same time take turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.engine import events
from simulator.parts import Event, Playback

START_WAIT_SECONDS = 1.0
"""A track that has not begun by then will not: the response goes on without it."""


@dataclass
class _Voice:
    """A response that was given to the loudspeaker and has not left it."""

    response_id: str
    item_id: str
    started: asyncio.Event = field(default_factory=asyncio.Event)
    drained: bool = False
    over: bool = False


class Loudspeaker:
    """Wraps a `Playback`. `on_silent` is called when the last sample of a finished response was heard."""

    def __init__(self, playback: Playback, emit: Callable[[Event], None], on_silent: Callable[[], None]) -> None:
        self._playback = playback
        self._emit = emit
        self._on_silent = on_silent
        self._turn = asyncio.Lock()
        self._voices: list[_Voice] = []
        playback.on_started = self._started
        playback.on_drained = self._drained

    async def begin(self, response_id: str, item_id: str) -> None:
        """Wait until no other response is writing, then begin."""
        await self._turn.acquire()
        self._voices.append(_Voice(response_id, item_id))
        self._playback.begin(response_id, item_id)

    def write(self, pcm: bytes) -> None:
        self._playback.write(pcm)

    async def audible(self, response_id: str, clock: Clock) -> None:
        """Return when the response has begun to be heard, or will not be."""
        voice = self._find(response_id)
        if voice is None or voice.started.is_set():
            return
        waits = {asyncio.ensure_future(voice.started.wait()), asyncio.ensure_future(clock.sleep(START_WAIT_SECONDS))}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def end(self) -> None:
        """The response that began last has written everything."""
        self._playback.end()
        self._turn.release()

    def over(self, response_id: str) -> None:
        """`response.done` has been sent, so `stopped` may follow."""
        voice = self._find(response_id)
        if voice is not None:
            voice.over = True
            self._stop_if_due(voice)

    def clear(self) -> list[tuple[str, int]]:
        """Fall silent at once; returns what was playing or waiting as (item id, milliseconds heard)."""
        playing = self._playback.clear()
        cut = [voice for voice in self._voices if not voice.drained]
        self._voices = [voice for voice in self._voices if voice.drained]
        for voice in cut:
            voice.started.set()
        if playing is None:
            return []
        response_id, item_id, heard_ms = playing
        self._emit(events.playback_cleared(response_id))
        return [(item_id, heard_ms), *((voice.item_id, 0) for voice in cut if voice.item_id != item_id)]

    def _find(self, response_id: str) -> _Voice | None:
        return next((voice for voice in self._voices if voice.response_id == response_id), None)

    def _started(self, response_id: str) -> None:
        voice = self._find(response_id)
        if voice is not None and not voice.started.is_set():
            voice.started.set()
            self._emit(events.playback_started(response_id))

    def _drained(self, response_id: str) -> None:
        voice = self._find(response_id)
        if voice is not None:
            voice.drained = True
            self._stop_if_due(voice)

    def _stop_if_due(self, voice: _Voice) -> None:
        if voice.over and voice.drained:
            self._voices.remove(voice)
            self._emit(events.playback_stopped(voice.response_id))
            self._on_silent()
