"""Fills a tool's parameters from the words of a clause, as far as their JSON schemas say what would fit.

Flat parameters only: enums, colours, numbers, booleans, and free text that follows a word such as "to", "in" or
"called". What does not fit is left out, and a required parameter left out means that the tool was not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.rules.colours import colour_in
from simulator.rules.numbers import number_at
from simulator.rules.tool_words import Clause, Tool, stems
from simulator.rules.words import plain, words_of

_ON = {"on", "enable", "enabled", "yes", "true", "start", "show", "open"}
_OFF = {"off", "disable", "disabled", "no", "false", "stop", "hide", "close", "not"}
_NAMING = ("called", "named", "titled", "saying", "says", "reads")
_LEADING = ("to", "about", "in", "for", "at", "of", "with", "on")
_LONGEST_TEXT = 200


def arguments_for(tool: Tool, clause: Clause) -> dict[str, Any]:
    """Every parameter that the clause gives a fitting value for, in the schema's order."""
    chosen = {
        name: _choice(schema["enum"], clause.plain) for name, schema in tool.parameters.items() if _has_choices(schema)
    }
    # The words of a choice are not part of any free text: "the weather in Paris in celsius".
    taken = {word for choice in chosen.values() if choice is not None for word in _spoken(choice).split()}
    rest = Clause(tuple(word for word in clause.words if word.plain not in taken))
    filled = {
        name: chosen[name] if name in chosen else _value(tool, name, schema, rest)
        for name, schema in tool.parameters.items()
    }
    return {name: value for name, value in filled.items() if value is not None}


def missing_from(tool: Tool, arguments: Mapping[str, Any]) -> list[str]:
    """Required parameters without a value."""
    return sorted(tool.required - set(arguments))


def forced_arguments(tool: Tool, clause: Clause) -> dict[str, Any]:
    """As `arguments_for`, with a plain stand-in for each required parameter that the words do not give."""
    filled = arguments_for(tool, clause)
    for name in missing_from(tool, filled):
        filled[name] = _stand_in(name, tool.parameters.get(name, {}), clause)
    return filled


def wants_colour(name: str, schema: Mapping[str, Any]) -> bool:
    """Whether this parameter is a colour, going by its name and description."""
    return "enum" not in schema and "color" in plain(f"{_spaced(name)} {schema.get('description') or ''}").split()


def _value(tool: Tool, name: str, schema: Mapping[str, Any], clause: Clause) -> Any:
    words = clause.plain
    kind = _kind(schema)
    if kind in ("integer", "number"):
        return _number(schema, kind, words)
    if kind == "boolean":
        return False if _OFF & set(words) else True if _ON & set(words) else None
    if kind != "string":
        return None
    if wants_colour(name, schema):
        return colour_in(words)
    return _text(tool, clause, [word.plain for word in words_of(_spaced(name))])


def _has_choices(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("enum"), list)


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    return kind if isinstance(kind, str) else "string"


def _choice(choices: Sequence[Any], words: Sequence[str]) -> Any:
    heard = " ".join(words)
    fitting = [
        choice for choice in choices if _spoken(choice) and re.search(rf"\b{re.escape(_spoken(choice))}\b", heard)
    ]
    # The longest: "dark blue" before "blue".
    return max(fitting, key=lambda choice: len(_spoken(choice)), default=None)


def _spoken(choice: Any) -> str:
    return plain(_spaced(str(choice))) if isinstance(choice, str | int | float) else ""


def _spaced(name: str) -> str:
    return re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", name)


def _number(schema: Mapping[str, Any], kind: str, words: Sequence[str]) -> int | float | None:
    for at in range(len(words)):
        read = number_at(words, at)
        if read is None:
            continue
        value = -read[0] if at and words[at - 1] == "minus" else read[0]
        if kind == "integer" and value.denominator != 1:
            return None
        low, high = schema.get("minimum"), schema.get("maximum")
        if (isinstance(low, int | float) and value < low) or (isinstance(high, int | float) and value > high):
            return None
        return value.numerator if value.denominator == 1 else float(value)
    return None


def _text(tool: Tool, clause: Clause, own_name: Sequence[str]) -> str | None:
    words = clause.plain
    for marks in (own_name, _NAMING, _LEADING):
        for at, word in enumerate(words[:-1]):
            if word in marks:
                return _written(clause, at + 1)
    about = [at for at, word in enumerate(words) if stems([word]) & tool.about]
    return _written(clause, about[-1] + 1) if about else None


def _written(clause: Clause, start: int) -> str | None:
    while start < len(clause.words) and clause.words[start].plain in ("the", "a", "an", "is", "to"):
        start += 1
    words = list(clause.words[start:])
    while words and words[-1].plain in _LEADING:
        words.pop()
    return " ".join(word.written for word in words if word.written)[:_LONGEST_TEXT] or None


def _stand_in(name: str, schema: Mapping[str, Any], clause: Clause) -> Any:
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    kind = _kind(schema)
    low = schema.get("minimum")
    plain_values: dict[str, Any] = {
        "integer": low if isinstance(low, int) else 0,
        "number": low if isinstance(low, int | float) else 0,
        "boolean": True,
        "array": [],
        "object": {},
        "null": None,
    }
    if kind in plain_values:
        return plain_values[kind]
    return "blue" if wants_colour(name, schema) else _written(clause, 0) or "unknown"
