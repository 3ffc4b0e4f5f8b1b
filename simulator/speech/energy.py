"""Voice activity from loudness alone, where no Silero wheel exists.

A frame counts as speech by how far it stands out from the noise floor, which follows the quiet between sounds: down
within a second, up slowly. A frame is only as loud as the quietest of the last three, so a key click of 60 ms never
counts. Steady noise is learned within seconds; other people's voices and music are taken for speech.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from simulator.parts import FRAME_BYTES
from simulator.speech.pcm import samples_of

_QUIETEST_DB = -62.0
_FIRST_FLOOR_DB = -50.0
_FALL_DB, _RISE_DB = 1.0, 0.12
_CERTAIN_DB = 14.0
_STEEPNESS_DB = 2.5
_SUSTAINED = 3


class EnergyActivity:
    """Satisfies `VoiceActivity` with nothing but numpy; costs nothing to make, so there is no pool."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._floor = _FIRST_FLOOR_DB
        self._recent: deque[float] = deque(maxlen=_SUSTAINED)

    def push(self, pcm: bytes) -> list[float]:
        """Probability of speech of each 32 ms frame completed by `pcm`."""
        self._waiting += pcm
        probabilities = []
        while len(self._waiting) >= FRAME_BYTES:
            probabilities.append(self._judge(bytes(self._waiting[:FRAME_BYTES])))
            del self._waiting[:FRAME_BYTES]
        return probabilities

    def reset(self) -> None:
        """Forget everything heard so far, but not how noisy the room is."""
        self._waiting.clear()
        self._recent.clear()

    def release(self) -> None:
        """Nothing to give back."""
        self._waiting.clear()

    def _judge(self, frame: bytes) -> float:
        power = float(np.mean(samples_of(frame) ** 2))
        loudness = max(_QUIETEST_DB, 10.0 * math.log10(power + 1e-12))
        self._floor += min(_RISE_DB, max(-_FALL_DB, loudness - self._floor))
        self._recent.append(loudness)
        if len(self._recent) < _SUSTAINED:
            return 0.0
        above = min(self._recent) - self._floor
        return 1.0 / (1.0 + math.exp(-(above - _CERTAIN_DB) / _STEEPNESS_DB))
