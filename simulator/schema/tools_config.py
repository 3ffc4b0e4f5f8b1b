"""Which tools a session or a response may declare, and how one is chosen.

Shapes: OpenAI's spec, August 2026; the flat function shape is the one that Azure accepts. Sizes are our reading.
"""

from __future__ import annotations

from typing import Any

from simulator.schema.shapes import (
    flag,
    free_object,
    list_of,
    nullable,
    one_of,
    record,
    text,
    variants,
    wrong_type,
)

MAX_TOOLS = 128
_NAME = text(64, least=1, pattern=r"[a-zA-Z0-9_-]+")
_LABEL = text(256, least=1)

_FUNCTION = record(
    {
        "type": one_of("function"),
        "name": _NAME,
        "description": text(16_384),
        "parameters": free_object(65_536),
    },
    required=("type", "name"),
)

_FILTER = record({"tool_names": list_of(_LABEL, MAX_TOOLS), "read_only": flag})


def _allowed_tools(value: Any, path: str) -> Any:
    return list_of(_LABEL, MAX_TOOLS)(value, path) if isinstance(value, list) else _FILTER(value, path)


def _require_approval(value: Any, path: str) -> Any:
    if isinstance(value, str):
        return one_of("always", "never")(value, path)
    return record({"always": _FILTER, "never": _FILTER})(value, path)


def _headers(value: Any, path: str) -> dict[str, str]:
    given = free_object(16_384)(value, path)
    return {name: text(8_192)(one, path) for name, one in given.items()}


_CONNECTORS = one_of(
    "connector_dropbox",
    "connector_gmail",
    "connector_googlecalendar",
    "connector_googledrive",
    "connector_microsoftteams",
    "connector_outlookcalendar",
    "connector_outlookemail",
    "connector_sharepoint",
)

_MCP_FIELDS = record(
    {
        "type": one_of("mcp"),
        "server_label": _LABEL,
        "server_url": text(2_048, least=1),
        "connector_id": _CONNECTORS,
        "tunnel_id": text(39, pattern=r"tunnel_[a-z0-9]{32}"),
        "authorization": text(8_192),
        "server_description": text(4_096),
        "headers": nullable(_headers),
        "allowed_tools": nullable(_allowed_tools),
        "allowed_callers": nullable(list_of(one_of("direct", "programmatic"), 2, least=1)),
        "require_approval": nullable(_require_approval),
        "defer_loading": flag,
    },
    required=("type", "server_label"),
)


def _mcp(value: Any, path: str) -> dict[str, Any]:
    """Checked, then echoed without its credentials (our reading): the simulator never calls such a server."""
    checked: dict[str, Any] = _MCP_FIELDS(value, path)
    return {name: one for name, one in checked.items() if name not in ("authorization", "headers")}


tools = list_of(variants("type", {"function": _FUNCTION, "mcp": _mcp}), MAX_TOOLS)
"""The `tools` of a session or a response."""

_CHOSEN = variants(
    "type",
    {
        "function": record({"type": one_of("function"), "name": _NAME}, required=("type", "name")),
        "mcp": record(
            {"type": one_of("mcp"), "server_label": _LABEL, "name": _LABEL}, required=("type", "server_label")
        ),
    },
)


def tool_choice(value: Any, path: str) -> Any:
    """One of three words, or the one tool that must be called."""
    if isinstance(value, str):
        return one_of("auto", "none", "required")(value, path)
    if isinstance(value, dict):
        return _CHOSEN(value, path)
    raise wrong_type(value, "a string or an object", path)
