"""Saying things back: echo, spelling, counting, and the last answer once more."""

from __future__ import annotations

import re

from simulator.rules.numbers import number_at
from simulator.rules.turn import Turn

_MOST_COUNTED = 100
_LONGEST_SPELLED = 40

_ECHO = re.compile(
    r"^\W*(?:(?:please|now|can you|could you|hello)\W+)*"
    r"(?:repeat(?: the following| this)?(?: sentence| words?)? after me|repeat(?: the following| this)|say|echo)\b\W*",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^(please )?(can you |could you )?(say|repeat) (that|it|this)( again)?( please)?$|^(once more|again|pardon)$"
)
_NOT_AN_ECHO = re.compile(r"^(something|anything|it|that|nothing)\b|\bin (german|french|spanish)\W*$", re.IGNORECASE)
_SPELL = re.compile(r"\b(?:how do (?:you|i) spell|spell)\s+(?:the word\s+|the name\s+)?(.+)$")
_COUNT = re.compile(r"\bcount\b")


def repeat_last(turn: Turn) -> str | None:
    """What the assistant said last, again."""
    if not _AGAIN.search(turn.plain):
        return None
    return turn.said[-1] if turn.said and turn.said[-1] else "I have not said anything yet."


def echo(turn: Turn) -> str | None:
    """What follows "repeat after me" or "say", as it was heard."""
    heard = turn.heard or ""
    opening = _ECHO.match(heard)
    if not opening:
        return None
    rest = heard[opening.end() :].strip(" \"'\u201c\u201d")
    if not rest or _NOT_AN_ECHO.search(rest):
        return None
    return rest[0].upper() + rest[1:] if rest[-1] in ".!?" else f"{rest[0].upper()}{rest[1:]}."


def spell(turn: Turn) -> str | None:
    """The letters of a word, one by one."""
    asked = _SPELL.search(turn.plain)
    if not asked:
        return None
    word = re.sub(r"[^a-z]", "", re.sub(r"\bplease$", "", asked.group(1)))[:_LONGEST_SPELLED]
    return ", ".join(word.upper()) + "." if word else None


def count(turn: Turn) -> str | None:
    """Numbers from one to another, up or down, at most a hundred of them."""
    words = turn.plain.split()
    if not _COUNT.search(turn.plain):
        return None
    numbers, at = [], words.index("count") + 1
    while at < len(words):
        read = number_at(words, at, by_sound=words[at - 1] in {"to", "from"} and words[at] != "to")
        if read and read[0].denominator == 1:
            numbers.append(int(read[0]))
        at = read[1] if read else at + 1
    if not numbers:
        return None
    down = bool({"down", "backward", "backwards"} & set(words))
    first, last = (numbers[0], numbers[1]) if len(numbers) > 1 else ((numbers[0], 1) if down else (1, numbers[0]))
    if abs(last - first) >= _MOST_COUNTED:
        return "That is a long way. I count a hundred numbers at most."
    step = 1 if last >= first else -1
    return ", ".join(str(number) for number in range(first, last + step, step)) + "."
