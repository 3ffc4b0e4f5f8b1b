"""Turns from probabilities: where they begin and end, what a pause is, when words are enough."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.turns import (
    EARLY_MS,
    FINISHED_MS,
    Paused,
    Resumed,
    Signal,
    Started,
    Stopped,
    TurnDetector,
    TurnSettings,
    settings_of,
    sounds_finished,
)
from simulator.parts import FRAME_MS

SPEECH, QUIET = 0.9, 0.05


def signals(detector: TurnDetector, *frames: float) -> list[Signal]:
    return [signal for frame in frames if (signal := detector.step(frame))]


def server_vad(**changes: float) -> TurnSettings:
    return TurnSettings(threshold=0.5, prefix_ms=300, **{"silence_ms": 500.0, **changes})  # type: ignore[arg-type]


def test_a_turn_with_its_padding_and_the_silence_that_ended_it() -> None:
    found = signals(TurnDetector(server_vad(), 0), *[QUIET] * 20, *[SPEECH] * 30, *[QUIET] * 20)
    start, end = 20 * FRAME_MS, 50 * FRAME_MS
    assert found == [Started(start - 300), Paused(start, end), Stopped(end + 512)]


def test_padding_does_not_reach_into_what_was_before() -> None:
    assert signals(TurnDetector(server_vad(), 640), SPEECH, SPEECH) == [Started(640)]


def test_one_loud_frame_is_a_click() -> None:
    assert signals(TurnDetector(server_vad(), 0), *[QUIET, SPEECH] * 20) == []


def test_the_threshold_is_honoured() -> None:
    assert signals(TurnDetector(TurnSettings(threshold=0.95), 0), *[SPEECH] * 10) == []
    assert signals(TurnDetector(TurnSettings(threshold=0.3), 0), *[0.35] * 10) == [Started(0)]


def test_a_voice_may_sink_below_the_threshold_while_it_goes_on() -> None:
    detector = TurnDetector(server_vad(), 0)
    assert signals(detector, SPEECH, SPEECH, *[0.4] * 40) == [Started(0)]
    assert signals(detector, *[0.3] * 16)[-1] == Stopped(detector.now_ms)


def test_a_pause_is_not_the_end() -> None:
    detector = TurnDetector(server_vad(), 0)
    found = signals(detector, *[SPEECH] * 5, *[QUIET] * 8, *[SPEECH] * 5, *[QUIET] * 16)
    assert found == [Started(0), Paused(0, 160), Resumed(), Paused(0, 576), Stopped(1088)]
    assert detector.speech == (0, 576)


def test_a_silence_shorter_than_the_early_one_ends_without_a_pause() -> None:
    assert EARLY_MS > 128
    assert signals(TurnDetector(server_vad(silence_ms=100), 0), *[SPEECH] * 5, *[QUIET] * 4) == [
        Started(0),
        Stopped(288),
    ]


@pytest.mark.parametrize(
    ("eagerness", "wait_ms"), [("low", 8_000), ("medium", 4_000), ("auto", 4_000), ("high", 2_000)]
)
def test_semantic_vad_waits_for_unfinished_words(eagerness: str, wait_ms: int) -> None:
    settings = settings_of({"type": "semantic_vad", "eagerness": eagerness})
    detector = TurnDetector(settings, 0)
    signals(detector, *[SPEECH] * 5, *[QUIET] * 6)
    detector.words("I would like to")
    frames = math.ceil(wait_ms / FRAME_MS)
    assert signals(detector, *[QUIET] * (frames - 7)) == []
    assert signals(detector, QUIET) == [Stopped(160 + frames * FRAME_MS)]


def test_semantic_vad_ends_on_finished_words() -> None:
    detector = TurnDetector(settings_of({"type": "semantic_vad", "eagerness": "low"}), 0)
    signals(detector, *[SPEECH] * 5, *[QUIET] * 6)
    detector.words("What time is it?")
    assert signals(detector, *[QUIET] * 4) == [Stopped(160 + FINISHED_MS)]


def test_finished_words_count_no_more_when_speech_goes_on() -> None:
    detector = TurnDetector(settings_of({"type": "semantic_vad", "eagerness": "low"}), 0)
    signals(detector, *[SPEECH] * 5, *[QUIET] * 6)
    detector.words("What time is it?")
    found = signals(detector, SPEECH, *[QUIET] * 30)
    assert not [signal for signal in found if isinstance(signal, Stopped)]


def test_words_that_come_after_the_pause_do_not_count() -> None:
    detector = TurnDetector(settings_of({"type": "semantic_vad", "eagerness": "low"}), 0)
    signals(detector, *[SPEECH] * 5)
    detector.words("What time is it?")
    assert not [one for one in signals(detector, *[QUIET] * 30) if isinstance(one, Stopped)]


def test_server_vad_ignores_the_words() -> None:
    detector = TurnDetector(server_vad(silence_ms=5_000), 0)
    signals(detector, *[SPEECH] * 5, *[QUIET] * 6)
    detector.words("What time is it?")
    assert signals(detector, *[QUIET] * 30) == []


def test_without_turn_detection_a_turn_never_ends_but_the_speech_is_known() -> None:
    assert settings_of(None).silence_ms == math.inf
    detector = TurnDetector(settings_of(None), 0)
    found = signals(detector, *[QUIET] * 5, *[SPEECH] * 5, *[QUIET] * 200, *[SPEECH] * 5)
    assert not [signal for signal in found if isinstance(signal, Stopped)]
    assert detector.speech == (160, detector.now_ms)


def test_settings_come_from_the_session() -> None:
    sent = {"type": "server_vad", "threshold": 0.7, "prefix_padding_ms": 100, "silence_duration_ms": 900}
    assert settings_of(sent) == TurnSettings(threshold=0.7, prefix_ms=100, silence_ms=900)


@pytest.mark.parametrize(
    "words", ["What time is it?", "Stop", "Change it to blue.", "Yes!", "I don\N{RIGHT SINGLE QUOTATION MARK}t know"]
)
def test_finished(words: str) -> None:
    assert sounds_finished(words)


@pytest.mark.parametrize(
    "words", ["", "  ", "And then the", "I want to.", "Well, um", "Hello,", "So I...", "wait -", "?!"]
)
def test_unfinished(words: str) -> None:
    assert not sounds_finished(words)


@given(st.lists(st.floats(0, 1), max_size=300), st.integers(0, 2_000))
def test_signals_come_in_an_order_that_makes_sense(frames: list[float], silence_ms: int) -> None:
    detector = TurnDetector(server_vad(silence_ms=silence_ms), 0)
    talking = paused = False
    for signal in signals(detector, *frames):
        match signal:
            case Started(start):
                assert not talking
                assert 0 <= start < detector.now_ms
                talking, paused = True, False
            case Paused(start, end):
                assert talking
                assert not paused
                assert start < end
                paused = True
            case Resumed():
                assert paused
                paused = False
            case Stopped():
                assert talking
                talking = paused = False
