"""Cuts a long turn where it is quietest, because a recogniser made for sentences loses itself in minutes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.parts import SAMPLE_RATE
from simulator.speech.pcm import Samples

_STEP = SAMPLE_RATE // 50
_PAUSE_STEPS = 10
"""A pause is looked for as the quietest 200 ms."""


def segments_of(samples: Samples, longest_seconds: float) -> Iterator[Samples]:
    """Parts in order that together are all of `samples`, each at most `longest_seconds` and, but for the last, at least
    half of that."""
    longest = int(longest_seconds * SAMPLE_RATE)
    while len(samples) > longest:
        cut = _quietest(samples, longest // 2, longest)
        yield samples[:cut]
        samples = samples[cut:]
    if len(samples):
        yield samples


def _quietest(samples: Samples, earliest: int, latest: int) -> int:
    """The middle of the quietest pause between two positions."""
    steps = (latest - earliest) // _STEP
    power = np.mean(samples[earliest : earliest + steps * _STEP].reshape(steps, _STEP) ** 2, axis=1)
    loudness = np.convolve(power, np.ones(_PAUSE_STEPS), "valid")
    return earliest + (int(loudness.argmin()) + _PAUSE_STEPS // 2) * _STEP
