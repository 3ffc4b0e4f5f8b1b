"""Deltas put together are the text; what was heard is a beginning of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.deltas import CHUNK_MS, chunks_of, encoded_arguments, heard_part, pieces_of, spoken_ms
from simulator.parts import BYTES_PER_MS


@given(st.text())
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(pieces_of(text)) == text


def test_pieces_keep_their_leading_space() -> None:
    assert pieces_of("Hello, it\N{RIGHT SINGLE QUOTATION MARK}s me. I'm here!") == [
        "Hello",
        ",",
        " it\N{RIGHT SINGLE QUOTATION MARK}s",
        " me",
        ".",
        " I'm",
        " here",
        "!",
    ]


def test_arguments_come_over_several_lines() -> None:
    written = encoded_arguments({"city": "Zürich", "days": [1, 2]})
    assert json.loads(written) == {"city": "Zürich", "days": [1, 2]}
    assert written.count("\n") >= 3
    assert "Zürich" in written


@given(st.binary(max_size=5 * CHUNK_MS * BYTES_PER_MS))
def test_chunks_are_the_sound_in_whole_samples(pcm: bytes) -> None:
    chunks = list(chunks_of(pcm))
    assert b"".join(chunks) == pcm[: len(pcm) // 2 * 2]
    assert all(0 < len(chunk) <= CHUNK_MS * BYTES_PER_MS and len(chunk) % 2 == 0 for chunk in chunks)


@given(st.text(max_size=80), st.floats(0, 10_000), st.floats(0, 12_000))
def test_the_heard_part_is_a_beginning(text: str, total: float, heard: float) -> None:
    assert text.startswith(heard_part(text, total, heard))


@pytest.mark.parametrize(
    ("heard_ms", "part"), [(0, ""), (500, "one"), (1_000, "one two"), (1_999, "one two three four five"), (2_000, None)]
)
def test_the_heard_part_ends_with_a_whole_word(heard_ms: float, part: str | None) -> None:
    text = "one two three four five."
    assert heard_part(text, 2_000, heard_ms) == (text if part is None else part)


def test_longer_texts_take_longer() -> None:
    assert 0 == spoken_ms("") < spoken_ms("a") < spoken_ms("a b")
