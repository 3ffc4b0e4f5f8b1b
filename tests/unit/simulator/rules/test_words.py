"""Tests of bringing recognised text into one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.words import MAX_HEARD, plain, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What's the COLOUR?", "what is the color"),
        ("I\u2019m Ada, can't you hear?", "i am ada can not you hear"),
        ("fifty-six", "fifty six"),
        ("7 \u00d7 8 = 56", "7 times 8 equals 56"),
        ("10 - 4", "10 minus 4"),
        ("20% of 1,250.5", "20 percent of 1,250.5"),
        ("100/4", "100 divided by 4"),
        ("Hi, what is the capitol of Peru?", "hello what is the capital of peru"),
        ("make it #FF8800!", "make it #ff8800"),
        ("don't, won't, Ada's", "do not will not adas"),
        ("", ""),
    ],
)
def test_one_form(text: str, expected: str):
    assert plain(text) == expected


def test_the_words_as_written_are_kept_once_each():
    assert [word.written for word in words_of("What's UP")] == ["What's", "", "UP"]


def test_only_the_beginning_of_an_endless_turn_is_read():
    assert len(words_of("a " * MAX_HEARD)) == MAX_HEARD // 2


@given(st.text())
def test_any_text_has_words_without_spaces(text: str):
    assert all(word.plain and word.plain.split() == [word.plain] for word in words_of(text))
