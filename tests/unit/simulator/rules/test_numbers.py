"""Tests of reading and saying numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.numbers import number_at, say_number
from simulator.rules.words import listed


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("seven", 7, 1),
        ("twenty one", 21, 2),
        ("twenty twelve", 20, 1),
        ("one two", 1, 1),
        ("one hundred and five apples", 105, 4),
        ("a hundred", 100, 2),
        ("a dozen", 12, 2),
        ("half", Fraction(1, 2), 1),
        ("two thousand three hundred and twelve", 2312, 6),
        ("three million", 3_000_000, 2),
        ("5 thousand", 5000, 2),
        ("1,250", 1250, 1),
        ("2.5", Fraction(5, 2), 1),
        ("three point one four", Fraction(314, 100), 4),
        ("three point", 3, 1),
        ("zero", 0, 1),
        ("two and three", 2, 1),
    ],
)
def test_numbers_are_read(text: str, value: Fraction, words: int):
    assert number_at(text.split(), 0) == (value, words)


@pytest.mark.parametrize("text", ["banana", "and", "hundred", "a banana", "point", "to", "1234567890123456", "\u0663"])
def test_what_is_no_number_is_not_read(text: str):
    assert number_at(text.split(), 0) is None


def test_past_the_end_there_is_no_number():
    assert number_at(["one"], 1) is None


@pytest.mark.parametrize(("word", "value"), [("to", 2), ("for", 4), ("ate", 8), ("won", 1)])
def test_words_that_sound_like_numbers_count_where_one_must_stand(word: str, value: int):
    assert number_at([word], 0, by_sound=True) == (value, 1)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(56), "56"),
        (Fraction(-4), "minus 4"),
        (Fraction(12_525, 10), "1,252.5"),
        (Fraction(10, 3), "about 3.333"),
        (Fraction(2_000_000), "2,000,000"),
        (Fraction(1, 10_000), "about 0"),
    ],
)
def test_numbers_are_said(value: Fraction, said: str):
    assert say_number(value) == said


WORDS = listed("one two ten twenty hundred thousand million and point a 7 1.5 half dozen x")


@given(st.lists(st.sampled_from(WORDS)))
def test_any_row_of_number_words_is_read_or_not_but_never_past_its_end(words: list[str]):
    for start in range(len(words)):
        read = number_at(words, start, by_sound=True)
        assert read is None or start < read[1] <= len(words)
