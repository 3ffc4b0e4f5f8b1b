"""What was said earlier in the same conversation: a name, a thing to remember, the last words."""

from __future__ import annotations

import re

from simulator.rules.turn import Turn

_NAME = re.compile(r"\b(?:my name is|my names|call me|i am called)\s+([^\W\d_]+)", re.IGNORECASE)
_NOT_NAMES = {"what", "not", "a", "the", "later", "back", "when", "if", "please", "and", "is", "still", "too", "so"}
_WHICH_NAME = re.compile(r"\b(what is|what was|whats|tell me|say|remember|know) my name\b|\bwho am i\b")
_REMEMBER = re.compile(
    r"^\W*(?:please )?remember\W+(?:that )?(?!me\b|my name\W*$|what\b)(.{3,200})", re.IGNORECASE | re.DOTALL
)
_RECALL = re.compile(
    r"\bwhat (?:did|should|have) (?:i|you) (?:tell|ask|asked|told)?.*\bremember\b|\bwhat do you remember\b"
)
_LAST_WORDS = re.compile(r"\bwhat (?:did i|have i|was i) (?:just |last )?(?:say|said|saying)\b")


def recall_name(turn: Turn) -> str | None:
    """Answers "what is my name" from what was said before."""
    if not _WHICH_NAME.search(turn.plain):
        return None
    names = [name for text in turn.earlier if (name := _name_in(text))]
    return f"Your name is {names[-1]}." if names else "You have not told me your name yet."


def learn_name(turn: Turn) -> str | None:
    """Greets whoever gives a name."""
    name = _name_in(turn.heard or "")
    return f"Nice to meet you, {name}." if name else None


def remember(turn: Turn) -> str | None:
    """Takes note, and gives the note back when asked."""
    if _RECALL.search(turn.plain):
        notes = [found.group(1).strip(" .!") for text in turn.earlier if (found := _REMEMBER.match(text))]
        return (
            f"You asked me to remember this: {notes[-1]}." if notes else "You have not asked me to remember anything."
        )
    return "I will remember that until we hang up." if _REMEMBER.match(turn.heard or "") else None


def last_words(turn: Turn) -> str | None:
    """What the user said just before this."""
    if not _LAST_WORDS.search(turn.plain):
        return None
    return (
        f"You said: {turn.earlier[-1]}" if turn.earlier and turn.earlier[-1] else "You have not said anything before."
    )


def _name_in(text: str) -> str | None:
    found = _NAME.search(text.replace("\u2019", "'"))
    if not found or found.group(1).lower() in _NOT_NAMES:
        return None
    return found.group(1).capitalize()
