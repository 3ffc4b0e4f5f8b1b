"""The input audio buffer: what came in and has not become part of the conversation yet.

Time here is input-audio time: milliseconds of sound received since the session began, whatever the wall clock says
(OpenAI's spec). It never runs back, not even when the buffer is cleared.
"""

from __future__ import annotations

from simulator.parts import BYTES_PER_MS

MAX_MS = 300_000
"""Sound that is kept at most; when more comes, the oldest goes. Our reading: the service's own bound is not known."""


class InputAudio:
    """PCM16 mono at 24 kHz with positions in milliseconds."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._start = 0
        self._odd = b""

    @property
    def start_ms(self) -> int:
        """Where the oldest sound that is still kept begins."""
        return self._start // BYTES_PER_MS

    @property
    def end_ms(self) -> int:
        """All the sound ever received."""
        return (self._start + len(self._kept)) // BYTES_PER_MS

    @property
    def kept_ms(self) -> float:
        return len(self._kept) / BYTES_PER_MS

    def append(self, pcm: bytes) -> bytes:
        """Take sound; returns it in whole samples, half a sample waiting for its other half."""
        whole = self._odd + pcm
        cut = len(whole) - len(whole) % 2
        self._odd = whole[cut:]
        self._kept += whole[:cut]
        self.keep_last(MAX_MS)
        return whole[:cut]

    def between(self, start_ms: int, end_ms: int) -> bytes:
        """The sound from `start_ms` to `end_ms`, as far as it is there."""
        first = max(0, start_ms * BYTES_PER_MS - self._start)
        last = max(first, end_ms * BYTES_PER_MS - self._start)
        return bytes(self._kept[first:last])

    def keep_last(self, milliseconds: int) -> None:
        """Forget all but the last `milliseconds`."""
        self._forget(len(self._kept) - milliseconds * BYTES_PER_MS)

    def forget_until(self, position_ms: int) -> None:
        """Forget what lies before `position_ms`."""
        self._forget(min(position_ms * BYTES_PER_MS - self._start, len(self._kept)))

    def clear(self) -> None:
        """Forget everything; time goes on from here."""
        self._odd = b""
        self._forget(len(self._kept))

    def _forget(self, count: int) -> None:
        if count > 0:
            del self._kept[:count]
            self._start += count
