"""The route templates of HTTP triggers: `call/{id}`, `{id:int}`, `{name?}`, `{*rest}`.

Only what this project may use is understood; anything else is refused when the app loads, so that a route never works
here and fails in Azure. Matching follows the Functions host, which uses ASP.NET Core's classic routing: literals
without regard to case, values percent-decoded except `%2F`, a slash at the end ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{(?P<all>\*?)(?P<name>[A-Za-z_]\w*)(?::(?P<rule>\w+))?(?P<optional>\??)\}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _is_int(value: str) -> bool:
    """A 32-bit integer in ASCII digits, as .NET reads it."""
    return re.fullmatch(r"[+-]?[0-9]{1,10}", value) is not None and -(2**31) <= int(value) < 2**31


_RULES: dict[str, Callable[[str], bool]] = {
    "int": _is_int,
    "alpha": lambda value: re.fullmatch(r"[A-Za-z]+", value) is not None,
    "guid": lambda value: _GUID.fullmatch(value) is not None,
}


@dataclass(frozen=True)
class Parameter:
    """One `{…}` of a template."""

    name: str
    rule: str | None = None
    optional: bool = False
    takes_rest: bool = False

    def accepts(self, value: str) -> bool:
        return self.rule is None or _RULES[self.rule](value)


@dataclass(frozen=True)
class RouteTemplate:
    """A parsed template; `text` is what the app wrote, with the prefix."""

    text: str
    segments: tuple[str | Parameter, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """The route values if the raw (percent-encoded) `path` fits, else None. An absent optional has no entry."""
        given = split_path(path)
        values: dict[str, str] = {}
        for index, segment in enumerate(self.segments):
            if isinstance(segment, Parameter) and segment.takes_rest:
                return self._with_rest(values, segment, given[index:])
            if index >= len(given):
                if isinstance(segment, Parameter) and segment.optional:
                    continue
                return None
            value = given[index]
            if isinstance(segment, str):
                if segment.lower() != value.lower():
                    return None
            elif value and segment.accepts(value):
                values[segment.name] = value
            else:
                return None
        return values if len(given) <= len(self.segments) else None

    @staticmethod
    def _with_rest(values: dict[str, str], segment: Parameter, rest: Sequence[str]) -> dict[str, str] | None:
        joined = "/".join(rest)
        if not joined:
            return values
        return {**values, segment.name: joined} if segment.accepts(joined) else None


def parse_template(text: str) -> RouteTemplate:
    """Read a template. Raises ValueError, in a plain sentence, for what the local host does not serve."""
    parts = [part for part in text.strip("/").split("/") if part]
    segments = tuple(_parse_segment(part, text) for part in parts)
    for segment in segments[:-1]:
        if isinstance(segment, Parameter) and (segment.takes_rest or segment.optional):
            raise ValueError(f"In route '{text}', '{{{segment.name}}}' may only stand at the end.")
    return RouteTemplate(text, segments)


def _parse_segment(part: str, text: str) -> str | Parameter:
    if "{" not in part and "}" not in part:
        return part
    found = _PARAMETER.fullmatch(part)
    if found is None:
        raise ValueError(f"In route '{text}', the local host cannot read '{part}'; a segment is text or one {{name}}.")
    rule = found["rule"]
    if rule is not None and rule not in _RULES:
        raise ValueError(f"In route '{text}', the local host does not know ':{rule}'; it knows {', '.join(_RULES)}.")
    return Parameter(found["name"], rule, optional=bool(found["optional"]), takes_rest=bool(found["all"]))


def split_path(path: str) -> list[str]:
    """The decoded segments of a raw path. `%2F` stays as it is: the host never turns it into a separator."""
    trimmed = path.removeprefix("/").removesuffix("/")
    if not trimmed:
        return []
    return [unquote(re.sub("%2[fF]", lambda found: "%25" + found[0][1:], part)) for part in trimmed.split("/")]
