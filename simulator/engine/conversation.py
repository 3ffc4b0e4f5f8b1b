"""The conversation: its items in order, with the sound and the words that belong to them.

Items are those of the wire. Beside each stands what the wire does not show: the audio itself, how long it is, what was
recognised in it, and how much of an answer was really heard. Both the number of items and their weight are bounded.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.engine.deltas import heard_part
from simulator.parts import BYTES_PER_MS, Item
from simulator.refusals import Rejected
from simulator.schema.shapes import out_of_range

MAX_ITEMS = 1_000
MAX_BYTES = 64 * 1024 * 1024
"""Text, pictures and sound of a conversation together. Our reading: the service cuts by tokens, from the oldest on."""
ROOT = "root"


@dataclass
class Entry:
    """An item and what is known about it."""

    item: Item
    audio: bytes | None = None
    audio_ms: int = 0
    spoken_ms: float = 0.0
    """How long the whole transcript of an answer takes to speak, which is more than `audio_ms` if it was cut off."""
    heard_ms: int | None = None
    words: asyncio.Task[str | None] | None = None
    """The recognition of a user's audio; None as its result means that it failed."""
    item_bytes: int = 0
    """Weight of the item when it was added; what an answer gains afterwards is too little to count."""

    @property
    def id(self) -> str:
        return str(self.item["id"])

    @property
    def weight(self) -> int:
        return self.item_bytes + len(self.audio or b"")

    @property
    def spoken(self) -> bool:
        """Whether it is an answer that was spoken."""
        parts = self.item.get("content") or [{}]
        return self.item.get("role") == "assistant" and parts[0].get("type") == "output_audio"

    def for_the_brain(self) -> Item:
        """A copy in which a user's audio carries the recognised words, whether or not the wire shows them."""
        item = copy.deepcopy(self.item)
        heard = self.words.result() if self.words and self.words.done() and not self.words.cancelled() else None
        for part in item.get("content", []):
            if part["type"] == "input_audio":
                part["transcript"] = heard or part["transcript"] or ""
        return item

    def with_audio(self, encoded: str) -> Item:
        """A copy with its audio, base64, in the first audio part: the answer to `conversation.item.retrieve`."""
        item = copy.deepcopy(self.item)
        for part in item.get("content", []):
            if encoded and part["type"] in ("input_audio", "output_audio"):
                part["audio"] = encoded
                break
        return item


class Conversation:
    """Items by id, in order."""

    def __init__(self, id: str) -> None:
        self.id = id
        self._entries: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def last_id(self) -> str | None:
        return self._entries[-1].id if self._entries else None

    def find(self, item_id: str) -> Entry | None:
        return next((entry for entry in self._entries if entry.id == item_id), None)

    def get(self, item_id: str, doing: str) -> Entry:
        """The entry of `item_id`, wanted to `retrieve`, `delete`, `truncate` or `reference` it.

        Raises `Rejected`. Codes such as `item_delete_invalid_item_id` are known from OpenAI, not recorded on Azure.
        """
        entry = self.find(item_id)
        if entry is None:
            raise Rejected(
                f"Error {doing.removesuffix('e')}ing item: the item with id '{item_id}' does not exist.",
                code=f"item_{doing}_invalid_item_id",
                param="item_id",
            )
        return entry

    def add(self, entry: Entry, after: str | None = None) -> str | None:
        """Insert at the end, after an item, or first (`root`); returns the id of the item before it.

        Raises `Rejected` if the id is taken or `after` unknown (code `invalid_value`, our reading).
        """
        if self.find(entry.id):
            raise out_of_range("item.id", "an item with this id exists already")
        if after is None:
            position = len(self._entries)
        elif after == ROOT:
            position = 0
        else:
            position = 1 + self._position(after)
        entry.item_bytes = len(json.dumps(entry.item))
        self._entries.insert(position, entry)
        return self._entries[position - 1].id if position else None

    def before(self, item_id: str) -> str | None:
        """The id of the item before this one."""
        position = next((index for index, entry in enumerate(self._entries) if entry.id == item_id), 0)
        return self._entries[position - 1].id if position else None

    def remove(self, item_id: str) -> None:
        """Delete an item. Raises `Rejected`."""
        self._entries.remove(self.get(item_id, "delete"))

    def make_room(self) -> list[str]:
        """Drop the oldest, sound first, until the bounds hold; returns the ids of items that went altogether."""
        gone: list[str] = []
        weight = sum(entry.weight for entry in self._entries)
        for entry in self:
            if len(self._entries) <= MAX_ITEMS and weight <= MAX_BYTES:
                break
            weight -= len(entry.audio or b"")
            entry.audio = None
            finished = entry.item.get("status") != "in_progress"
            if finished and (len(self._entries) > MAX_ITEMS or weight > MAX_BYTES):
                weight -= entry.weight
                self._entries.remove(entry)
                gone.append(entry.id)
        return gone

    def truncate(self, item_id: str, content_index: int, audio_end_ms: int) -> None:
        """Keep only the first `audio_end_ms` of an answer: its sound, and the words that were heard in it.

        Raises `Rejected` for an unknown item, one that was not spoken, and a position beyond its audio.
        """
        entry = self.get(item_id, "truncate")
        if not entry.spoken:
            raise out_of_range("item_id", "only spoken messages of the assistant can be truncated")
        if content_index != 0:
            raise out_of_range("content_index", "the message has one part, with index 0")
        if audio_end_ms > entry.audio_ms:
            raise out_of_range(
                "audio_end_ms", f"audio content of {entry.audio_ms}ms is already shorter than {audio_end_ms}ms"
            )
        cut(entry, audio_end_ms)

    def _position(self, item_id: str) -> int:
        for index, entry in enumerate(self._entries):
            if entry.id == item_id:
                return index
        raise out_of_range("previous_item_id", "no item with this id exists")


def cut(entry: Entry, heard_ms: int) -> None:
    """Take back what was not heard. Does nothing more if less than that was kept before."""
    if entry.heard_ms is not None and entry.heard_ms <= heard_ms:
        return
    entry.heard_ms = heard_ms
    for part in entry.item.get("content", []):
        if part["type"] == "output_audio":
            part["transcript"] = heard_part(part["transcript"], entry.spoken_ms, heard_ms)
            entry.spoken_ms = min(entry.spoken_ms, heard_ms)
    entry.audio_ms = min(entry.audio_ms, heard_ms)
    if entry.audio is not None:
        entry.audio = entry.audio[: heard_ms * BYTES_PER_MS]
