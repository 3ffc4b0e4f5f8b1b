"""Tests of which tools a sentence asks for, and with which arguments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.tool_matching import calls_for, lacks_colour
from simulator.rules.words import listed


def tool(name: str, description: str = "", /, required: list[str] | None = None, **parameters: Any) -> dict[str, Any]:
    needed = list(parameters) if required is None else required
    schema = {"type": "object", "properties": parameters, "required": needed}
    return {"type": "function", "name": name, "description": description, "parameters": schema}


COLOUR = {"type": "string", "description": "A CSS colour name."}
PAGE = [
    tool("get_page_html", "Returns the HTML of the page that the user sees."),
    tool("set_background_color", "Changes the background colour of the page.", color=COLOUR),
    tool("set_text_color", "Changes the colour of the text on the page.", color=COLOUR),
]
OTHERS = [
    tool(
        "get_weather",
        "The weather in a city now.",
        required=["city"],
        city={"type": "string"},
        unit={"type": "string", "enum": ["celsius", "fahrenheit"]},
    ),
    tool("set_volume", "How loud the assistant is.", level={"type": "integer", "minimum": 0, "maximum": 100}),
    tool(
        "switchLights",
        "Switches the lights of a room.",
        on={"type": "boolean"},
        room={"enum": ["kitchen", "living_room"]},
    ),
    tool("hang_up", "Ends the call."),
    tool("search_notes", "Looks for notes.", query={"type": "string"}),
    tool("set_timer", "", minutes={"type": "number"}, label={"type": ["string", "null"]}, required=["minutes"]),
]


def asked(text: str, tools: list[dict[str, Any]] | None = None, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    return [
        (call.name, dict(call.arguments)) for call in calls_for(text, PAGE + OTHERS if tools is None else tools, **more)
    ]


def background(colour: str) -> tuple[str, dict[str, Any]]:
    return "set_background_color", {"color": colour}


def letters(colour: str) -> tuple[str, dict[str, Any]]:
    return "set_text_color", {"color": colour}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Change the background to purple.", [background("purple")]),
        ("Please change the background color to light blue, please.", [background("lightblue")]),
        ("Could you make it a yellow background?", [background("yellow")]),
        ("I want a dark green page", [background("darkgreen")]),
        ("paint the page blew", [background("blue")]),
        ("Hello. Turn the background orange.", [background("orange")]),
        ("make the text read", [letters("red")]),
        ("I would like the font to be navy blue", [letters("navy")]),
        ("Make the page green and the text white.", [background("green"), letters("white")]),
        ("make the text white, the background black", [letters("white"), background("black")]),
        ("Set the background and the text to blue", [background("blue"), letters("blue")]),
        ("change the background from white to black", [background("black")]),
        ("What is on this page?", [("get_page_html", {})]),
        ("Read the page to me.", [("get_page_html", {})]),
        ("Can you tell me what's on the website?", [("get_page_html", {})]),
        ("Summarise this page, please.", [("get_page_html", {})]),
        ("What's the weather like in New York in celsius?", [("get_weather", {"city": "New York", "unit": "celsius"})]),
        ("What is the weather in Paris?", [("get_weather", {"city": "Paris"})]),
        ("Turn the volume up to fifty.", [("set_volume", {"level": 50})]),
        ("switch off the lights in the living room", [("switchLights", {"on": False, "room": "living_room"})]),
        ("turn the kitchen lights on", [("switchLights", {"on": True, "room": "kitchen"})]),
        ("hang up now", [("hang_up", {})]),
        ("search my notes for the red bicycle", [("search_notes", {"query": "red bicycle"})]),
        ("set a timer for 2.5 minutes", [("set_timer", {"minutes": 2.5})]),
    ],
)
def test_what_is_asked_for_is_called(text: str, expected: list[tuple[str, dict[str, Any]]]):
    calls = asked(text)

    assert [(name, {key: value for key, value in given.items() if key != "label"}) for name, given in calls] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "What colour do you like?",
        "What colour is the background?",
        "Don't change the background to red.",
        "Is the background purple?",
        "change the background to flurple",
        "set the volume to 200",
        "What is seven times eight?",
        "I painted my house green",
        "Tell me a long story.",
        "Paris is nice",
    ],
)
def test_what_is_not_asked_for_is_not_called(text: str):
    assert asked(text) == []


def test_it_means_what_was_changed_last():
    assert asked("Now make it green", last_tool="set_text_color") == [letters("green")]
    assert asked("Now make it green") == []


def test_the_same_call_is_made_once_and_not_too_many_are_made():
    assert asked("Make the page red. Make the page red.") == [background("red")]
    colours = ["red", "blue", "green", "pink", "gold", "teal"]
    assert len(asked(". ".join(f"Make the page {colour}" for colour in colours))) == 4


def test_none_forbids_every_call():
    assert asked("Change the background to purple.", tool_choice="none") == []


def test_required_always_calls_something():
    assert asked("Change the text to pink", PAGE, tool_choice="required") == [letters("pink")]
    assert len(asked("Tell me a joke", PAGE, tool_choice="required")) == 1
    assert len(asked("", PAGE, tool_choice="required")) == 1


def test_a_named_function_is_called_even_without_its_words():
    choice = {"type": "function", "name": "set_volume"}

    assert asked("as loud as 30", tool_choice=choice) == [("set_volume", {"level": 30})]
    assert asked("Hello", tool_choice=choice) == [("set_volume", {"level": 0})]
    assert asked("Hello", tool_choice={"type": "function", "name": "nobody"}) == []


def test_stand_ins_fit_their_schemas():
    odd = tool(
        "odd",
        a={"enum": ["x", "y"]},
        b={"type": "number", "minimum": 3},
        c={"type": "boolean"},
        d={"type": "array"},
        e={},
    )

    assert asked("Hello you", [odd], tool_choice="required") == [
        ("odd", {"a": "x", "b": 3, "c": True, "d": [], "e": "Hello you"})
    ]


def test_tools_that_are_no_functions_are_left_alone():
    assert asked("read the page", [{"type": "mcp", "server_label": "page"}], tool_choice="required") == []


def test_a_wish_for_a_colour_that_nobody_knows_is_noticed():
    assert lacks_colour("Change the background to flurple.", PAGE)
    assert not lacks_colour("Change the background to purple.", PAGE)
    assert not lacks_colour("Change the subject to flurple.", PAGE)
    assert not lacks_colour("Tell me a joke.", PAGE)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
SCHEMA = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object"]) | ANYTHING,
        "enum": ANYTHING,
        "minimum": ANYTHING,
        "maximum": ANYTHING,
        "description": ANYTHING,
    },
)
TOOL = st.fixed_dictionaries(
    {"name": st.sampled_from(["set_color", "get_page", "playMusic"]) | st.text(max_size=10)},
    optional={
        "type": st.just("function") | ANYTHING,
        "description": ANYTHING,
        "parameters": st.fixed_dictionaries(
            {},
            optional={
                "properties": st.dictionaries(
                    st.sampled_from(["color", "level", "city"]) | st.text(max_size=6), SCHEMA | ANYTHING
                )
                | ANYTHING,
                "required": st.lists(st.sampled_from(["color", "level", "nowhere"])) | ANYTHING,
            },
        )
        | ANYTHING,
    },
)
WORDS = listed("set the page color to purple and text 7 minus half on off what is read music play in not , .")
SENTENCE = st.lists(st.sampled_from(WORDS)).map(" ".join) | st.text()


@given(SENTENCE, st.lists(TOOL, max_size=4), st.sampled_from(["auto", "none", "required"]) | ANYTHING)
def test_no_text_and_no_schema_is_too_odd(text: str, tools: list[dict[str, Any]], choice: Any):
    names = {one["name"] for one in tools}

    assert all(call.name in names for call in calls_for(text, tools, choice, "set_color"))
    lacks_colour(text, tools)


@given(SENTENCE)
def test_a_call_has_all_that_it_must_have_and_nothing_else(text: str):
    schemas = {one["name"]: one["parameters"] for one in PAGE + OTHERS}
    for call in calls_for(text, PAGE + OTHERS):
        assert set(schemas[call.name]["required"]) <= set(call.arguments) <= set(schemas[call.name]["properties"])
