"""Text as rules want it: lower case words, contractions written out, spellings made one.

Speech recognition decides freely between "what's" and "what is", "colour" and "color", "fifty-six" and "56". Rules see
one form; the words as they were written are kept beside it, for replies that must repeat them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_HEARD = 2_000
"""Characters of one turn that rules look at: two minutes of fast speech."""

_TOKEN = re.compile(
    r"#[0-9a-f]{3,8}\b|\d[\d,]*(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[%+*/\u00d7\u00f7=^-]", re.IGNORECASE
)
_ONE_FORM = {
    "colour": "color",
    "colours": "colors",
    "capitol": "capital",
    "ok": "okay",
    "hi": "hello",
    "hey": "hello",
    "-": "minus",
    "+": "plus",
    "*": "times",
    "\u00d7": "times",
    "\u00f7": "divided by",
    "/": "divided by",
    "%": "percent",
    "=": "equals",
    "^": "to the power of",
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "let's": "let us",
}
_CONTRACTIONS = [
    (re.compile(r"n't$"), " not"),
    (re.compile(r"(?<=^i)'m$"), " am"),
    (re.compile(r"'re$"), " are"),
    (re.compile(r"'ll$"), " will"),
    (re.compile(r"'ve$"), " have"),
    (re.compile(r"'d$"), " would"),
    (re.compile(r"^(what|who|where|when|how|it|that|there|here|he|she)'s$"), r"\1 is"),
    (re.compile(r"'s$"), "s"),
]


@dataclass(frozen=True)
class Word:
    """One word as rules see it, and as it was written ("" where one written word became several)."""

    plain: str
    written: str


def listed(words: str) -> tuple[str, ...]:
    """Words separated by spaces, as a tuple: keeps long word lists readable."""
    return tuple(words.split())


def words_of(text: str) -> list[Word]:
    """The words of at most `MAX_HEARD` characters of `text`; punctuation is gone, operators are words."""
    straight = text[:MAX_HEARD].replace("\u2019", "'").replace("\u2018", "'").replace("\u2212", "-")
    # A hyphen inside a word ("fifty-six") joins; anywhere else it is a minus.
    straight = re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " ", straight)
    found: list[Word] = []
    for token in _TOKEN.findall(straight):
        forms = _one_form(token.lower()).split()
        found += [Word(form, token if first == 0 else "") for first, form in enumerate(forms)]
    return found


def plain(text: str) -> str:
    """`text` as rules see it, words joined by one space."""
    return " ".join(word.plain for word in words_of(text))


def _one_form(token: str) -> str:
    if token in _ONE_FORM:
        return _ONE_FORM[token]
    for ending, written_out in _CONTRACTIONS:
        if ending.search(token):
            return ending.sub(written_out, token).replace("'", "")
    return token.replace("'", "")
