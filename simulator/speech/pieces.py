"""Cuts a text into the pieces that are spoken one after the other.

A piece is a sentence. The first one is shorter if it can be (it ends at a comma), because nothing is heard until it has
been synthesised; none is longer than `MAX_PIECE` characters, so that a text without a full stop is no exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TEXT = 20_000
"""Characters spoken of one text; the rest is left out. Twenty minutes of speech."""
MAX_PIECE = 240
_LONG_OPENING = 48
_SHORT_OPENING = 10

_SENTENCE_END = re.compile(r"""[.!?\u2026]["'\u201d\u2019)\]]*(\s+)|(\s*\n\s*)""")
_ABBREVIATION = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|etc|No)|\b[A-Z])\.$")
_CLAUSE_END = re.compile(r"(?<=[,;:\u2014])\s+")


def pieces_of(text: str) -> Iterator[str]:
    """Pieces in order, each stripped and not empty; joined by spaces they are the text."""
    first = True
    for sentence in _sentences(text[:MAX_TEXT]):
        for piece in _short_enough(sentence):
            if first:
                yield from _early_opening(piece)
                first = False
            else:
                yield piece


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        sentence = text[start : end.start(end.lastindex or 0)].strip()
        if sentence and not _ABBREVIATION.search(sentence):
            yield sentence
            start = end.end()
    rest = text[start:].strip()
    if rest:
        yield rest


def _short_enough(sentence: str) -> Iterator[str]:
    while len(sentence) > MAX_PIECE:
        cuts = [end.start() for end in _CLAUSE_END.finditer(sentence, MAX_PIECE // 4, MAX_PIECE)]
        cut = cuts[-1] if cuts else sentence.rfind(" ", 1, MAX_PIECE)
        if cut <= 0:
            cut = MAX_PIECE
        yield sentence[:cut].strip()
        sentence = sentence[cut:].strip()
    if sentence:
        yield sentence


def _early_opening(piece: str) -> Iterator[str]:
    if len(piece) > _LONG_OPENING:
        cut = _CLAUSE_END.search(piece, _SHORT_OPENING)
        if cut and len(piece) - cut.end() >= _SHORT_OPENING:
            yield piece[: cut.start()]
            yield piece[cut.end() :]
            return
    yield piece
