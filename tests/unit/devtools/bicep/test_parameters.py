"""Parameters are held to their template, and azd's file becomes what azd makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from devtools.bicep.lexer import BicepFault
from devtools.bicep.parameters import from_file, variables
from devtools.bicep.parser import parse
from tests.unit.devtools.bicep.templates import deployed, written

TEMPLATE = """
@minLength(2)
@maxLength(4)
@description('A word of some length.')
param word string

@allowed(['x', 'y'])
param letter string = 'x'

@minValue(1)
@maxValue(9)
param count int = 5

param on bool = false

@maxLength(1)
param list array = []

param more object = {}

param both string = '${letter}!'

output all array = [word, letter, count, on, list, more, both]
"""


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    assert deployed(tmp_path, TEMPLATE, {"word": "abc"}).outputs["all"] == ["abc", "x", 5, False, [], {}, "x!"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "parameter word is missing"),
        ({"word": "abc", "worth": 1}, "has no parameter worth"),
        ({"word": "a"}, "parameter word is 'a', not between 2 and 4"),
        ({"word": "abcde"}, "not between 2 and 4"),
        ({"word": 1}, "parameter word is 1, no string"),
        ({"word": "abc", "letter": "z"}, "not one of"),
        ({"word": "abc", "count": 0}, "not between 1 and 9"),
        ({"word": "abc", "count": "5"}, "no int"),
        ({"word": "abc", "count": True}, "no int"),
        ({"word": "abc", "on": "true"}, "no bool"),
        ({"word": "abc", "list": [1, 2]}, "parameter list is"),
        ({"word": "abc", "more": []}, "no object"),
    ],
)
def test_a_parameter_that_does_not_fit_is_told(tmp_path: Path, given: dict[str, Any], words: str) -> None:
    with pytest.raises(BicepFault, match=words):
        deployed(tmp_path, TEMPLATE, given)


def test_azds_file_takes_values_from_the_environment(tmp_path: Path) -> None:
    values = {
        "word": "${WORD}", "letter": "${LETTER=y}", "count": "${COUNT=7}", "on": "${ON=true}", "list": ["${WORD}"],
    }  # fmt: skip
    file = tmp_path / "main.parameters.json"
    file.write_text(json.dumps({"parameters": {name: {"value": value} for name, value in values.items()}}))
    template = parse(written(tmp_path, TEMPLATE))

    assert from_file(file, template, {"WORD": "abc", "COUNT": "3", "LETTER": ""}) == {
        "word": "abc", "letter": "y", "count": 3, "on": True, "list": ["${WORD}"],
    }  # fmt: skip
    assert from_file(file, template, {"COUNT": "many", "ON": "perhaps"})["count"] == "many"
    assert variables(file) == {
        "word": ("WORD", None), "letter": ("LETTER", "y"), "count": ("COUNT", "7"), "on": ("ON", "true"),
    }  # fmt: skip
