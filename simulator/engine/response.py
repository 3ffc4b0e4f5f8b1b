"""One response, from `response.created` to `response.done`: think, then make its items, ahead of their playback.

The way a response ends is a plain call (`finish`), so that speech of the user can cut it between any two deltas. A
response that was cut still says everything the client needs to close what it had opened (OpenAI's spec).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.clock import Clock
from simulator.engine import events
from simulator.engine.deltas import chunks_of, encoded_arguments, pieces_of, spoken_ms
from simulator.engine.events import Place
from simulator.engine.output_items import Call, Message, Outlet, OutputItem
from simulator.engine.response_plan import Plan
from simulator.engine.usage import NOTHING, Tokens, item_tokens, preamble_tokens, response_usage
from simulator.knobs import Knobs
from simulator.parts import BYTES_PER_MS, Brain, FunctionCall, Prompt, Synthesiser

LEAD_MS = 800
"""By how much the words run ahead of the sound."""
_PIECE_SECONDS = 0.12
"""How long a written word or a part of arguments takes at a `generation_speed` of 1."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Generator:
    """What a response is made with."""

    brain: Brain
    synthesiser: Synthesiser
    clock: Clock
    knobs: Knobs


class _OutOfTokensError(Exception):
    """`max_output_tokens` are used up."""


