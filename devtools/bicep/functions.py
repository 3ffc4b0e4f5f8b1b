"""The functions of Bicep that the templates use, by Microsoft's documentation of each.

`uniqueString` and `guid` give other values than Azure's, of the same form: only that the same words give the same name
matters here. `fail` raises `Refused`, as Azure would refuse the deployment.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from devtools.bicep.lexer import BicepFault

UNIQUE_LENGTH = 13
"""How many characters `uniqueString` gives (Microsoft's page of the function)."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class Refused(BicepFault):
    """A template refuses these parameters on purpose. The text is the template's own."""


def unique_string(*words: str) -> str:
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:UNIQUE_LENGTH])


def guid(*words: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(words)))


def text_of(value: object) -> str:
    """A value as `string()` and `${…}` write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise BicepFault(f"{value!r} cannot stand in a text")


def _refuse(message: str) -> Any:
    raise Refused(message)


def _empty(value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, (str, list, Mapping)):
        return len(value) == 0
    raise BicepFault(f"empty() of {value!r}")


def _contains(container: object, item: object) -> bool:
    """A key of an object in any case, a part of a text, an entry of a list."""
    if isinstance(container, Mapping):
        return text_of(item).lower() in {key.lower() for key in container}
    if isinstance(container, str):
        return text_of(item) in container
    if isinstance(container, list):
        return item in container
    raise BicepFault(f"contains() in {container!r}")


def _union(*values: Any) -> Any:
    """Lists without repetitions; objects, the later one winning, and merged where both have an object."""
    if all(isinstance(value, list) for value in values):
        found: list[Any] = []
        for value in values:
            found += [item for item in value if item not in found]
        return found
    merged: dict[str, Any] = {}
    for value in values:
        if not isinstance(value, Mapping):
            raise BicepFault(f"union() of {value!r}")
        for key, item in value.items():
            both = isinstance(item, Mapping) and isinstance(merged.get(key), Mapping)
            merged[key] = _union(merged[key], item) if both else item
    return merged


def _concat(*values: Any) -> Any:
    if all(isinstance(value, list) for value in values):
        return [item for value in values for item in value]
    return "".join(text_of(value) for value in values)


def _join(items: list[Any], between: str) -> str:
    return between.join(text_of(item) for item in items)


PURE: dict[str, Callable[..., Any]] = {
    "any": lambda value: value,
    "concat": _concat,
    "contains": _contains,
    "empty": _empty,
    "fail": _refuse,
    "guid": guid,
    "join": _join,
    "string": text_of,
    "toLower": lambda text: str(text).lower(),
    "union": _union,
    "uniqueString": unique_string,
}
"""Functions of their arguments alone."""
