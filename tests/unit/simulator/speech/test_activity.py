"""Tests of the pool of detectors, with a detector that only counts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from simulator.parts import FRAME_BYTES
from simulator.speech.activity import SileroPool


class Detector:
    window_size_samples = 512
    made = 0

    def __init__(self, sample_rate: int) -> None:
        assert sample_rate == 16_000
        type(self).made += 1
        self.heard: list[int] = []

    def process(self, window: memoryview) -> float:
        self.heard.append(len(window))
        return 0.25

    def reset(self) -> None:
        self.heard.clear()


@pytest.fixture
def pool() -> SileroPool:
    Detector.made = 0
    return SileroPool(SimpleNamespace(SileroVAD=Detector))


def test_each_completed_frame_gets_one_probability_however_the_audio_is_cut(pool: SileroPool):
    activity = pool()

    assert activity.push(bytes(FRAME_BYTES - 1)) == []
    assert activity.push(bytes(1)) == [0.25]
    assert activity.push(bytes(3 * FRAME_BYTES + 7)) == [0.25] * 3


def test_a_detector_that_came_back_is_lent_again_and_knows_nothing(pool: SileroPool):
    first = pool()
    first.push(bytes(FRAME_BYTES + 9))
    first.release()
    second = pool()

    assert Detector.made == 1
    assert second.push(bytes(FRAME_BYTES - 1)) == []


def test_a_new_detector_is_made_only_when_all_are_out(pool: SileroPool):
    held = [pool(), pool(), pool()]
    assert Detector.made == 3
    for activity in held:
        activity.release()
    for _ in range(3):
        pool()
    assert Detector.made == 3


def test_giving_back_twice_lends_it_out_once(pool: SileroPool):
    activity = pool()
    activity.release()
    activity.release()

    pool()
    pool()
    assert Detector.made == 2


def test_what_was_given_back_hears_no_more(pool: SileroPool):
    activity = pool()
    activity.release()

    with pytest.raises(RuntimeError, match="given back"):
        activity.push(bytes(FRAME_BYTES))


def test_a_detector_of_another_frame_length_is_refused():
    class Other(Detector):
        window_size_samples = 256

    with pytest.raises(RuntimeError, match="256"):
        SileroPool(SimpleNamespace(SileroVAD=Other))
