"""A handful of phrases in German, French and Spanish, for the language tutor and for anybody who asks.

They are spoken by an English voice, so the accent is a foreigner's.
"""

from __future__ import annotations

import re

from simulator.rules.turn import Turn

PHRASES: dict[str, dict[str, str]] = {
    "german": {
        "hello": "Hallo",
        "good morning": "Guten Morgen",
        "good night": "Gute Nacht",
        "goodbye": "Auf Wiedersehen",
        "thank you": "Danke",
        "please": "Bitte",
        "how are you": "Wie geht es dir",
        "yes": "Ja",
        "no": "Nein",
        "water": "Wasser",
        "bread": "Brot",
        "friend": "Freund",
    },
    "french": {
        "hello": "Bonjour",
        "good morning": "Bonjour",
        "good night": "Bonne nuit",
        "goodbye": "Au revoir",
        "thank you": "Merci",
        "please": "S'il vous pla\u00eet",
        "how are you": "Comment allez-vous",
        "yes": "Oui",
        "no": "Non",
        "water": "Eau",
        "bread": "Pain",
        "friend": "Ami",
    },
    "spanish": {
        "hello": "Hola",
        "good morning": "Buenos d\u00edas",
        "good night": "Buenas noches",
        "goodbye": "Adi\u00f3s",
        "thank you": "Gracias",
        "please": "Por favor",
        "how are you": "C\u00f3mo est\u00e1s",
        "yes": "S\u00ed",
        "no": "No",
        "water": "Agua",
        "bread": "Pan",
        "friend": "Amigo",
    },
}
_SAME = {"hi": "hello", "thanks": "thank you", "bye": "goodbye", "good day": "hello", "many thanks": "thank you"}
_TRANSLATE = re.compile(
    r"\b(?:say|translate|word for|is)\s+(?:the word )?(.{1,40}?)\s+(?:in|into|to) (german|french|spanish)\b"
)
_FIRST_LANGUAGE = re.compile(r"\bin (german|french|spanish)\b.*?\b(?:say|for|is)\s+(.{1,40})$")
_TEACH = re.compile(r"\b(teach|lesson|practi[cs]e|learn|phrase|next one|another (word|phrase))\b")
_TUTOR = re.compile(r"\b(language (tutor|teacher|coach)|tutor|teach(es|er)? .{0,20}language)\b", re.IGNORECASE)


def translate(turn: Turn) -> str | None:
    """ "How do you say thank you in German?" """
    asked = _TRANSLATE.search(turn.plain)
    words, language = (asked.group(1), asked.group(2)) if asked else ("", "")
    if not asked and (turned := _FIRST_LANGUAGE.search(turn.plain)):
        language, words = turned.group(1), turned.group(2)
    if not language:
        return None
    known = PHRASES[language]
    words = _SAME.get(words, words)
    if words in known:
        return f"In {language.capitalize()}, {words} is: {known[words]}."
    return f"I only know a few words of {language.capitalize()}: {', '.join(list(known)[:5])} and some more."


def teach(turn: Turn) -> str | None:
    """The next phrase, in the language asked for or else the tutor's."""
    asked = next((language for language in PHRASES if language in turn.plain.split()), None)
    if not _TEACH.search(turn.plain) or not (asked or tutored_language(turn.instructions)):
        return None
    return next_phrase(turn, asked)


def next_phrase(turn: Turn, language: str | None = None) -> str:
    """A phrase that this conversation has not had yet, to be said after the tutor."""
    language = language or tutored_language(turn.instructions) or "french"
    phrases = PHRASES[language]
    heard = " ".join(turn.said)
    english = next((word for word in phrases if f"{phrases[word]}." not in heard), "hello")
    return f"Repeat after me, in {language.capitalize()}: {phrases[english]}. It means: {english}."


def tutored_language(instructions: str) -> str | None:
    """The language that a tutor's instructions name (French if none); None if they are not a tutor's."""
    if not _TUTOR.search(instructions):
        return None
    lower = instructions.lower()
    named = [language for language in PHRASES if language in lower]
    return min(named, key=lower.index) if named else "french"
