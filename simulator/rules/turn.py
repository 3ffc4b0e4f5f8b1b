"""Reads a conversation, as items on the wire, for what a rule needs: what was just heard, and what went before.

Item and content shapes are those of the realtime service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.rules.words import MAX_HEARD, Word, words_of

_MAX_ITEMS = 200


@dataclass(frozen=True)
class ToolResult:
    """A call that was made and what came back, as text."""

    name: str
    arguments: Mapping[str, Any]
    output: str


@dataclass(frozen=True)
class Turn:
    """What a rule may know.

    `heard` is None before anybody has spoken. `earlier` and `said` are what the user and the assistant said before,
    oldest first. `results` are outputs that came in since either last spoke. `noted`: the service put a note of its
    own right before what was heard, as it does when the idle timeout is over. `picture` is the last that was shown, as
    a data URI; `shown_now`: since the assistant last spoke.
    """

    heard: str | None
    words: tuple[Word, ...]
    earlier: tuple[str, ...]
    said: tuple[str, ...]
    results: tuple[ToolResult, ...]
    noted: bool
    last_tool: str | None
    instructions: str
    now: datetime
    picture: str | None = None
    shown_now: bool = False

    @property
    def plain(self) -> str:
        """What was heard, as rules see it."""
        return " ".join(word.plain for word in self.words)


def read_turn(items: Sequence[Mapping[str, Any]], instructions: str, now: datetime) -> Turn:
    """The turn that is to be answered. Looks at the last 200 items; tolerates any shape."""
    users: list[str] = []
    said: list[str] = []
    calls: dict[str, tuple[str, Mapping[str, Any]]] = {}
    results: list[ToolResult] = []
    noted, role_before, last_tool = False, None, None
    picture, shown_now = None, False
    for item in items[-_MAX_ITEMS:]:
        kind, role = item.get("type"), item.get("role")
        if kind == "message" and role == "user":
            users.append(_text(item))
            results.clear()
            found = _picture(item)
            picture, shown_now = found or picture, shown_now or found is not None
            noted = role_before == "system"
        elif kind == "message" and role == "assistant":
            said.append(_text(item))
            results.clear()
            shown_now = False
        elif kind == "function_call":
            last_tool = str(item.get("name", ""))
            calls[str(item.get("call_id"))] = (last_tool, _object(item.get("arguments")))
        elif kind == "function_call_output":
            name, arguments = calls.get(str(item.get("call_id")), ("", {}))
            results.append(ToolResult(name, arguments, str(item.get("output", ""))))
        role_before = role
    heard = users[-1] if users else None
    return Turn(
        heard=heard,
        words=tuple(words_of(heard or "")),
        earlier=tuple(users[:-1]),
        said=tuple(said),
        results=tuple(results),
        noted=noted,
        last_tool=last_tool,
        instructions=instructions,
        now=now,
        picture=picture,
        shown_now=shown_now,
    )


def _text(item: Mapping[str, Any]) -> str:
    parts = item.get("content")
    if not isinstance(parts, list):
        return ""
    texts = [part.get("text") or part.get("transcript") for part in parts if isinstance(part, dict)]
    return " ".join(text.strip() for text in texts if isinstance(text, str))[:MAX_HEARD].strip()


def _picture(item: Mapping[str, Any]) -> str | None:
    parts = item.get("content")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and part.get("type") == "input_image" and isinstance(part.get("image_url"), str):
            return str(part["image_url"])
    return None


def _object(encoded: Any) -> Mapping[str, Any]:
    try:
        decoded = json.loads(encoded)
    except (TypeError, ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}
