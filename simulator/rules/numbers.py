"""Numbers in words and in digits, read from recognised speech and written for speech."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from simulator.rules.words import listed

MAX_DIGITS = 15

_UNDER_TWENTY = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_SMALL = {word: value for value, word in enumerate(_UNDER_TWENTY)}
_TENS = {
    word: 10 * value for value, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
} | {"fourty": 40}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ALONE = {"dozen": Fraction(12), "half": Fraction(1, 2)}
_AFTER_ARTICLE = {"hundred", *_SCALES, *_ALONE}
_SOUNDS_LIKE = {"to": 2, "too": 2, "for": 4, "fore": 4, "ate": 8, "won": 1, "tree": 3, "sicks": 6, "tan": 10, "oh": 0}

Read = tuple[Fraction, int]


def number_at(words: Sequence[str], start: int, *, by_sound: bool = False) -> Read | None:
    """The number that begins at `words[start]` and the index after it, or None.

    `by_sound` also takes the words that numbers are misheard as ("to", "for", "ate"): only where a number must stand.
    """
    if start >= len(words):
        return None
    word = words[start]
    if word in {"a", "an"} and start + 1 < len(words) and words[start + 1] in _AFTER_ARTICLE:
        following = words[start + 1]
        return (_ALONE[following], start + 2) if following in _ALONE else _in_words(words, start + 1, first=1)
    if word[0].isdigit():
        return _digits(words, start)
    if word in _ALONE:
        return _ALONE[word], start + 1
    read = _in_words(words, start)
    if read is None and by_sound and word in _SOUNDS_LIKE:
        return Fraction(_SOUNDS_LIKE[word]), start + 1
    return read


def say_number(value: Fraction) -> str:
    """Digits with commas and at most three decimals, "about" before them if that is not exact."""
    rounded = round(value, 3)
    if rounded.denominator == 1:
        digits = f"{abs(rounded.numerator):,}"
    else:
        digits = f"{float(abs(rounded)):,.3f}".rstrip("0")
    return ("" if rounded == value else "about ") + ("minus " if rounded < 0 else "") + digits


def _digits(words: Sequence[str], start: int) -> Read | None:
    digits = words[start].replace(",", "")
    if not digits.isascii() or len(digits) > MAX_DIGITS:
        return None
    value, end = Fraction(digits.rstrip(".")), start + 1
    while end < len(words) and words[end] in _SCALES:
        value, end = value * _SCALES[words[end]], end + 1
    return value, end


def _in_words(words: Sequence[str], start: int, first: int | None = None) -> Read | None:
    total, group, end, heard = 0, first or 0, start, first is not None
    while end < len(words):
        word = words[end]
        if word in _SMALL and _fits(group, _SMALL[word]):
            group += _SMALL[word]
        elif word in _TENS and group % 100 == 0:
            group += _TENS[word]
        elif word == "hundred" and heard and 0 < group < 100:
            group *= 100
        elif word in _SCALES and heard and group:
            total, group = total + group * _SCALES[word], 0
        elif word == "and" and _joins(words, end):
            end += 1
            continue
        else:
            break
        heard = True
        end += 1
    if not heard:
        return None
    return _with_decimals(words, Fraction(total + group), end)


def _fits(group: int, small: int) -> bool:
    """Whether `small` may follow: "twenty one" is a number, "one two" and "twenty twelve" are two."""
    return group == 0 or (small > 0 and (group % 100 == 0 or (group % 10 == 0 and small < 10)))


def _joins(words: Sequence[str], at: int) -> bool:
    """Whether this "and" is inside a number ("one hundred and five"), not between two ("two and three")."""
    return at > 0 and words[at - 1] in {"hundred", *_SCALES} and at + 1 < len(words) and words[at + 1] in _SMALL | _TENS


def _with_decimals(words: Sequence[str], value: Fraction, end: int) -> Read:
    if end < len(words) and words[end] == "point":
        step, at = Fraction(1, 10), end + 1
        while at < len(words) and _SMALL.get(words[at], 10) < 10 and at - end <= MAX_DIGITS:
            value, step, at = value + _SMALL[words[at]] * step, step / 10, at + 1
        if at > end + 1:
            return value, at
    return value, end
