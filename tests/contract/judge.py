"""Judges of what the engine emits: the official `openai` package's typed events, and the recorded keys.

The package's models let unknown fields pass, so the judge also refuses every field that they do not know, but for the
few that were recorded on Azure and that the package leaves out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, get_args

from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, Field, TypeAdapter

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "recorded_orders.json").read_text("utf-8"))
_EVENTS: Any = Annotated[get_args(RealtimeServerEvent)[0], Field(discriminator="type")]
_TYPED: TypeAdapter[Any] = TypeAdapter(_EVENTS)
_RECORDED_EXTRAS = {
    "obfuscation",  # in every delta
    "content",  # Azure repeats the part of response.content_part.*
    "object",  # of a session
    "id",
    "expires_at",
}


def parsed(event: dict[str, Any]) -> Any:
    """The event as the package sees it. Fails for an unknown type, a missing field, a wrong value, an unknown field."""
    sent = json.loads(json.dumps(event))
    model = _TYPED.validate_python(sent)
    assert model.type == event["type"]
    unknown = set(_unknown_fields(model)) - _RECORDED_EXTRAS
    assert not unknown, f"{event['type']} has unknown fields {unknown}"
    return model


def check_keys(event: dict[str, Any], recorded_at: str = "azure") -> None:
    """The event's top-level keys equal the recorded ones, if its type was recorded there."""
    recorded = RECORDED["keys"][recorded_at].get(event["type"])
    if recorded is not None:
        assert set(event) == {*recorded, "type"}, event["type"]


def _unknown_fields(value: Any) -> list[str]:
    if isinstance(value, BaseModel):
        found = list(value.model_extra or {})
        for name in type(value).model_fields:
            found += _unknown_fields(getattr(value, name))
        return found
    if isinstance(value, list | tuple):
        return [name for one in value for name in _unknown_fields(one)]
    return []
