"""Sums as people say them: "what is seven times eight", "add 12 and 30", "20 percent of 50", "the square root of nine".

A small recursive reader over words, exact fractions underneath. Multiplication binds before addition, as on paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulator.rules.numbers import number_at, say_number

_MAX_WORDS = 120
_MAX_DEPTH = 12
_MAX_VALUE = 10**15
_MAX_EXPONENT = 64

_ADDING = {
    ("plus",): "plus",
    ("minus",): "minus",
    ("take", "away"): "minus",
    ("added", "to"): "plus",
    ("less",): "minus",
}
_SCALING = {
    ("times",): "times",
    ("x",): "times",
    ("by",): "times",
    ("multiplied", "by"): "times",
    ("multiplied", "with"): "times",
    ("divided", "by"): "divided by",
    ("over",): "divided by",
}
# "add A and B": what opens it, which words stand between, the operator they mean, whether the order is turned round.
_COMMANDS: list[tuple[tuple[str, ...], set[str], str, bool]] = [
    (("add",), {"and", "to", "with", "plus"}, "plus", False),
    (("sum", "of"), {"and", "plus"}, "plus", False),
    (("subtract",), {"from"}, "minus", True),
    (("take",), {"from"}, "minus", True),
    (("difference", "between"), {"and"}, "minus", False),
    (("multiply",), {"by", "and", "with", "times"}, "times", False),
    (("product", "of"), {"and"}, "times", False),
    (("divide",), {"by"}, "divided by", False),
]


class TooMuchError(ArithmeticError):
    """A result that no rule should spend time on."""


@dataclass(frozen=True)
class Term:
    """A part of a sum: its value, how it is said, where the words after it begin, how many operators it holds."""

    value: Fraction
    said: str
    end: int
    operators: int = 0


def answer_sum(words: Sequence[str]) -> str | None:
    """A sentence with the result of the first sum in `words`, or None if there is none."""
    words = list(words[:_MAX_WORDS])
    for start in range(len(words)):
        try:
            found = _command(words, start) or _additions(words, start, 0)
        except ZeroDivisionError:
            return "Nothing can be divided by zero."
        except TooMuchError:
            return "That is more than I can work out."
        if found and found.operators:
            return f"{found.said[0].upper()}{found.said[1:]} is {say_number(found.value)}."
    return None


def _command(words: Sequence[str], start: int) -> Term | None:
    for opening, between, operator, reverse in _COMMANDS:
        at = start + len(opening)
        if tuple(words[start:at]) != opening:
            continue
        left = _factor(words, at, 0)
        while left and left.end < len(words) and words[left.end] in between:
            right = _factor(words, left.end + 1, 0)
            if right is None:
                break
            left = _applied(operator, right, left, right.end) if reverse else _applied(operator, left, right, right.end)
        if left and left.operators:
            return left
    return None


def _additions(words: Sequence[str], start: int, depth: int) -> Term | None:
    left = _products(words, start, depth)
    while left and (operator := _operator(words, left.end, _ADDING)):
        right = _products(words, left.end + operator[1], depth, after_operator=True)
        if right is None:
            break
        left = _applied(operator[0], left, right, right.end)
    return left


def _products(words: Sequence[str], start: int, depth: int, *, after_operator: bool = False) -> Term | None:
    left = _factor(words, start, depth, by_sound=after_operator or _operator_follows(words, start))
    while left and (operator := _operator(words, left.end, _SCALING)):
        right = _factor(words, left.end + operator[1], depth, by_sound=True)
        if right is None:
            break
        left = _applied(operator[0], left, right, right.end)
    return left


def _factor(words: Sequence[str], start: int, depth: int, *, by_sound: bool = False) -> Term | None:
    if depth > _MAX_DEPTH or start >= len(words):
        return None
    if words[start] == "minus":
        inner = _factor(words, start + 1, depth + 1)
        return inner and Term(-inner.value, f"minus {inner.said}", inner.end, inner.operators)
    if words[start] == "the":
        return _factor(words, start + 1, depth + 1)
    for opening, change in _OPENINGS.items():
        if tuple(words[start : start + len(opening)]) == opening:
            inner = _factor(words, start + len(opening), depth + 1)
            said = " ".join(opening)
            return inner and Term(change(inner.value), f"{said} {inner.said}", inner.end, inner.operators + 1)
    read = number_at(words, start, by_sound=by_sound)
    return read and _endings(words, Term(read[0], say_number(read[0]), read[1]), depth)


def _endings(words: Sequence[str], term: Term, depth: int) -> Term | None:
    rest = list(words[term.end : term.end + 4])
    if rest[:1] in (["squared"], ["cubed"]):
        power = 2 if rest[0] == "squared" else 3
        return Term(_power(term.value, Fraction(power)), f"{term.said} {rest[0]}", term.end + 1, term.operators + 1)
    if rest == ["to", "the", "power", "of"]:
        exponent = _factor(words, term.end + 4, depth + 1, by_sound=True)
        if exponent:
            value = _power(term.value, exponent.value)
            return Term(value, f"{term.said} to the power of {exponent.said}", exponent.end, term.operators + 1)
    per_cent = 1 if rest[:1] == ["percent"] else 2 if rest[:2] == ["per", "cent"] else 0
    if per_cent and rest[per_cent : per_cent + 1] == ["of"]:
        whole = _factor(words, term.end + per_cent + 1, depth + 1, by_sound=True)
        if whole:
            return Term(term.value * whole.value / 100, f"{term.said} percent of {whole.said}", whole.end, 1)
    return term


def _applied(operator: str, left: Term, right: Term, end: int) -> Term:
    if operator == "plus":
        value = left.value + right.value
    elif operator == "minus":
        value = left.value - right.value
    elif operator == "times":
        value = left.value * right.value
    else:
        value = left.value / right.value
    if abs(value) > _MAX_VALUE or value.denominator > _MAX_VALUE:
        raise TooMuchError
    return Term(value, f"{left.said} {operator} {right.said}", end, left.operators + right.operators + 1)


def _operator(words: Sequence[str], at: int, known: dict[tuple[str, ...], str]) -> tuple[str, int] | None:
    for spelled, operator in known.items():
        if tuple(words[at : at + len(spelled)]) == spelled:
            return operator, len(spelled)
    return None


def _operator_follows(words: Sequence[str], at: int) -> bool:
    return _operator(words, at + 1, _ADDING | _SCALING) is not None


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > _MAX_EXPONENT:
        raise TooMuchError
    if base and abs(exponent) * abs(math.log10(abs(base))) > 15:
        raise TooMuchError
    return base**exponent.numerator


def _root(value: Fraction) -> Fraction:
    if value < 0 or value > _MAX_VALUE:
        raise TooMuchError
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return Fraction(math.sqrt(value))


def _halved(value: Fraction) -> Fraction:
    return value / 2


def _doubled(value: Fraction) -> Fraction:
    return value * 2


_OPENINGS: dict[tuple[str, ...], Callable[[Fraction], Fraction]] = {
    ("square", "root", "of"): _root,
    ("root", "of"): _root,
    ("half", "of"): _halved,
    ("a", "half", "of"): _halved,
    ("half",): _halved,
    ("twice",): _doubled,
    ("double",): _doubled,
}
