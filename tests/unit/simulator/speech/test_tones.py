"""Tests of the tones that stand in for speech."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.speech.pcm import samples_of
from simulator.speech.tones import ToneSynthesiser

pytestmark = pytest.mark.anyio


async def spoken(text: str, voice: str = "marin", speed: float = 1.0) -> list[bytes]:
    return [piece async for piece in ToneSynthesiser().speak(text, voice, speed)]


def bursts(pcm: bytes) -> int:
    loud = np.abs(samples_of(pcm)[: len(pcm) // 2 // 240 * 240].reshape(-1, 240)).max(axis=1) > 0.02
    return int(np.sum(loud[1:] & ~loud[:-1]) + loud[0])


async def test_a_sentence_is_a_piece_and_a_word_is_a_tone():
    pieces = await spoken("One two three. Four.")

    assert [bursts(piece) for piece in pieces] == [3, 1]


async def test_voice_and_speed_can_be_heard():
    (slow,), (fast,) = await spoken("Hello.", speed=0.5), await spoken("Hello.", speed=1.0)
    (low,), (high,) = await spoken("Hello.", "cedar"), await spoken("Hello.", "shimmer")

    assert len(slow) == pytest.approx(2 * len(fast), rel=0.01)
    assert np.abs(np.fft.rfft(samples_of(low))).argmax() < np.abs(np.fft.rfft(samples_of(high))).argmax()


async def test_nothing_to_say_is_nothing_to_hear():
    assert await spoken("  ") == []
