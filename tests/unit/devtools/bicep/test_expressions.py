"""Expressions come to what Bicep's documentation says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devtools.bicep.lexer import BicepFault
from tests.unit.devtools.bicep.templates import output


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a'", "a"),
        ("12", 12),
        ("true", True),
        ("null", None),
        ("'${1}-${'x'}-${true}'", "1-x-true"),
        ("[1, 2\n 3]", [1, 2, 3]),
        ("{ a: 1, 'b-c': 2 }", {"a": 1, "b-c": 2}),
        ("{\n  '${'k'}': 1\n\n  // nothing\n  b: [ 2 ]\n}", {"k": 1, "b": [2]}),
        ("{ a: { b: 3 } }.a.b", 3),
        ("{ a: 1 }['a']", 1),
        ("['x', 'y'][1]", "y"),
        ("true ? 'y' : 'n'", "y"),
        ("false\n  ? 'y'\n  : 'n'", "n"),
        ("false ? 1 : true ? 2 : 3", 2),
        ("!true || 1 == 1 && 'a' != 'b'", True),
        ("!(true || true) && true", False),
        ("2 > 1", True),
        ("{ a: 1 }!.a", 1),
        ("[for one in ['a', 'b']: '${one}!']", ["a!", "b!"]),
        ("[for one in ['a']: {\n  name: one\n}]", [{"name": "a"}]),
    ],
)
def test_an_expression_has_its_value(tmp_path: Path, expression: str, value: Any) -> None:
    assert output(tmp_path, expression) == value


@pytest.mark.parametrize(
    "expression", ["true || fail('no')", "!(false && fail('no'))", "true ? true : fail('no')"]
)  # fmt: skip
def test_what_is_not_needed_is_not_worked_out(tmp_path: Path, expression: str) -> None:
    assert output(tmp_path, expression) is True


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("nobody", "line 2 uses nobody, which is not declared"),
        ("{ a: 1 }.b", "reads 'b', which is not among"),
        ("'a'.b", "reads 'b' of 'a'"),
        ("'yes' ? 1 : 2", "takes 'yes' for true or false"),
        ("1 && true", "takes 1 for true or false"),
        ("cidrSubnet('10.0.0.0/8', 1, 1)", r"calls cidrSubnet\(\), which this model does not know"),
        ("'${[]}'", "cannot stand in a text"),
        ("1 + 1", r"uses \+, which this model does not know"),
        ("[1 2]", "a comma or a new line is missing before '2'"),
        ("{ a: 1 b: 2 }", "a comma or a new line is missing before 'b'"),
        ("(1", r"expected '\)', found end|expected '\)'"),
        ("[for (one, i) in []: one]", "expected 'name'"),
        (")", "expected an expression"),
    ],
)
def test_what_is_wrong_or_unknown_is_told(tmp_path: Path, expression: str, words: str) -> None:
    with pytest.raises(BicepFault, match=words):
        output(tmp_path, expression)


def test_a_circle_is_told(tmp_path: Path) -> None:
    with pytest.raises(BicepFault, match="goes in a circle through"):
        output(tmp_path, "a", "var a = b\nvar b = a")
