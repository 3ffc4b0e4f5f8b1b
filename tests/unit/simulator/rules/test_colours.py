"""Tests of hearing colours."""

from __future__ import annotations

import pytest

from simulator.rules.colours import COLOURS, colour_in, colour_words, say_colour
from simulator.rules.words import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it purple", "purple"),
        ("make it light blue", "lightblue"),
        ("a sky blue background", "skyblue"),
        ("navy blue", "navy"),
        ("dark purple", "indigo"),
        ("from white to black", "black"),
        ("change it to read", "red"),
        ("make the page blew", "blue"),
        ("the text right", "white"),
        ("#ff8800", "#ff8800"),
        ("rebeccapurple", "rebeccapurple"),
        ("hot pink", "hotpink"),
        ("read the page", None),
        ("flurple", None),
        ("", None),
    ],
)
def test_the_colour_that_is_meant(text: str, expected: str | None):
    assert colour_in(plain(text).split()) == expected


def test_every_colour_is_one_plain_word_and_is_heard_as_itself():
    for colour in COLOURS:
        assert colour.isalpha()
        assert colour_in([colour]) == colour


def test_colours_are_said_as_people_say_them():
    assert say_colour("lightblue") == "light blue"
    assert say_colour("skyblue") == "sky blue"
    assert say_colour("purple") == "purple"


def test_the_words_of_a_colour_are_known():
    assert colour_words(["make", "the", "page", "dark", "green"]) == {"dark", "green"}
