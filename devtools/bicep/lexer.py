"""Bicep's text as tokens. A newline is a token, because it ends statements and separates items."""

from __future__ import annotations

import re
from dataclasses import dataclass


class BicepFault(Exception):
    """What is wrong with a template, or what this model does not know. The text says where."""


@dataclass(frozen=True)
class Token:
    """`kind` is name, number, string, newline, end, or the punctuation itself.

    `parts` of a string are its texts and, for each `${…}`, the tokens in it.
    """

    kind: str
    text: str
    line: int
    parts: tuple[str | tuple[Token, ...], ...] = ()


_SKIPPED = re.compile(r"[ \t\r]+|//[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\d+")
_PUNCTUATION = re.compile(r"\?\?|\.\?|==|!=|<=|>=|&&|\|\||[{}\[\]():,.=?<>!@+\-*/%]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}


def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of a file, `end` last. Raises `BicepFault` at a character that means nothing here."""
    return _Reader(text).read_all()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def read_all(self) -> tuple[Token, ...]:
        found: list[Token] = []
        while self._at < len(self._text):
            token = self._next()
            if token is not None:
                found.append(token)
        return (*found, Token("end", "", self._line))

    def _next(self) -> Token | None:
        text, at = self._text, self._at
        if skipped := _SKIPPED.match(text, at):
            self._move(skipped.end())
            return None
        if text[at] == "\n":
            self._move(at + 1)
            return Token("newline", "\n", self._line - 1)
        if text.startswith("'''", at):
            return self._long_string()
        if text[at] == "'":
            return self._string()
        for kind, pattern in (("name", _NAME), ("number", _NUMBER), ("", _PUNCTUATION)):
            if match := pattern.match(text, at):
                self._move(match.end())
                return Token(kind or match[0], match[0], self._line)
        raise BicepFault(f"line {self._line}: {text[at]!r} means nothing here")

    def _move(self, to: int) -> None:
        self._line += self._text.count("\n", self._at, to)
        self._at = to

    def _long_string(self) -> Token:
        """Between three quotes nothing is special; a newline right after them is left out."""
        line, end = self._line, self._text.find("'''", self._at + 3)
        if end < 0:
            raise BicepFault(f"line {line}: the string does not end")
        body = self._text[self._at + 3 : end]
        self._move(end + 3)
        body = body.removeprefix("\r").removeprefix("\n")
        return Token("string", body, line, (body,))

    def _string(self) -> Token:
        line, start = self._line, self._at
        parts: list[str | tuple[Token, ...]] = [""]
        self._at += 1
        while True:
            character = self._text[self._at : self._at + 1]
            if character in ("", "\n"):
                raise BicepFault(f"line {line}: the string does not end")
            if character == "'":
                self._at += 1
                return Token("string", self._text[start : self._at], line, tuple(part for part in parts if part != ""))
            if character == "\\":
                self._add(parts, self._escape(line))
            elif self._text.startswith("${", self._at):
                self._at += 2
                parts += [self._inside(line), ""]
            else:
                self._add(parts, character)
                self._at += 1

    def _escape(self, line: int) -> str:
        letter = self._text[self._at + 1 : self._at + 2]
        if letter not in _ESCAPES:
            raise BicepFault(f"line {line}: \\{letter} is no escape")
        self._at += 2
        return _ESCAPES[letter]

    @staticmethod
    def _add(parts: list[str | tuple[Token, ...]], text: str) -> None:
        last = parts[-1]
        parts[-1] = (last if isinstance(last, str) else "") + text

    def _inside(self, line: int) -> tuple[Token, ...]:
        """The tokens up to the brace that closes `${`."""
        found: list[Token] = []
        depth = 0
        while self._at < len(self._text):
            if self._text[self._at] == "}" and depth == 0:
                self._at += 1
                return (*found, Token("end", "", line))
            token = self._next()
            if token is not None:
                depth += {"{": 1, "}": -1}.get(token.kind, 0)
                found.append(token)
        raise BicepFault(f"line {line}: ${{ is not closed")
