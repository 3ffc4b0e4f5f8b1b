"""The items of a response while they are being made: a message that is written or spoken, and a function call.

Each opens, grows by deltas and closes; closing is a plain call, so that a barge-in can end an item at any moment with
the events that OpenAI's spec asks for. Order recorded on Azure, July 2026.
"""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from simulator.engine import events, g711
from simulator.engine.conversation import Conversation, Entry
from simulator.engine.deltas import spoken_ms
from simulator.engine.events import Place
from simulator.engine.loudspeaker import Loudspeaker
from simulator.engine.response_plan import Plan
from simulator.engine.usage import OUTPUT_MS_PER_TOKEN, Tokens, text_tokens
from simulator.ids import Ids
from simulator.parts import BYTES_PER_MS, Event, Item


@dataclass(frozen=True)
class Outlet:
    """Where a response's output goes. Without a loudspeaker (WebSocket) sound goes out as events."""

    emit: Callable[[Event], None]
    ids: Ids
    conversation: Conversation
    loudspeaker: Loudspeaker | None


class OutputItem(ABC):
    """What messages and calls have in common: being announced, and being in the conversation if the response is."""

    def __init__(self, outlet: Outlet, plan: Plan, place: Place, item: Item) -> None:
        self.outlet = outlet
        self.plan = plan
        self.place = place
        self.entry = Entry(item)

    @property
    @abstractmethod
    def tokens(self) -> Tokens:
        """What was produced so far, as `usage` counts it."""

    def open(self) -> None:
        announced = {**self.entry.item, "content": []} if "content" in self.entry.item else self.entry.item
        self.outlet.emit(events.output_item_added(self.place, announced))
        if self.plan.in_conversation:
            previous = self.outlet.conversation.add(self.entry)
            self.outlet.emit(events.item_added(announced, previous))

    def close(self, status: str) -> None:
        self.entry.item["status"] = status
        if self.plan.in_conversation and self.outlet.conversation.find(self.entry.id):
            self.outlet.emit(events.item_done(self.entry.item, self._previous()))
        self.outlet.emit(events.output_item_done(self.place, self.entry.item))

    def _previous(self) -> str | None:
        """The item before, but null after the conversation's first one: recorded each time, reason unknown."""
        previous = self.outlet.conversation.before(self.entry.id)
        return previous if previous and self.outlet.conversation.before(previous) else None


class Message(OutputItem):
    """An assistant's message with one part, spoken or written."""

    def __init__(self, outlet: Outlet, plan: Plan, place: Place) -> None:
        kind = {"type": "output_audio", "transcript": ""} if plan.spoken else {"type": "output_text", "text": ""}
        message = {"id": place.item_id, "type": "message", "status": "in_progress", "role": "assistant"}
        super().__init__(outlet, plan, place, {**message, "content": [kind]})
        self.text = ""
        self.audio_ms = 0
        self._audio = bytearray()
        self._playing = False

    @property
    def tokens(self) -> Tokens:
        return Tokens(text=text_tokens(self.text), audio=self.audio_ms // OUTPUT_MS_PER_TOKEN)

    def open(self) -> None:
        super().open()
        self.outlet.emit(events.content_part_added(self.place, spoken=self.plan.spoken))

    def say(self, piece: str) -> None:
        """The next words."""
        self.text += piece
        if self.entry.heard_ms is None:
            self.entry.item["content"][0]["transcript" if self.plan.spoken else "text"] = self.text
            self.entry.spoken_ms = spoken_ms(self.text)
        obfuscation = self.outlet.ids.obfuscation()
        self.outlet.emit(events.text_delta(self.place, piece, obfuscation, spoken=self.plan.spoken))

    async def sound(self, pcm: bytes) -> None:
        """The next sound. The first waits until the loudspeaker is free."""
        if self.outlet.loudspeaker is None:
            encoded = base64.b64encode(g711.encoded(pcm, self.plan.format)).decode()
            self.outlet.emit(events.audio_delta(self.place, encoded))
        else:
            if not self._playing:
                await self.outlet.loudspeaker.begin(self.place.response_id, self.place.item_id)
                self._playing = True
            self.outlet.loudspeaker.write(pcm)
        self._audio += pcm
        self.audio_ms = len(self._audio) // BYTES_PER_MS
        if self.entry.heard_ms is None:
            self.entry.audio_ms = self.audio_ms

    def close(self, status: str) -> None:
        if self._playing and self.outlet.loudspeaker is not None:
            self.outlet.loudspeaker.end()
        if self.entry.heard_ms is None:
            # A finished answer takes as long as its sound; a cut one would have taken as long as its words.
            self.entry.spoken_ms = self.audio_ms if status == "completed" else max(self.entry.spoken_ms, self.audio_ms)
        self.entry.audio = bytes(self._audio[: self.entry.audio_ms * BYTES_PER_MS]) or None
        emit = self.outlet.emit
        if self.plan.spoken:
            emit(events.audio_done(self.place))
        emit(events.text_done(self.place, self.text, spoken=self.plan.spoken))
        emit(events.content_part_done(self.place, spoken=self.plan.spoken, text=self.text))
        super().close(status)


class Call(OutputItem):
    """A function call; its arguments come as text."""

    def __init__(self, outlet: Outlet, plan: Plan, place: Place, name: str) -> None:
        call = {"id": place.item_id, "type": "function_call", "status": "in_progress", "name": name}
        super().__init__(outlet, plan, place, {**call, "call_id": outlet.ids.function_call(), "arguments": ""})

    @property
    def tokens(self) -> Tokens:
        return Tokens(text=text_tokens(self.entry.item["name"] + self.entry.item["arguments"]))

    def write(self, piece: str) -> None:
        """The next part of the arguments."""
        item = self.entry.item
        obfuscation = self.outlet.ids.obfuscation()
        self.outlet.emit(events.arguments_delta(self.place, item["call_id"], piece, obfuscation))
        item["arguments"] += piece

    def close(self, status: str) -> None:
        item = self.entry.item
        self.outlet.emit(events.arguments_done(self.place, item["call_id"], item["name"], item["arguments"]))
        super().close(status)
