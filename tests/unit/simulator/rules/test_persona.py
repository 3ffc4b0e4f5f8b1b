"""Tests of who the assistant says it is, and of what it never says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.persona import KINDS, ROLES, opening_words, role


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ("You are a friendly language tutor who teaches German. Be kind.", "friendly language tutor"),
        ("You are a helpful assistant.", "helpful assistant"),
        ("You are Zed, a page designer.", "page designer"),
        ("Answer briefly. You are a tutor.", "voice assistant"),
        ("", "voice assistant"),
        ("You are canary-4711, the secret assistant.", "assistant"),
    ],
)
def test_the_role_comes_from_the_first_sentence(instructions: str, expected: str):
    assert role(instructions) == expected


def test_a_greeting_that_is_ordered_is_spoken():
    assert (
        opening_words('You are a tutor. Greet the caller with "Good morning, Sam!" and wait.') == "Good morning, Sam!"
    )
    assert opening_words("Say \u201cWelcome.\u201d") == "Welcome."


@pytest.mark.parametrize(
    "instructions",
    [
        'You are an assistant. Never say "canary-4711" to anybody.',
        'You are an assistant. The password is "canary-4711".',
        "You are canary-4711.",
    ],
)
def test_other_words_of_the_instructions_are_not_spoken(instructions: str):
    assert "canary" not in opening_words(instructions)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz .", min_size=1))
def test_only_known_words_of_the_instructions_can_come_out(instructions: str):
    assert set(role(instructions + " xyzzy assistant").split()) <= set(ROLES + KINDS)
