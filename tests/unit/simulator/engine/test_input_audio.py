"""The buffer's time: it only goes forward, and a position always means the same sound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.input_audio import MAX_MS, InputAudio
from simulator.parts import BYTES_PER_MS


def second(value: int) -> bytes:
    return bytes([value, 0]) * (1_000 * BYTES_PER_MS // 2)


def test_positions_mean_the_same_sound_whatever_was_forgotten() -> None:
    buffer = InputAudio()
    for value in (1, 2, 3, 4):
        buffer.append(second(value))
    assert buffer.between(1_000, 2_000) == second(2)
    buffer.forget_until(2_000)
    assert (buffer.start_ms, buffer.end_ms, buffer.kept_ms) == (2_000, 4_000, 2_000)
    assert buffer.between(1_000, 3_000) == second(3)
    assert buffer.between(3_000, 9_000) == second(4)
    assert buffer.between(3_000, 2_000) == b""


def test_clearing_does_not_turn_time_back() -> None:
    buffer = InputAudio()
    buffer.append(second(1))
    buffer.clear()
    assert (buffer.start_ms, buffer.end_ms, buffer.kept_ms) == (1_000, 1_000, 0)
    buffer.append(second(2))
    assert buffer.between(1_000, 2_000) == second(2)


def test_it_never_keeps_more_than_the_bound() -> None:
    buffer = InputAudio()
    for _ in range(MAX_MS // 1_000 + 5):
        buffer.append(second(1))
    assert buffer.kept_ms == MAX_MS
    assert buffer.end_ms == MAX_MS + 5_000


@given(st.lists(st.binary(max_size=9)))
def test_half_samples_wait_for_their_other_half(pieces: list[bytes]) -> None:
    buffer = InputAudio()
    whole = b"".join(buffer.append(piece) for piece in pieces)
    sent = b"".join(pieces)
    assert whole == sent[: len(sent) // 2 * 2]
    assert all(len(piece) % 2 == 0 for piece in [whole])
