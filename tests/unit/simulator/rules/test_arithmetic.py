"""Tests of sums as they are said and as they are misheard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.arithmetic import answer_sum
from simulator.rules.words import listed, plain


def solve(text: str) -> str | None:
    return answer_sum(plain(text).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is seven times eight?", "7 times 8 is 56."),
        ("What's 7 x 8?", "7 times 8 is 56."),
        ("7 * 8", "7 times 8 is 56."),
        ("Twelve plus thirty.", "12 plus 30 is 42."),
        ("How much is 105 divided by five?", "105 divided by 5 is 21."),
        ("ten over four", "10 divided by 4 is 2.5."),
        ("what is 10 minus 14", "10 minus 14 is minus 4."),
        ("ten take away three", "10 minus 3 is 7."),
        ("two plus two times two", "2 plus 2 times 2 is 6."),
        ("20% of 80", "20 percent of 80 is 16."),
        ("twenty per cent of fifty", "20 percent of 50 is 10."),
        ("add three and four and five", "3 plus 4 plus 5 is 12."),
        ("the sum of one and two", "1 plus 2 is 3."),
        ("subtract four from ten", "10 minus 4 is 6."),
        ("take four from ten", "10 minus 4 is 6."),
        ("the difference between ten and four", "10 minus 4 is 6."),
        ("multiply twelve by twelve", "12 times 12 is 144."),
        ("divide 81 by nine", "81 divided by 9 is 9."),
        ("the square root of sixteen", "Square root of 16 is 4."),
        ("the square root of two", "Square root of 2 is about 1.414."),
        ("nine squared plus one", "9 squared plus 1 is 82."),
        ("two to the power of ten", "2 to the power of 10 is 1,024."),
        ("half of seven", "Half of 7 is 3.5."),
        ("twice 21", "Twice 21 is 42."),
        ("minus five plus eight", "Minus 5 plus 8 is 3."),
        ("a hundred minus a dozen", "100 minus 12 is 88."),
        ("what is to plus to", "2 plus 2 is 4."),
        ("what is ate times for", "8 times 4 is 32."),
        ("Tell me, please: what is 3 + 4? Thank you.", "3 plus 4 is 7."),
    ],
)
def test_sums(text: str, expected: str):
    assert solve(text) == expected


@pytest.mark.parametrize("text", ["five divided by zero", "1/0", "zero to the power of minus one"])
def test_nothing_is_divided_by_zero(text: str):
    assert solve(text) == "Nothing can be divided by zero."


@pytest.mark.parametrize(
    "text",
    [
        "999999999999999 times 999999999999999",
        "nine to the power of sixty four",
        "two to the power of 1000000",
        "the square root of minus four",
        "two to the power of 0.5",
    ],
)
def test_what_is_too_much_is_said_to_be(text: str):
    assert solve(text) == "That is more than I can work out."


@pytest.mark.parametrize(
    "text", ["", "tell me two jokes", "plus", "what is seven", "I went to the shop", "times are hard"]
)
def test_what_is_no_sum_is_left_to_others(text: str):
    assert solve(text) is None


WORDS = listed(
    "one two seven ninety hundred thousand million half twice double a the to for and of from by minus plus times over "
    "divided multiplied square root squared cubed power percent per cent add sum subtract take away difference between "
    "7 3.5 0 999999999999999 x"
)


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_no_row_of_sum_words_is_too_much(words: list[str]):
    said = answer_sum(words)
    assert said is None or said.endswith(".")


@given(st.text())
def test_no_text_is_too_much(text: str):
    solve(text)


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_additions_are_right(one: int, other: int):
    assert solve(f"what is {one} plus {other}") == f"{one:,} plus {other:,} is {one + other:,}."
