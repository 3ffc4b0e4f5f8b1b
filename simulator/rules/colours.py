"""Colour names of CSS as people say them and as recognisers mishear them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.rules.words import listed

COLOURS = frozenset(
    listed(
        "aqua aquamarine azure beige black blue brown chocolate coral crimson cyan fuchsia gold goldenrod gray green "
        "grey indigo ivory khaki lavender lime magenta maroon navy olive orange orchid pink plum purple rebeccapurple "
        "red salmon sienna silver tan teal tomato turquoise violet wheat white yellow darkblue darkgreen darkred "
        "darkgray darkgrey darkorange darkcyan darkviolet deeppink deepskyblue dodgerblue forestgreen hotpink "
        "lightblue lightgreen lightgray lightgrey lightpink lightyellow limegreen mediumpurple midnightblue mintcream "
        "royalblue seagreen skyblue slategray slateblue springgreen steelblue"
    )
)
"""Every one is a colour that a browser understands."""

_MEANT = {
    "read": "red",
    "bread": "red",
    "blew": "blue",
    "lou": "blue",
    "grain": "green",
    "greene": "green",
    "wight": "white",
    "write": "white",
    "right": "white",
    "purpose": "purple",
    "people": "purple",
    "teel": "teal",
    "teal": "teal",
    "tale": "teal",
    "tail": "teal",
    "pinky": "pink",
    "lilac": "plum",
    "blacks": "black",
    "rose": "pink",
    "mustard": "goldenrod",
    "burgundy": "maroon",
    "cream": "ivory",
    "mint": "mintcream",
    "golden": "gold",
}
_TWO_WORDS = {"navy blue": "navy", "dark purple": "indigo", "light purple": "plum", "bright green": "lime"}
_SHADES = ("dark", "light", "deep", "hot", "medium", "pale", "bright")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


def colour_in(words: Sequence[str]) -> str | None:
    """The CSS name (or hex value) of the last colour named in `words`, or None.

    The last, because a change is said as "from white to blue" or "not red, blue". A word that only sounds like a colour
    counts if there is no real one and nothing follows it ("change it to read").
    """
    for end in range(len(words), 0, -1):
        two, one = " ".join(words[max(0, end - 2) : end]), words[end - 1]
        if two in _TWO_WORDS:
            return _TWO_WORDS[two]
        if two.replace(" ", "") in COLOURS:
            return two.replace(" ", "")
        if one in COLOURS or _HEX.fullmatch(one):
            return one
    return _MEANT.get(words[-1]) if words else None


def colour_words(words: Sequence[str]) -> set[str]:
    """Those of `words` that belong to a colour's name, so that they are not taken for anything else."""
    return {word for word in words if word in COLOURS or word in _SHADES}


def say_colour(css: str) -> str:
    """A CSS name as it is said: "lightblue" is "light blue"."""
    for shade in (*_SHADES, "forest", "sky", "sea", "royal", "steel", "spring", "midnight", "slate"):
        if css.startswith(shade) and len(css) > len(shade):
            return f"{shade} {css[len(shade) :]}"
    return css
