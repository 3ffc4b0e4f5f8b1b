"""Persona files: the three that are shipped, and every way in which a file can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.canaries import CANARY_INSTRUCTIONS
from tests.mint_support import PERSONAS
from voicemint.errors import NotConfigured
from voicemint.personas import DEFAULT_PERSONA, MAX_FILE_BYTES, MAX_PERSONAS, VOICES, load_personas

GOOD = f"""
title = "Title"
description = "Description."
greeting = "Hello."
instructions = "{CANARY_INSTRUCTIONS}"
voice = "marin"
turn_detection = "office"
"""

TOOL = """
[[tools]]
name = "look"
description = "Look."
parameters = { type = "object", properties = {} }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / f"{DEFAULT_PERSONA}.toml").write_text(GOOD, "utf-8")
    return tmp_path


def fault_of(folder: Path) -> str:
    with pytest.raises(NotConfigured) as caught:
        load_personas(folder)
    return caught.value.report


def test_the_shipped_personas_load_with_the_default_first() -> None:
    assert list(PERSONAS) == ["assistant", "designer", "tutor"]
    assert [tool.name for tool in PERSONAS["designer"].tools] == [
        "get_page_html",
        "set_background_color",
        "set_text_color",
        "end_call",
    ]
    for persona in PERSONAS.values():
        assert "end_call" in [tool.name for tool in persona.tools], "every call can end with a goodbye"
        assert "call end_call" in persona.instructions


@pytest.mark.parametrize("name", PERSONAS)
def test_a_shipped_persona_is_well_written(name: str) -> None:
    persona = PERSONAS[name]

    assert 300 < len(persona.instructions) < 3000
    assert persona.voice in VOICES
    assert persona.description.endswith(".")
    assert max(len(line) for line in persona.instructions.splitlines()) <= 120


def test_the_designers_tools_take_what_the_page_expects() -> None:
    parameters = {tool.name: tool.parameters for tool in PERSONAS["designer"].tools}

    assert parameters["get_page_html"] == {"type": "object", "properties": {}, "additionalProperties": False}
    for name in ("set_background_color", "set_text_color"):
        assert parameters[name]["required"] == ["color"]
        assert parameters[name]["properties"]["color"]["type"] == "string"


def test_the_default_comes_first_whatever_the_others_are_called(folder: Path) -> None:
    (folder / "aardvark.toml").write_text(GOOD, "utf-8")

    assert list(load_personas(folder)) == [DEFAULT_PERSONA, "aardvark"]


def test_what_may_be_left_out_has_defaults(folder: Path) -> None:
    persona = load_personas(folder)[DEFAULT_PERSONA]

    assert (persona.language, persona.speed, persona.noise_reduction, persona.tools) == (None, 1.0, "near_field", ())


def test_a_persona_does_not_print_its_instructions(folder: Path) -> None:
    assert repr(load_personas(folder)) == "{'assistant': Persona('Title')}"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('voice = "marin"', 'voice = "nova"'), "Invalid enum value 'nova' - at `$.voice`"),
        (('voice = "marin"', ""), "Object missing required field `voice`"),
        (('voice = "marin"', 'voice = "marin"\nmood = "good"'), "Object contains unknown field `mood`"),
        (('"office"', '"library"'), "Invalid enum value 'library' - at `$.turn_detection`"),
        (('"Title"', '""'), "Expected `str` of length >= 1 - at `$.title`"),
        (('"Title"', "5"), "Expected `str`, got `int` - at `$.title`"),
        (('voice = "marin"', 'voice = "marin"\nspeed = 2.0'), "Expected `float` <= 1.5 - at `$.speed`"),
        (('voice = "marin"', 'voice = "marin"\nlanguage = "english please"'), "- at `$.language`"),
        (('voice = "marin"', 'voice = "marin'), "(at line 6"),
    ],
)
def test_a_fault_names_the_file_and_the_field(folder: Path, change: tuple[str, str], fault: str) -> None:
    (folder / "other.toml").write_text(GOOD.replace(*change), "utf-8")
    found = fault_of(folder)

    assert found.startswith("personas/other.toml is not a persona: ")
    assert fault in found
    assert "\n" not in found


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('name = "look"', 'name = "look up"'), "- at `$.tools[0].name`"),
        (('type = "object"', 'type = "array"'), 'Expected `type = "object"` - at `$.tools[0].parameters`'),
        (("properties = {}", "properties = { since = 2026-11-21 }"), "not JSON - at `$.tools[0].parameters`"),
        (("properties = {}", "properties = { any = [[12:00:00]] }"), "not JSON - at `$.tools[0].parameters`"),
        (("}\n", "}\n" + TOOL), "taken by another tool - at `$.tools[1].name`"),
    ],
)
def test_tools_are_checked_too(folder: Path, change: tuple[str, str], fault: str) -> None:
    (folder / "other.toml").write_text(GOOD + TOOL.replace(*change), "utf-8")

    assert fault in fault_of(folder)


def test_the_faults_of_all_files_come_at_once(folder: Path) -> None:
    (folder / "b.toml").write_text("", "utf-8")
    (folder / "c.toml").write_bytes(b"\xff")
    (folder / "Big Name.toml").write_text(GOOD, "utf-8")
    (folder / "d.toml").write_text("#" * (MAX_FILE_BYTES + 1), "utf-8")

    assert [line.partition(" is not")[0] for line in fault_of(folder).splitlines()] == [
        "personas/Big Name.toml",
        "personas/b.toml",
        "personas/c.toml",
        "personas/d.toml",
    ]


def test_the_default_must_be_there(tmp_path: Path) -> None:
    assert fault_of(tmp_path) == "personas/assistant.toml is missing: it is the default persona"


def test_there_is_an_end_to_how_many(folder: Path) -> None:
    for number in range(MAX_PERSONAS):
        (folder / f"p{number}.toml").write_text(GOOD, "utf-8")

    assert fault_of(folder) == f"personas holds {MAX_PERSONAS + 1} files; at most {MAX_PERSONAS} are read"
