"""Who the assistant says it is, without ever reciting its instructions.

Of the instructions only words from the lists below are ever spoken, so that no text of theirs can leak through a clever
question, nor a secret that somebody put there.
"""

from __future__ import annotations

import re

from simulator.rules.turn import Turn
from simulator.rules.words import listed

ROLES = listed(
    "assistant tutor teacher coach designer guide receptionist agent librarian storyteller companion interviewer "
    "concierge translator host expert advisor helper"
)
KINDS = listed(
    "friendly helpful patient cheerful calm kind polite curious concise warm voice language page web travel kitchen "
    "german french spanish english customer support sales personal"
)
_FIRST_SENTENCE = re.compile(r"[^.!?\n]{1,300}")
_WHO = re.compile(
    r"\b(who|what) are you\b(?! (doing|saying|talking))|\bintroduce yourself\b|\bwhat is your name\b"
    r"|\btell me about yourself\b"
    r"|\bare you (a |an )?(real|human|robot|person|model|computer|machine|ai)\b"
)
_SECRET = re.compile(
    r"\b(your|system|hidden|secret|initial|previous) (\w+ )?(instructions?|prompts?|rules)\b"
    r"|\bwhat were you told\b|\brepeat everything above\b"
)
_HELP = re.compile(
    r"\bwhat (else )?can you (do|say|help)\b|\bhow can you help\b|\bwhat do you do\b|^help( me)?( please)?$"
    r"|\bwhat can i (say|ask)\b"
)
_GREETING_ORDERED = re.compile(
    r"(?:^|[.!?\n])\s*(?:(?:now|please|first|start by|begin by)\s+)*(?:say|saying|greet|greeting)\b"
    r"[^\"\u201c.!?\n]{0,60}[\"\u201c]([^\"\u201d]{1,400})[\"\u201d]",
    re.IGNORECASE,
)
CAPABILITIES = (
    "You can ask me for the time or the date, a sum, a joke, a story, or a capital city. "
    "I can count, spell a word, or repeat after you."
)


def keep_secret(turn: Turn) -> str | None:
    """Declines to recite the instructions."""
    return "I keep my instructions to myself, but do ask me for anything else." if _SECRET.search(turn.plain) else None


def introduce(turn: Turn) -> str | None:
    """Who this is: the persona's role, and that it is a stand-in."""
    if not _WHO.search(turn.plain):
        return None
    return f"I am your {role(turn.instructions)}. To be honest, I am an offline stand-in for the real model."


def offer(turn: Turn) -> str | None:
    """What can be asked."""
    return CAPABILITIES if _HELP.search(turn.plain) else None


def role(instructions: str) -> str:
    """The role that the first sentence gives, such as "friendly language tutor"; "voice assistant" if it gives none."""
    opening = _FIRST_SENTENCE.search(instructions)
    words = re.findall(r"[a-z]+", opening.group().lower()) if opening else []
    for at, word in enumerate(words):
        if word in ROLES:
            kinds = [kind for kind in words[max(0, at - 4) : at] if kind in KINDS]
            return " ".join([*kinds, word])
    return "voice assistant"


def opening_words(instructions: str) -> str:
    """What to say when a response is asked for before anybody has spoken.

    An instruction such as `Greet the caller with "Good morning"` is obeyed: those words are meant to be heard.
    """
    ordered = _GREETING_ORDERED.search(instructions)
    return ordered.group(1).strip() if ordered else f"Hello, I am your {role(instructions)}. How can I help?"
