"""Items of a client: the echo of each kind, and what is refused."""

from __future__ import annotations

import base64
import random
import re
from typing import Any

import pytest

from simulator.engine.items import MAX_AUDIO_BYTES, checked_item, decoded_audio
from simulator.ids import Ids
from simulator.refusals import Rejected

IDS = Ids(random.Random(1))
PICTURE = "data:image/png;base64,iVBORw0KGgo="


def message(role: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": list(parts), **more}


def text(kind: str = "input_text") -> dict[str, str]:
    return {"type": kind, "text": "Hello"}


@pytest.mark.parametrize(
    "item",
    [
        message("user", text()),
        message("system", text(), text()),
        message("assistant", text("output_text")),
        message("user", {"type": "input_image", "image_url": PICTURE, "detail": "low"}, text()),
    ],
)
def test_a_message_is_echoed_with_id_and_status(item: dict[str, Any]) -> None:
    echoed, audio = checked_item(item, "item", IDS)
    assert re.fullmatch(r"item_[0-9A-Za-z]{21}", echoed["id"])
    assert list(echoed) == ["id", "type", "status", "role", "content"]
    assert (echoed["status"], echoed["content"], audio) == ("completed", item["content"], None)


def test_a_client_may_choose_the_id() -> None:
    assert checked_item(message("user", text(), id="mine"), "item", IDS)[0]["id"] == "mine"


def test_a_picture_has_a_detail() -> None:
    echoed, _ = checked_item(message("user", {"type": "input_image", "image_url": PICTURE}), "item", IDS)
    assert echoed["content"][0]["detail"] == "auto"


def test_the_output_of_a_function_has_no_status() -> None:
    item = {"type": "function_call_output", "call_id": "call_1", "output": "", "status": "completed"}
    echoed, _ = checked_item(item, "item", IDS)
    assert list(echoed) == ["id", "type", "call_id", "output"]


def test_a_function_call_gets_a_call_id() -> None:
    echoed, _ = checked_item({"type": "function_call", "name": "look", "arguments": "{}"}, "item", IDS)
    assert re.fullmatch(r"call_[0-9A-Za-z]{16}", echoed["call_id"])
    kept, _ = checked_item({**echoed, "call_id": "call_mine"}, "item", IDS)
    assert kept["call_id"] == "call_mine"


def test_audio_is_taken_out_of_the_item() -> None:
    part = {"type": "input_audio", "audio": base64.b64encode(b"\x01\x02").decode()}
    echoed, audio = checked_item(message("user", part, part), "item", IDS)
    assert audio == b"\x01\x02\x01\x02"
    assert echoed["content"] == [{"type": "input_audio", "transcript": None}] * 2


@pytest.mark.parametrize(
    ("item", "code", "param"),
    [
        ("text", "invalid_type", "item"),
        ({}, "missing_required_parameter", "item.type"),
        ({"type": "mcp_call"}, "invalid_value", "item.type"),
        ({"type": "message"}, "missing_required_parameter", "item.role"),
        (message("owner", text()), "invalid_value", "item.role"),
        ({"type": "message", "role": "user"}, "missing_required_parameter", "item.content"),
        (message("user", text("output_text")), "invalid_value", "item.content[0].type"),
        (message("assistant", {"type": "output_audio"}), "invalid_value", "item.content[0].type"),
        (message("user", text(), {"type": "input_text"}), "missing_required_parameter", "item.content[1].text"),
        (message("user", text(), id="x" * 33), "invalid_value", "item.id"),
        (message("user", text(), mood="calm"), "unknown_parameter", "item.mood"),
        (message("user", {"type": "input_audio", "audio": "§"}), "invalid_value", "item.content[0].audio"),
        (
            message("user", {"type": "input_image", "image_url": "https://example.com/a.png"}),
            "invalid_value",
            "item.content[0].image_url",
        ),
        (
            message("user", {"type": "input_image", "image_url": "data:image/gif;base64,R0lGODlh"}),
            "invalid_value",
            "item.content[0].image_url",
        ),
        (
            message("user", {"type": "input_image", "image_url": "data:image/png;base64,§"}),
            "invalid_value",
            "item.content[0].image_url",
        ),
        (
            message("user", {"type": "input_image", "image_url": "data:image/jpeg;base64,iVBORw0KGgo="}),
            "invalid_value",
            "item.content[0].image_url",
        ),
        ({"type": "function_call", "name": "look"}, "missing_required_parameter", "item.arguments"),
        ({"type": "function_call_output", "call_id": "c"}, "missing_required_parameter", "item.output"),
    ],
)
def test_refused(item: Any, code: str, param: str) -> None:
    with pytest.raises(Rejected) as refusal:
        checked_item(item, "item", IDS)
    assert (refusal.value.code, refusal.value.param) == (code, param)


def test_audio_is_bounded() -> None:
    with pytest.raises(Rejected) as refusal:
        decoded_audio("A" * (4 * (MAX_AUDIO_BYTES // 3 + 2)), "audio")
    assert refusal.value.param == "audio"
    assert len(str(refusal.value)) < 200
