"""Things to tell: jokes, a short story and a long one.

The long story takes well over half a minute to speak, so that there is time to interrupt it.
"""

from __future__ import annotations

import re

from simulator.rules.turn import Turn

JOKES = (
    "Why did the microphone go to school? It wanted to be a little louder in class.",
    "I told my computer that I needed a break. It said: no problem, I will go to sleep.",
    "Why are echoes so polite? They always let you finish first.",
    "What do you call a bear with no teeth? A gummy bear.",
    "Why did the cable feel lonely? It had lost its connection.",
    "What is a robot's favourite snack? Computer chips.",
)
SHORT_STORY = "A snail set out to see the sea. It took her a year. The sea was still there, and it was worth it."
LONG_STORY = (
    "Once upon a time there was a lighthouse keeper called Martha, who lived on a rock far out in the sea. "
    "Every evening she climbed two hundred steps, lit the great lamp, and sat down with a cup of tea. "
    "One night the wind blew so hard that the tea went cold before she could drink it. "
    "Then she heard a small voice outside the window, and it was a gull who had lost his way. "
    "Martha opened the window, and the gull came in, shook his feathers, and looked at the lamp. "
    "He said that he had never seen the sun so close. "
    "Martha laughed, and she told him that it was only a lamp, but that it had brought many ships home. "
    "All night long they talked about storms, and about whales, and about the island where the gull was born. "
    "In the morning the sea was as flat as a table. "
    "The gull thanked her and flew away, straight as an arrow, over the shining water. "
    "Since that day he has come back every evening, just before dark, and Martha always puts out a second cup. "
    "And if you sail past that rock at night, you may see two shadows in the light. That is the end of the story."
)

_JOKE = re.compile(r"\b(jokes?|make me laugh|something funny)\b")
_ANOTHER = re.compile(r"^(please )?(tell me )?(another( one)?|one more|more)( please)?$")
_STORY = re.compile(r"\bstor(y|ies)\b|\btell me a tale\b|\bread me something\b|\btalk for a (long )?while\b")


def tell_joke(turn: Turn) -> str | None:
    """The next joke not yet told in this conversation; "another one" counts right after a joke."""
    told = [said for said in turn.said if said in JOKES]
    again = _ANOTHER.search(turn.plain) and turn.said and turn.said[-1] in JOKES
    if not (again or _JOKE.search(turn.plain)):
        return None
    return JOKES[len(told) % len(JOKES)]


def tell_story(turn: Turn) -> str | None:
    """The long story, or the short one if that is asked for."""
    if not _STORY.search(turn.plain):
        return None
    return SHORT_STORY if re.search(r"\b(short|brief|quick|little)\b", turn.plain) else LONG_STORY
