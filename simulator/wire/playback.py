"""The loudspeaker of a WebRTC call: audio comes in fast and leaves 20 ms at a time, silence when there is none.

It knows what has been heard, which is what a barge-in must know. No WebRTC in here: `webrtc.py` pulls the frames.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.parts import BYTES_PER_MS

FRAME_MS = 20
FRAME_BYTES = FRAME_MS * BYTES_PER_MS
SILENCE = bytes(FRAME_BYTES)
MAX_WAITING_MS = 30 * 60 * 1000


@dataclass
class _Item:
    """The audio of one conversation item on its way out."""

    response_id: str
    item_id: str
    waiting: bytearray = field(default_factory=bytearray)
    heard_bytes: int = 0
    complete: bool = False


def _ignore(response_id: str) -> None:
    """Until a session listens."""


class PacedPlayback:
    """A `Playback`. `take` is the clock: every call is 20 ms of the listener's life."""

    def __init__(self) -> None:
        self.on_started: Callable[[str], None] = _ignore
        self.on_drained: Callable[[str], None] = _ignore
        self._items: deque[_Item] = deque()
        self._started: str | None = None

    def begin(self, response_id: str, item_id: str) -> None:
        """What is written from now on belongs to this item; it follows what still waits."""
        self._items.append(_Item(response_id, item_id))

    def write(self, pcm: bytes) -> None:
        """Add audio to the item that was begun last. Audio without an item, or beyond the bound, is dropped."""
        if self._items and len(self._items[-1].waiting) < MAX_WAITING_MS * BYTES_PER_MS:
            self._items[-1].waiting += pcm

    def end(self) -> None:
        """No more audio for the item that was begun last."""
        if self._items:
            self._items[-1].complete = True
            self._drop_finished()

    def clear(self) -> tuple[str, str, int] | None:
        """Fall silent at once. Says what was playing and how many milliseconds of it were heard, if anything was."""
        if not self._items:
            return None
        playing = self._items[0]
        self._items.clear()
        self._started = None
        return playing.response_id, playing.item_id, playing.heard_bytes // BYTES_PER_MS

    def take(self) -> bytes:
        """The next 20 ms, padded with silence. May call `on_started` before and `on_drained` after."""
        frame = bytearray()
        while self._items and len(frame) < FRAME_BYTES:
            playing = self._items[0]
            piece = bytes(playing.waiting[: FRAME_BYTES - len(frame)])
            if not piece and not playing.complete:
                break
            if piece:
                self._start(playing.response_id)
                del playing.waiting[: len(piece)]
                playing.heard_bytes += len(piece)
                frame += piece
            self._drop_finished()
        return bytes(frame) + SILENCE[len(frame) :]

    def _start(self, response_id: str) -> None:
        if self._started != response_id:
            self._started = response_id
            self.on_started(response_id)

    def _drop_finished(self) -> None:
        while self._items and self._items[0].complete and not self._items[0].waiting:
            done = self._items.popleft()
            follows = self._items[0].response_id if self._items else None
            if follows != done.response_id and self._started == done.response_id:
                self._started = None
                self.on_drained(done.response_id)
