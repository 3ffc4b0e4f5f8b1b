"""Strict checks of JSON by shape: each takes a value and its path, and returns a clean copy or raises `Rejected`.

Codes recorded on Azure (September 2026): `unknown_parameter`, `missing_required_parameter`, `invalid_value`.
`invalid_type` and the bounds of sizes are our reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.refusals import Rejected

Check = Callable[[Any, str], Any]
MAX_DEPTH = 32
_SHOWN = 40


def decode(raw: str | bytes) -> Any:
    """JSON to Python. Raises `Rejected` (code `invalid_json`) for anything else, however deep or odd."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise Rejected("The text is not valid JSON.", code="invalid_json") from None


def unknown_parameter(path: str) -> Rejected:
    return Rejected(f"Unknown parameter: '{_cut(path, 200)}'.", code="unknown_parameter", param=_cut(path, 200))


def missing_parameter(path: str) -> Rejected:
    return Rejected(f"Missing required parameter: '{path}'.", code="missing_required_parameter", param=path)


def invalid_value(value: object, supported: Sequence[object], path: str) -> Rejected:
    """A value outside a list; the message names every supported one."""
    listed = ", ".join(f"'{one}'" for one in supported)
    return Rejected(
        f"Invalid value: {_shown(value)}. Supported values are: {listed}.", code="invalid_value", param=path
    )


def out_of_range(path: str, what: str) -> Rejected:
    return Rejected(f"Invalid value for '{path}': {what}.", code="invalid_value", param=path)


def wrong_type(value: object, expected: str, path: str) -> Rejected:
    message = f"Invalid type for '{path or 'body'}': expected {expected}, but got {_kind(value)} instead."
    return Rejected(message, code="invalid_type", param=path or None)


def text(limit: int, *, least: int = 0, pattern: str | None = None) -> Check:
    """A string of `least` to `limit` characters that UTF-8 can carry, all of it matching `pattern`."""
    compiled = re.compile(pattern) if pattern else None

    def check(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise wrong_type(value, "a string", path)
        if not least <= len(value) <= limit:
            raise out_of_range(path, f"expected {least} to {limit} characters, but got {len(value)}")
        if not _encodable(value):
            raise out_of_range(path, "the text is not valid Unicode")
        if compiled and not compiled.fullmatch(value):
            raise out_of_range(path, f"expected text that matches '{compiled.pattern}'")
        return value

    return check


def whole(low: int, high: int) -> Check:
    """An integer from `low` to `high`."""

    def check(value: Any, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong_type(value, "an integer", path)
        if not low <= value <= high:
            raise out_of_range(path, f"expected a value from {low} to {high}")
        return value

    return check


def number(low: float, high: float) -> Check:
    """A finite number from `low` to `high`."""

    def check(value: Any, path: str) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise wrong_type(value, "a number", path)
        if not low <= value <= high:  # false for NaN too
            raise out_of_range(path, f"expected a value from {low} to {high}")
        return float(value)

    return check


def flag(value: Any, path: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong_type(value, "a boolean", path)
    return value


def one_of(*supported: str) -> Check:
    """One of these words."""

    def check(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise wrong_type(value, "a string", path)
        if value not in supported:
            raise invalid_value(value, supported, path)
        return value

    return check


def nullable(inner: Check) -> Check:
    return lambda value, path: None if value is None else inner(value, path)


def list_of(inner: Check, limit: int, *, least: int = 0) -> Check:
    """A list of `least` to `limit` things."""

    def check(value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise wrong_type(value, "an array", path)
        if not least <= len(value) <= limit:
            raise out_of_range(path, f"expected {least} to {limit} elements, but got {len(value)}")
        return [inner(one, f"{path}[{index}]") for index, one in enumerate(value)]

    return check


def record(fields: Mapping[str, Check], *, required: Sequence[str] = ()) -> Check:
    """An object with these fields and no other; path "" is the body itself. Only what was sent is in the copy."""

    def check(value: Any, path: str) -> dict[str, Any]:
        given = an_object(value, path)
        for name in required:
            if name not in given:
                raise missing_parameter(_join(path, name))
        for name in given:
            if name not in fields:
                raise unknown_parameter(_join(path, name))
        return {name: fields[name](one, _join(path, name)) for name, one in given.items()}

    return check


def variants(key: str, kinds: Mapping[str, Check]) -> Check:
    """An object whose `key` says which of `kinds` it is."""

    def check(value: Any, path: str) -> Any:
        given = an_object(value, path)
        if key not in given:
            raise missing_parameter(_join(path, key))
        kind = one_of(*kinds)(given[key], _join(path, key))
        return kinds[kind](given, path)

    return check


def free_object(limit: int) -> Check:
    """Any JSON object of at most `limit` characters as text, and no deeper than `MAX_DEPTH`."""

    def check(value: Any, path: str) -> dict[str, Any]:
        given = an_object(value, path)
        if _depth_exceeds(given, MAX_DEPTH):
            raise out_of_range(path, f"it is nested deeper than {MAX_DEPTH} levels")
        try:
            written = json.dumps(given, allow_nan=False, ensure_ascii=False)
        except ValueError:
            raise out_of_range(path, "numbers must be finite") from None
        if len(written) > limit:
            raise out_of_range(path, f"expected at most {limit} characters of JSON")
        if not _encodable(written):
            raise out_of_range(path, "the text is not valid Unicode")
        copied: dict[str, Any] = json.loads(written)
        return copied

    return check


def an_object(value: Any, path: str) -> dict[str, Any]:
    """The value itself if it is a JSON object."""
    if not isinstance(value, dict):
        raise wrong_type(value, "an object", path)
    return value


def _depth_exceeds(value: Any, limit: int) -> bool:
    level: list[Any] = [value]
    for _ in range(limit):
        nested = [one for one in level if isinstance(one, dict | list)]
        if not nested:
            return False
        level = [inner for one in nested for inner in (one.values() if isinstance(one, dict) else one)]
    return any(isinstance(one, dict | list) for one in level)


def _encodable(value: str) -> bool:
    """Half of a surrogate pair is legal in JSON text and in no encoding of it."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: object) -> str:
    return f"'{_cut(value, _SHOWN)}'" if isinstance(value, str) else _kind(value)


def _cut(value: str, limit: int) -> str:
    safe = value.encode("utf-8", "replace").decode()
    return safe if len(safe) <= limit else safe[:limit] + "…"


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "a boolean", int: "an integer", float: "a decimal", str: "a string"}
    return names.get(type(value), "an array" if isinstance(value, list) else "an object")
