"""Client events: from a frame to a checked event, or to the refusal that Azure would send back.

Recorded on Azure, September 2026: an unknown type answers `invalid_value` and lists the accepted types; unknown and
missing fields have codes of their own. The code for a frame that is not JSON is our reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.engine.items import decoded_audio
from simulator.refusals import Rejected
from simulator.schema.shapes import (
    Check,
    an_object,
    decode,
    invalid_value,
    missing_parameter,
    text,
    unknown_parameter,
    whole,
)

MAX_FRAME = 32 * 1024 * 1024
"""Characters of one frame: room for the largest audio or picture."""
_ID = text(512, least=1)
_EVENT_ID = text(512)


@dataclass(frozen=True)
class ClientEvent:
    """A client event whose fields have been checked one by one, but not what they mean together."""

    type: str
    fields: Mapping[str, Any]


def _anything(value: Any, path: str) -> Any:
    """Checked later, by the module that knows what it is."""
    return value


_Fields = Mapping[str, Check]
_NONE: _Fields = {}
_EVENTS: Mapping[str, tuple[_Fields, tuple[str, ...]]] = {
    "session.update": ({"session": _anything}, ("session",)),
    "input_audio_buffer.append": ({"audio": decoded_audio}, ("audio",)),
    "input_audio_buffer.commit": (_NONE, ()),
    "input_audio_buffer.clear": (_NONE, ()),
    "conversation.item.create": ({"previous_item_id": _ID, "item": _anything}, ("item",)),
    "conversation.item.retrieve": ({"item_id": _ID}, ("item_id",)),
    "conversation.item.delete": ({"item_id": _ID}, ("item_id",)),
    "conversation.item.truncate": (
        {"item_id": _ID, "content_index": whole(0, 1_000), "audio_end_ms": whole(0, 86_400_000)},
        ("item_id", "content_index", "audio_end_ms"),
    ),
    "response.create": ({"response": _anything}, ()),
    "response.cancel": ({"response_id": _ID}, ()),
}
_PLAYBACK_EVENTS: Mapping[str, tuple[_Fields, tuple[str, ...]]] = {"output_audio_buffer.clear": (_NONE, ())}


def opened(frame: str | bytes) -> dict[str, Any]:
    """The JSON object in a frame. Raises `Rejected` for a frame that is too long, not JSON or no object."""
    if len(frame) > MAX_FRAME:
        raise Rejected(f"The event is longer than {MAX_FRAME} characters.", code="invalid_event")
    try:
        return an_object(decode(frame), "event")
    except Rejected:
        raise Rejected("The event is not a JSON object.", code="invalid_event") from None


def event_id_of(raw: Mapping[str, Any]) -> str | None:
    """The client's own id of the event, echoed in errors; None if it sent none that can be echoed."""
    try:
        echoed: str = _EVENT_ID(raw.get("event_id"), "event_id")
    except Rejected:
        return None
    return echoed


def checked(raw: Mapping[str, Any], *, playback: bool) -> ClientEvent:
    """The event, every field checked. `playback`: the service paces the sound itself, so it can be told to be silent.

    Raises `Rejected`.
    """
    accepted = {**_EVENTS, **_PLAYBACK_EVENTS} if playback else _EVENTS
    kind = raw.get("type")
    if kind is None:
        raise missing_parameter("type")
    if not isinstance(kind, str) or kind not in accepted:
        raise invalid_value(kind, tuple(accepted), "type")
    fields, required = accepted[kind]
    for name in required:
        if name not in raw:
            raise missing_parameter(name)
    if raw.get("event_id") is not None:
        _EVENT_ID(raw["event_id"], "event_id")
    clean: dict[str, Any] = {}
    for name, value in raw.items():
        if name in ("type", "event_id"):
            continue
        if name not in fields:
            raise unknown_parameter(name)
        if value is not None or name in required:
            clean[name] = fields[name](value, name)
    return ClientEvent(kind, clean)
