"""A little geography, and honesty about everything that would need the network."""

from __future__ import annotations

import re

from simulator.rules.turn import Turn

CAPITALS = {
    "france": "Paris",
    "germany": "Berlin",
    "italy": "Rome",
    "spain": "Madrid",
    "portugal": "Lisbon",
    "england": "London",
    "the united kingdom": "London",
    "scotland": "Edinburgh",
    "ireland": "Dublin",
    "wales": "Cardiff",
    "the netherlands": "Amsterdam",
    "belgium": "Brussels",
    "austria": "Vienna",
    "switzerland": "Bern",
    "sweden": "Stockholm",
    "norway": "Oslo",
    "denmark": "Copenhagen",
    "finland": "Helsinki",
    "poland": "Warsaw",
    "greece": "Athens",
    "hungary": "Budapest",
    "turkey": "Ankara",
    "the united states": "Washington",
    "america": "Washington",
    "canada": "Ottawa",
    "mexico": "Mexico City",
    "brazil": "Brasilia",
    "argentina": "Buenos Aires",
    "chile": "Santiago",
    "peru": "Lima",
    "japan": "Tokyo",
    "china": "Beijing",
    "india": "New Delhi",
    "south korea": "Seoul",
    "thailand": "Bangkok",
    "australia": "Canberra",
    "new zealand": "Wellington",
    "egypt": "Cairo",
    "kenya": "Nairobi",
    "nigeria": "Abuja",
    "morocco": "Rabat",
}
_CAPITAL = re.compile(r"\bcapitals?\b(?! letter)")
_ONLINE = re.compile(
    r"\b(weather|forecast|temperature|rain(ing|y)?|sunny|news|headlines|stock|traffic|score|football)\b"
)


def name_capital(turn: Turn) -> str | None:
    """The capital of a country we know; an honest sentence about one we do not."""
    if not _CAPITAL.search(turn.plain):
        return None
    for country in sorted(CAPITALS, key=len, reverse=True):
        if re.search(rf"\b{country.removeprefix('the ')}\b", turn.plain):
            return f"The capital of {_titled(country)} is {CAPITALS[country]}."
    return f"I know the capitals of {len(CAPITALS)} countries, but not that one."


def admit_offline(turn: Turn) -> str | None:
    """Weather, news and the like."""
    asked = _ONLINE.search(turn.plain)
    if not asked:
        return None
    topic = "the weather" if re.search(r"weather|forecast|temperature|rain|sunny", asked.group(1)) else "that"
    return f"I am running offline, so I cannot look up {topic}."


def _titled(country: str) -> str:
    return " ".join(word if word == "the" else word.capitalize() for word in country.split())
