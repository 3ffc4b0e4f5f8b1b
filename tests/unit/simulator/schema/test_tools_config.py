"""Tools as the GA shape has them: flat, named, bounded."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.refusals import Rejected
from simulator.schema.tools_config import MAX_TOOLS, tool_choice, tools

TOOL = {"type": "function", "name": "get_page_html"}


def test_a_flat_function_is_taken_as_it_is() -> None:
    tool = {**TOOL, "description": "The page.", "parameters": {"type": "object", "properties": {}}}
    assert tools([tool], "session.tools") == [tool]


@pytest.mark.parametrize(
    ("tool", "code", "param"),
    [
        ({"type": "function", "function": {"name": "x"}}, "missing_required_parameter", "session.tools[0].name"),
        ({**TOOL, "strict": True}, "unknown_parameter", "session.tools[0].strict"),
        ({**TOOL, "name": "two words"}, "invalid_value", "session.tools[0].name"),
        ({"type": "code_interpreter"}, "invalid_value", "session.tools[0].type"),
        ({"name": "x"}, "missing_required_parameter", "session.tools[0].type"),
        ({**TOOL, "parameters": {"a": "x" * 70_000}}, "invalid_value", "session.tools[0].parameters"),
        ({"type": "mcp"}, "missing_required_parameter", "session.tools[0].server_label"),
        (
            {"type": "mcp", "server_label": "a", "require_approval": "often"},
            "invalid_value",
            "session.tools[0].require_approval",
        ),
        ({"type": "mcp", "server_label": "a", "tunnel_id": "t"}, "invalid_value", "session.tools[0].tunnel_id"),
    ],
)
def test_a_wrong_tool_is_named_with_its_place(tool: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(Rejected) as caught:
        tools([tool], "session.tools")
    assert (caught.value.code, caught.value.param) == (code, param)


def test_there_is_a_bound_on_their_number() -> None:
    with pytest.raises(Rejected):
        tools([TOOL] * (MAX_TOOLS + 1), "session.tools")


def test_the_credentials_of_an_mcp_server_are_not_echoed() -> None:
    server = {
        "type": "mcp",
        "server_label": "docs",
        "allowed_tools": {"tool_names": ["find"]},
        "require_approval": None,
    }
    secret = {"authorization": "canary", "headers": {"X-Key": "canary"}}
    assert tools([{**server, **secret}], "session.tools") == [server]


@pytest.mark.parametrize(
    "choice",
    [
        "auto",
        "none",
        "required",
        {"type": "function", "name": "get_page_html"},
        {"type": "mcp", "server_label": "docs"},
        {"type": "mcp", "server_label": "docs", "name": "find"},
    ],
)
def test_every_documented_choice_is_accepted(choice: object) -> None:
    assert tool_choice(choice, "session.tool_choice") == choice


@pytest.mark.parametrize("choice", ["any", None, 1, [], {}, {"type": "function"}, {"type": "function", "function": {}}])
def test_any_other_choice_is_rejected(choice: object) -> None:
    with pytest.raises(Rejected):
        tool_choice(choice, "session.tool_choice")
