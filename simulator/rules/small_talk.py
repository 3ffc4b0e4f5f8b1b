"""Greetings, thanks, farewells, and what to say to everything else."""

from __future__ import annotations

import re

from simulator.rules.persona import role
from simulator.rules.phrases import next_phrase, tutored_language
from simulator.rules.turn import Turn

_HOW_ARE_YOU = re.compile(r"\bhow (are|is) (you|it going|your day|things)\b|\bare you (well|okay|fine)\b")
_THANKS = re.compile(r"\b(thanks|thank you|thank|cheers)\b")
_GOODBYE = re.compile(r"\b(goodbye|good bye|bye|see you|good night|farewell|hang up)\b")
_LONGEST_FAREWELL = 8
GOODBYE = "Goodbye. It was nice talking to you."
_HELLO = re.compile(r"\b(hello|good (morning|afternoon|evening|day)|greetings)\b")
_STOP = re.compile(
    r"^(please )?(stop|be quiet|quiet|shut up|enough|never mind|wait|hold on)( it| now| please| talking)*$"
)
_YES_NO = re.compile(r"^(yes|yeah|yep|no|nope|okay|sure|all right|alright|fine|great|good|cool|nice|right)( \w+)?$")
_CAN_YOU_HEAR = re.compile(r"\b(can|do|could) you hear me\b|\bare you (there|listening|awake)\b|^(testing|test)\b")
_LONGEST_REPEATED = 80


def chat(turn: Turn) -> str | None:
    """The small coins of conversation."""
    plain = turn.plain
    if _CAN_YOU_HEAR.search(plain):
        return "Yes, I can hear you."
    if _HOW_ARE_YOU.search(plain):
        return "I am very well, thank you. How are you?"
    if _THANKS.search(plain):
        return "You are welcome."
    if _GOODBYE.search(plain):
        return GOODBYE
    if _STOP.search(plain):
        return "All right."
    if _HELLO.search(plain):
        return _greeting(turn)
    return "Good. What shall we do next?" if _YES_NO.search(plain) else None


def leaves(turn: Turn) -> bool:
    """Whether the person takes leave, and does not just talk about it ("how do you say goodbye in Spanish")."""
    words = turn.plain.split()
    return bool(_GOODBYE.search(turn.plain)) and len(words) <= _LONGEST_FAREWELL and "say" not in words


def admit_ignorance(turn: Turn) -> str:
    """Says what was heard, that this is a stand-in, and what would work instead."""
    if tutored_language(turn.instructions):
        return f"Let us go on with the lesson. {next_phrase(turn)}"
    heard = (turn.heard or "").strip()
    opening = f'I heard: "{heard.rstrip(".!?")}". ' if 0 < len(heard) <= _LONGEST_REPEATED else ""
    return (
        f"{opening}I am an offline stand-in for the real model, so I have no good answer. "
        "Try a sum, a joke, a story, or ask me what time it is."
    )


def _greeting(turn: Turn) -> str:
    if tutored_language(turn.instructions):
        return f"Hello! {next_phrase(turn)}"
    return f"Hello! I am your {role(turn.instructions)}. What can I do for you?"
