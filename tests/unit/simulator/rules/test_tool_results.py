"""Tests of what is said when a tool has answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.tool_results import say_results
from simulator.rules.turn import ToolResult


def say(name: str, output: Any, **arguments: Any) -> str:
    return say_results([ToolResult(name, arguments, output if isinstance(output, str) else json.dumps(output))])


def test_a_changed_colour_is_confirmed():
    assert say("set_background_color", {"ok": True}, color="lightblue") == "Done, the background is light blue now."
    assert say("set_text_color", "done", color="white") == "Done, the text is white now."


def test_two_changes_are_confirmed_in_one_breath():
    results = [
        ToolResult("set_background_color", {"color": "green"}, "{}"),
        ToolResult("set_text_color", {"color": "white"}, "{}"),
    ]

    assert say_results(results) == "Done, the background is green now. The text is white now."


def test_a_page_is_summed_up_by_its_title_and_headings():
    head = "<head><title>My  Shop</title><style>h1{}</style></head>"
    page = f"<html>{head}<body><h1>Bread</h1><p>Fresh.</p><h2>Cakes</h2></body></html>"

    assert say("get_page_html", page) == "The page is called My Shop. Its headings are: Bread; Cakes."
    assert say("get_page_html", {"html": page}) == "The page is called My Shop. Its headings are: Bread; Cakes."


def test_a_page_without_headings_is_summed_up_by_its_beginning():
    assert say("get_page_html", "<p>Fresh bread.</p><script>let p = 1</script>") == (
        "The page has no title. It begins: Fresh bread."
    )


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ({"error": "no such colour"}, "That did not work: no such colour."),
        ({"error": {"message": "not allowed."}}, "That did not work: not allowed."),
        ({"ok": False}, "That did not work."),
        ({"success": False, "message": "busy"}, "That did not work: busy."),
        ("Error: broken", "That did not work: Error: broken."),
    ],
)
def test_a_failure_is_admitted(output: Any, said: str):
    assert say("set_background_color", output, color="blue") == said


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            {"temperature": 21, "sky_now": "clear", "raw": {"x": 1}},
            "Here is what I got: temperature 21, sky now clear.",
        ),
        ("It is raining.", "The answer is: It is raining."),
        ([1, 2, 3], "I got 3 results."),
        ("42", "The answer is: 42."),
        ({}, "Done."),
        ("", "Done."),
        ("true", "Done."),
        ("null", "Done."),
    ],
)
def test_anything_else_is_said_plainly(output: Any, said: str):
    assert say("look_up", output) == said


def test_a_long_answer_is_cut_at_a_word():
    said = say("look_up", "word " * 500)

    assert len(said) < 280
    assert said.endswith("word.")


@given(st.text(), st.sampled_from(["set_color", "get_page", ""]), st.dictionaries(st.text(), st.text() | st.integers()))
def test_no_output_is_too_odd(output: str, name: str, arguments: dict[str, Any]):
    assert say_results([ToolResult(name, arguments, output)])
