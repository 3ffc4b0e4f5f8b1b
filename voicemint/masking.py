"""Keeping secrets out of text: a wrapper that does not print, and two ways to show what might hold one.

People paste a key into the wrong setting, so even a setting that is not secret is looked at before it is shown.
"""

from __future__ import annotations

import re

LONGEST_SHOWN = 80

# Azure's keys are 32 hexadecimal or 84 base62 characters. Words in a URL or a name are never this long unbroken.
_KEY_LIKE = re.compile(r"[A-Za-z0-9+=]{32,}")
_TOKEN_LIKE = re.compile(r"ek_[A-Za-z0-9_-]+|eyJ[A-Za-z0-9_.-]{8,}|(?i:bearer)\s+[^\s\",;]+")
_USER_INFO = re.compile(r"//[^/@]*@")


class Secret:
    """A string that prints as its length only. `reveal` is called where it goes onto the wire, nowhere else."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"Secret({len(self._text)} characters)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


def redact(text: str) -> str:
    """`text` with everything that looks like a key or a token replaced."""
    return _KEY_LIKE.sub("(hidden)", _TOKEN_LIKE.sub("(hidden)", text))


def shown(value: str, *, secret: bool = False) -> str:
    """A setting's value as a message may show it: quoted, shortened, and hidden if it is or looks like a secret."""
    if secret or redact(value) != value:
        return f"(hidden, {len(value)} characters)"
    plain = _USER_INFO.sub("//", value.partition("?")[0] if "://" in value else value)
    return repr(plain if len(plain) <= LONGEST_SHOWN else plain[:LONGEST_SHOWN] + "...")