class Response:
    """Runs as one task. `known` tells how much of a prompt the service has seen before; `on_over` hears of the end."""

    def __init__(
        self,
        id: str,
        plan: Plan,
        generator: Generator,
        outlet: Outlet,
        known: Callable[[Plan, Tokens], Tokens],
        on_over: Callable[[Response], None],
    ) -> None:
        self.id = id
        self.plan = plan
        self.status = "in_progress"
        self.task: asyncio.Task[None] | None = None
        self.first_sound_at: float | None = None
        """On the monotonic clock; None as long as nothing was spoken."""
        self._generator = generator
        self._outlet = outlet
        self._known = known
        self._on_over = on_over
        self._items: list[OutputItem] = []
        self._open: OutputItem | None = None
        self._prompt = self._cached = NOTHING
        self._details: dict[str, Any] | None = None

    @property
    def audio_ms(self) -> int:
        """Sound made so far."""
        return sum(item.audio_ms for item in self._items if isinstance(item, Message))

    def announce(self) -> None:
        """Send `response.created`."""
        self._outlet.emit(events.response_created(self._public(None)))

    async def run(self) -> None:
        """Make the response. Faults of brain or voice fail the response, not the session; they are logged."""
        try:
            await self._make()
        except _OutOfTokensError:
            self.finish("incomplete", reason="max_output_tokens")
        except Exception:
            log.exception("Response %s failed.", self.id)
            # The shape is OpenAI's spec; the code is our reading.
            self.finish("failed", error={"type": "server_error", "code": "server_error"})
        else:
            self.finish("completed")

    def cancel(self, reason: str) -> None:
        """End it now: `turn_detected` or `client_cancelled`."""
        self.finish("cancelled", reason=reason)
        if self.task is not None:
            self.task.cancel()

    def finish(self, status: str, *, reason: str | None = None, error: dict[str, str] | None = None) -> None:
        """Close the open item and send `response.done`. Only the first call counts."""
        if self.status != "in_progress":
            return
        self.status = status
        self._close("incomplete")
        if status != "completed":
            details = {"type": status, "reason": reason, "error": error}
            self._details = {name: value for name, value in details.items() if value is not None}
        usage = response_usage(self._prompt, self._cached, self._made)
        self._outlet.emit(events.response_done(self._public(usage)))
        self._on_over(self)

    @property
    def _made(self) -> Tokens:
        return sum((item.tokens for item in self._items), NOTHING)

    def _public(self, usage: dict[str, Any] | None) -> dict[str, Any]:
        """The `response` object (recorded keys, in the recorded order)."""
        return {
            "object": "realtime.response",
            "id": self.id,
            "status": self.status,
            "status_details": self._details,
            "output": [item.entry.item for item in self._items],
            "conversation_id": self._outlet.conversation.id if self.plan.in_conversation else None,
            **self.plan.public(),
            "usage": usage,
            "metadata": self.plan.metadata,
        }

    async def _make(self) -> None:
        prompt = await self._asked()
        if self._generator.knobs.think_ms:
            await self._generator.clock.sleep(self._generator.knobs.think_ms / 1000)
        answer = await self._generator.brain.answer(prompt)
        if answer.text:
            await self._message(answer.text)
        for call in answer.calls:
            await self._call(call)

    async def _asked(self) -> Prompt:
        """The prompt, once every turn in it has been recognised."""
        context = self.plan.context
        awaited = [entry.words for entry in context if entry.words is not None and not entry.words.done()]
        if awaited:
            await asyncio.wait(awaited)
        self._prompt = preamble_tokens(self.plan.instructions, self.plan.tools)
        for entry in context:
            self._prompt += item_tokens(entry.item, entry.audio_ms)
        self._cached = self._known(self.plan, self._prompt)
        return Prompt(
            instructions=self.plan.instructions,
            items=[entry.for_the_brain() for entry in context],
            tools=self.plan.tools,
            tool_choice=self.plan.tool_choice,
            language=self.plan.language,
        )

    async def _message(self, text: str) -> None:
        message = Message(self._outlet, self.plan, self._place())
        self._begin(message)
        if self.plan.spoken:
            await self._speak(message, text)
        else:
            for piece in pieces_of(text):
                self._spend()
                message.say(piece)
                await self._pause(_PIECE_SECONDS)
        self._close("completed")

    async def _speak(self, message: Message, text: str) -> None:
        """Say the first words at once, then sound as it is synthesised, the words always a little ahead of it."""
        waiting = deque(pieces_of(text))
        self._say(message, waiting, LEAD_MS)
        sound = self._generator.synthesiser.speak(text, self.plan.voice, self.plan.speed)
        try:
            async for piece in sound:
                for chunk in chunks_of(piece):
                    self._spend()
                    if self.first_sound_at is None:
                        self.first_sound_at = self._generator.clock.monotonic()
                    await message.sound(chunk)
                    self._say(message, waiting, message.audio_ms * self.plan.speed + LEAD_MS)
                    await self._pause(len(chunk) / BYTES_PER_MS / 1000)
        finally:
            close = getattr(sound, "aclose", None)
            if close is not None:
                await close()
        self._say(message, waiting, None)
        if self._outlet.loudspeaker is not None:
            await self._outlet.loudspeaker.audible(self.id, self._generator.clock)

    def _say(self, message: Message, waiting: deque[str], until_ms: float | None) -> None:
        """Say the waiting words that are due by `until_ms` of an easy pace; all of them if None."""
        while waiting and (until_ms is None or spoken_ms(message.text) < until_ms):
            self._spend()
            message.say(waiting.popleft())

    async def _call(self, wanted: FunctionCall) -> None:
        call = Call(self._outlet, self.plan, self._place(), wanted.name)
        self._begin(call)
        for piece in pieces_of(encoded_arguments(wanted.arguments)):
            self._spend()
            call.write(piece)
            await self._pause(_PIECE_SECONDS)
        self._close("completed")

    def _place(self) -> Place:
        return Place(self.id, self._outlet.ids.item(), len(self._items))

    def _begin(self, item: OutputItem) -> None:
        self._spend()
        self._items.append(item)
        self._open = item
        item.open()

    def _close(self, status: str) -> None:
        item, self._open = self._open, None
        if item is not None:
            item.close(status)

    def _spend(self) -> None:
        """Raise `_OutOfTokensError` if nothing more may be made."""
        if self.plan.limit is not None and self._made.total >= self.plan.limit:
            raise _OutOfTokensError

    async def _pause(self, seconds: float) -> None:
        """Take the time that `seconds` of output take at the generation speed."""
        speed = self._generator.knobs.generation_speed
        await self._generator.clock.sleep(seconds / speed if speed > 0 else 0.0)
