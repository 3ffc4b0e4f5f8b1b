"""Bicep's text falls apart into the right tokens, on the right lines."""

from __future__ import annotations

import pytest

from devtools.bicep.lexer import BicepFault, Token, tokens


def kinds(text: str) -> list[str]:
    return [token.kind for token in tokens(text)]


def test_names_numbers_and_punctuation() -> None:
    assert kinds("var a_1 = 12 >= b ?? c.d[0]") == [
        "name", "name", "=", "number", ">=", "name", "??", "name", ".", "name", "[", "number", "]", "end",
    ]  # fmt: skip


def test_comments_are_skipped_and_their_lines_counted() -> None:
    found = tokens("a // one\n/* two\n\nfour */ b")

    assert [(token.text, token.line) for token in found if token.kind == "name"] == [("a", 1), ("b", 4)]
    assert [token.kind for token in found].count("newline") == 1


def test_a_string_with_escapes_and_holes() -> None:
    (token, _) = tokens(r"'it\'s ${first.name}, \${not} ${x[{ a: 1 }.a]}'")

    texts = [part for part in token.parts if isinstance(part, str)]
    holes = [[one.text for one in part] for part in token.parts if not isinstance(part, str)]
    assert texts == ["it's ", ", ${not} "]
    assert holes == [["first", ".", "name", ""], ["x", "[", "{", "a", ":", "1", "}", ".", "a", "]", ""]]


def test_a_long_string_is_taken_as_it_stands() -> None:
    (token, *_) = tokens("'''\none ${two}\n'three' \\n\n'''")

    assert token == Token("string", "one ${two}\n'three' \\n\n", 1, ("one ${two}\n'three' \\n\n",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\n$", r"line 2: '\$' means nothing"),
        ("'open\n'", "line 1: the string does not end"),
        ("'''open", "line 1: the string does not end"),
        (r"'\q'", r"\\q is no escape"),
        ("'${a'", "line 1: "),
    ],
)
def test_what_is_no_bicep_is_told_with_its_line(text: str, words: str) -> None:
    with pytest.raises(BicepFault, match=words):
        tokens(text)
