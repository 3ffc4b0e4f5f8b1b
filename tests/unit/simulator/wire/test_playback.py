"""What leaves the loudspeaker, when, and what the session is told about it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.parts import BYTES_PER_MS
from simulator.wire.playback import FRAME_BYTES, FRAME_MS, SILENCE, PacedPlayback


class Loud:
    """A playback and what it reported, in order."""

    def __init__(self) -> None:
        self.playback = PacedPlayback()
        self.told: list[str] = []
        self.playback.on_started = lambda response: self.told.append(f"started {response}")
        self.playback.on_drained = lambda response: self.told.append(f"drained {response}")


def audio(milliseconds: int) -> bytes:
    return b"\x01\x02" * (milliseconds * BYTES_PER_MS // 2)


def test_it_is_silent_while_nobody_speaks() -> None:
    loud = Loud()
    assert loud.playback.take() == SILENCE
    assert loud.told == []


def test_a_response_starts_with_its_first_sample_and_drains_with_its_last() -> None:
    loud = Loud()
    loud.playback.begin("r", "i")
    assert loud.playback.take() == SILENCE
    assert loud.told == []
    loud.playback.write(audio(30))
    assert loud.playback.take() == audio(20)
    assert loud.told == ["started r"]
    loud.playback.end()
    assert loud.playback.take() == audio(10) + SILENCE[: FRAME_BYTES // 2]
    assert loud.told == ["started r", "drained r"]


def test_an_underrun_is_silence_and_no_end() -> None:
    loud = Loud()
    loud.playback.begin("r", "i")
    loud.playback.write(audio(20))
    loud.playback.take()
    assert loud.playback.take() == SILENCE
    loud.playback.write(audio(20))
    assert loud.playback.take() == audio(20)
    loud.playback.end()
    assert loud.told == ["started r", "drained r"]


def test_clearing_says_how_much_was_heard() -> None:
    loud = Loud()
    loud.playback.begin("r", "i")
    loud.playback.write(audio(1_000))
    loud.playback.end()
    for _ in range(3):
        loud.playback.take()
    assert loud.playback.clear() == ("r", "i", 3 * FRAME_MS)
    assert loud.playback.take() == SILENCE
    assert loud.playback.clear() is None
    assert loud.told == ["started r"]


def test_clearing_before_anything_was_heard_says_nothing_was() -> None:
    loud = Loud()
    loud.playback.begin("r", "i")
    assert loud.playback.clear() == ("r", "i", 0)


def test_two_items_of_one_response_follow_without_a_break() -> None:
    loud = Loud()
    for item in ("a", "b"):
        loud.playback.begin("r", item)
        loud.playback.write(audio(10))
        loud.playback.end()
    assert loud.playback.take() == audio(20)
    assert loud.told == ["started r", "drained r"]


def test_the_next_response_waits_for_the_first_to_end() -> None:
    loud = Loud()
    for response in ("r1", "r2"):
        loud.playback.begin(response, "i")
        loud.playback.write(audio(20))
        loud.playback.end()
    loud.playback.take()
    assert loud.told == ["started r1", "drained r1"]
    loud.playback.take()
    assert loud.told[2:] == ["started r2", "drained r2"]


def test_a_response_without_audio_neither_starts_nor_drains() -> None:
    loud = Loud()
    loud.playback.begin("r", "i")
    loud.playback.end()
    assert loud.playback.take() == SILENCE
    assert loud.told == []


def test_audio_of_no_response_is_dropped() -> None:
    loud = Loud()
    loud.playback.write(audio(20))
    loud.playback.end()
    assert loud.playback.take() == SILENCE


@given(pieces=st.lists(st.integers(0, 100).map(audio), max_size=20))
def test_everything_written_is_heard_once_and_in_order(pieces: list[bytes]) -> None:
    loud = Loud()
    loud.playback.begin("r", "i")
    for piece in pieces:
        loud.playback.write(piece)
    loud.playback.end()
    written = b"".join(pieces)
    heard = b"".join(loud.playback.take() for _ in range(len(written) // FRAME_BYTES + 1))
    assert heard[: len(written)] == written
    assert not any(heard[len(written) :])
    assert loud.told == (["started r", "drained r"] if written else [])
