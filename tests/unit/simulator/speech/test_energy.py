"""Tests of voice activity by loudness: what counts, what does not, and what is learned."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.parts import FRAME_BYTES
from simulator.speech.energy import EnergyActivity
from simulator.speech.pcm import pcm_of, silence

RNG = np.random.default_rng(3)


def noise(milliseconds: int, loudness: float) -> bytes:
    return pcm_of(RNG.normal(0, loudness, 24 * milliseconds).astype(np.float32))


def share_active(activity: EnergyActivity, pcm: bytes) -> float:
    probabilities = activity.push(pcm)
    return sum(one > 0.5 for one in probabilities) / len(probabilities)


def test_silence_is_not_speech():
    assert share_active(EnergyActivity(), silence(2000)) == 0


def test_sound_that_stands_out_from_the_room_is_speech():
    activity = EnergyActivity()
    activity.push(noise(1000, 0.003))

    assert share_active(activity, noise(640, 0.1)) > 0.8


def test_a_steady_noise_is_learned():
    activity = EnergyActivity()
    activity.push(noise(8000, 0.05))

    assert share_active(activity, noise(1000, 0.05)) == 0


def test_a_key_click_is_too_short_to_count():
    activity = EnergyActivity()
    activity.push(silence(500))
    clicks = b"".join(noise(40, 0.3) + silence(200) for _ in range(5))

    assert share_active(activity, clicks) == 0


def test_a_reset_forgets_the_sound_but_not_the_room():
    activity = EnergyActivity()
    activity.push(noise(8000, 0.05))
    activity.push(bytes(FRAME_BYTES // 2))
    activity.reset()

    assert activity.push(bytes(FRAME_BYTES - 2)) == []
    assert share_active(activity, noise(1000, 0.05)) == 0


@given(st.lists(st.binary(max_size=2000), max_size=6))
def test_any_bytes_give_one_probability_a_frame(pushes: list[bytes]):
    activity = EnergyActivity()
    probabilities = [one for pcm in pushes for one in activity.push(pcm)]

    assert len(probabilities) == sum(map(len, pushes)) // FRAME_BYTES
    assert all(0 <= one <= 1 for one in probabilities)
    activity.release()
