"""Tests of cutting a text into what is spoken at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.speech.pieces import MAX_PIECE, MAX_TEXT, pieces_of


def cut(text: str) -> list[str]:
    return list(pieces_of(text))


def test_a_piece_is_a_sentence():
    assert cut("It rains. Does it? It does!\nSo be it") == ["It rains.", "Does it?", "It does!", "So be it"]


def test_closing_quotes_stay_with_their_sentence():
    assert cut('He said "no." Then he left.') == ['He said "no."', "Then he left."]


def test_titles_and_initials_do_not_end_a_sentence():
    assert cut("Dr. Smith met J. Doe. They spoke.") == ["Dr. Smith met J. Doe.", "They spoke."]


def test_a_long_opening_is_cut_at_its_first_comma_so_that_it_is_heard_early():
    text = (
        "Once upon a time, in a house by the sea, there lived a cat. It was grey, and it was never in a hurry at all."
    )

    assert cut(text) == [
        "Once upon a time,",
        "in a house by the sea, there lived a cat.",
        "It was grey, and it was never in a hurry at all.",
    ]


def test_a_short_opening_stays_whole():
    assert cut("Yes, that is right.") == ["Yes, that is right."]


def test_a_text_without_an_end_is_still_cut():
    pieces = cut("word " * 200)

    assert len(pieces) > 3
    assert all(len(piece) <= MAX_PIECE for piece in pieces)


def test_only_the_first_part_of_an_endless_text_is_spoken():
    assert sum(len(piece) for piece in cut("a" * (MAX_TEXT + 500))) == MAX_TEXT


def test_pieces_are_cut_one_at_a_time():
    pieces = pieces_of("One. Two. Three.")

    assert next(pieces) == "One."


@given(st.text(max_size=600))
def test_no_character_that_can_be_heard_is_lost(text: str):
    pieces = cut(text)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece.strip() == piece and 0 < len(piece) <= MAX_PIECE for piece in pieces)
