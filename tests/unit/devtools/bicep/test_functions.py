"""The functions of Bicep that the templates use."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from devtools.bicep.functions import UNIQUE_LENGTH, Refused
from devtools.bicep.lexer import BicepFault
from tests.unit.devtools.bicep.templates import output


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("any({ a: 1 })['a']", 1),
        ("concat([1], [2, 1])", [1, 2, 1]),
        ("concat('a', 1)", "a1"),
        ("contains(['a'], 'a')", True),
        ("contains(['a'], 'A')", False),
        ("contains({ Key: 1 }, 'key')", True),
        ("contains('quiet harbour', 'harb')", True),
        ("empty('')", True),
        ("empty([0])", False),
        ("empty({})", True),
        ("empty(null)", True),
        ("join(['a', 1], ',')", "a,1"),
        ("string(7)", "7"),
        ("string(true)", "true"),
        ("toLower('AbC')", "abc"),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("union({ a: 1, b: { c: 1 } }, { a: 2, b: { d: 2 } }, {})", {"a": 2, "b": {"c": 1, "d": 2}}),
        ("union({ a: [1] }, { a: [2] })", {"a": [2]}),
        ("tenant().tenantId == subscription().subscriptionId", False),
        ("utcNow('yyyy-MM-01')", "2026-11-01"),
        (
            "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')",
            "/subscriptions/00000000-0000-0000-0000-00000000000a/providers/Microsoft.Authorization/roleDefinitions/x",
        ),
    ],
)
def test_a_function_gives_what_it_should(tmp_path: Path, call: str, value: Any) -> None:
    assert output(tmp_path, call) == value


def test_unique_names_depend_on_every_word_and_on_nothing_else(tmp_path: Path) -> None:
    one, again, other = (output(tmp_path, f"uniqueString('a', '{word}')") for word in "bbc")

    assert one == again != other
    assert len(one) == UNIQUE_LENGTH
    assert one == one.lower()
    assert uuid.UUID(output(tmp_path, "guid('a', 'b')")) != uuid.UUID(output(tmp_path, "guid('ab')"))


def test_fail_says_what_the_template_says(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not here"):
        output(tmp_path, "fail('not ${'here'}')")


@pytest.mark.parametrize("call", ["empty(1)", "contains(1, 1)", "union(1, {})"])
def test_a_wrong_argument_is_told(tmp_path: Path, call: str) -> None:
    with pytest.raises(BicepFault):
        output(tmp_path, call)


def test_files_are_read_beside_the_template(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text('{"a": [1]}')
    (tmp_path / "words.kql").write_text("traces\n")

    assert output(tmp_path, "loadJsonContent('data.json').a") == [1]
    assert output(tmp_path, "loadTextContent('words.kql')") == "traces\n"
