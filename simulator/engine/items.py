"""Items that a client puts into the conversation: strict checks, and the form in which the service echoes them.

Fields: OpenAI's spec, August 2026. The echo (order of keys, no `object`, no `status` on a function's output) was
recorded on Azure, July 2026. MCP items are refused: there is no MCP server behind this service.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from simulator.ids import Ids
from simulator.parts import Item
from simulator.schema.shapes import Check, list_of, nullable, one_of, out_of_range, record, text, variants

MAX_AUDIO_BYTES = 15 * 1024 * 1024
"""Largest audio in one event (OpenAI's spec), before base64."""
_MAX_TEXT = 1_000_000
_PICTURES = {"data:image/png;base64": b"\x89PNG\r\n\x1a\n", "data:image/jpeg;base64": b"\xff\xd8\xff"}
"""What a data URI says of a picture, and how its bytes begin."""
_BASE64 = text(4 * -(-MAX_AUDIO_BYTES // 3))


def decoded_audio(encoded: Any, path: str) -> bytes:
    """Bytes of base64 audio, at most `MAX_AUDIO_BYTES`. Raises `Rejected` (code `invalid_value`, our reading)."""
    try:
        return base64.b64decode(_BASE64(encoded, path), validate=True)
    except (binascii.Error, ValueError):
        raise out_of_range(path, "expected base64-encoded audio bytes") from None


def checked_item(raw: object, path: str, ids: Ids) -> tuple[Item, bytes | None]:
    """The item as the conversation keeps it, and the audio of its `input_audio` parts, still encoded as it came.

    Raises `Rejected`. An item without an id gets one, a function call without a call id too.
    """
    given = _ITEM(raw, path)
    item_id = given.get("id") or ids.item()
    if given["type"] == "function_call_output":
        return {"id": item_id, "type": given["type"], "call_id": given["call_id"], "output": given["output"]}, None
    item: Item = {"id": item_id, "type": given["type"], "status": given.get("status", "completed")}
    if given["type"] == "function_call":
        call_id = given.get("call_id") or ids.function_call()
        return {**item, "name": given["name"], "call_id": call_id, "arguments": given["arguments"]}, None
    audio = b"".join(part.pop("audio", b"") for part in given["content"])
    return {**item, "role": given["role"], "content": given["content"]}, audio or None


def _audio_part(value: Any, path: str) -> dict[str, Any]:
    given = record({"type": one_of("input_audio"), "audio": decoded_audio, "transcript": nullable(text(_MAX_TEXT))})(
        value, path
    )
    return {"type": "input_audio", "transcript": None, **given}


def _image_part(value: Any, path: str) -> dict[str, Any]:
    fields: dict[str, Check] = {
        "type": one_of("input_image"),
        "image_url": _picture,
        "detail": one_of("auto", "low", "high"),
    }
    return {"detail": "auto", **record(fields, required=("type", "image_url"))(value, path)}


def _picture(value: Any, path: str) -> str:
    """A data URI of a PNG or a JPEG (OpenAI's spec). That its bytes are looked at here is our reading."""
    uri: str = text(28 * 1024 * 1024)(value, path)
    head, _, encoded = uri.partition(",")
    if head not in _PICTURES:
        raise out_of_range(path, "expected a data URI of a PNG or JPEG image")
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise out_of_range(path, "expected base64-encoded image bytes") from None
    if not data.startswith(_PICTURES[head]):
        raise out_of_range(path, "the bytes are no PNG or JPEG image, or not the kind that the data URI names")
    return uri


def _text_part(kind: str) -> Check:
    return record({"type": one_of(kind), "text": text(_MAX_TEXT)}, required=("type", "text"))


def _message(role: str, parts: dict[str, Check]) -> Check:
    fields = {**_COMMON, "role": one_of(role), "content": list_of(variants("type", parts), 64)}
    return record(fields, required=("role", "content"))


_COMMON: dict[str, Check] = {
    "id": nullable(text(32, least=1)),
    "object": one_of("realtime.item"),
    "type": one_of("message", "function_call", "function_call_output"),
    "status": one_of("completed", "incomplete", "in_progress"),
}
_CALL_ID = text(64, least=1)
_MESSAGE = variants(
    "role",
    {
        "system": _message("system", {"input_text": _text_part("input_text")}),
        "user": _message(
            "user", {"input_text": _text_part("input_text"), "input_audio": _audio_part, "input_image": _image_part}
        ),
        # An assistant's audio cannot be seeded (OpenAI's spec), only its text.
        "assistant": _message("assistant", {"output_text": _text_part("output_text")}),
    },
)
_ITEM = variants(
    "type",
    {
        "message": _MESSAGE,
        "function_call": record(
            {**_COMMON, "call_id": _CALL_ID, "name": text(256, least=1), "arguments": text(_MAX_TEXT)},
            required=("name", "arguments"),
        ),
        "function_call_output": record(
            {**_COMMON, "call_id": _CALL_ID, "output": text(_MAX_TEXT)}, required=("call_id", "output")
        ),
    },
)
