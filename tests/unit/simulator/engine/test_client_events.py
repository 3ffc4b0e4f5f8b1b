"""Frames: what becomes an event, and the refusals that Azure would send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import client_events
from simulator.engine.client_events import ClientEvent, checked, event_id_of, opened
from simulator.refusals import Rejected


def refusal_of(frame: Any, *, playback: bool = False) -> Rejected:
    with pytest.raises(Rejected) as refusal:
        checked(opened(frame if isinstance(frame, str | bytes) else json.dumps(frame)), playback=playback)
    return refusal.value


@pytest.mark.parametrize("frame", ["", "{", "[]", "null", '"text"', b"\xff\xfe", "[" * 100_000])
def test_what_is_no_json_object_is_no_event(frame: str | bytes) -> None:
    assert refusal_of(frame).code == "invalid_event"


def test_a_frame_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_events, "MAX_FRAME", 10)
    assert refusal_of('{"type": "response.cancel"}').code == "invalid_event"


def test_an_unknown_type_is_told_the_accepted_ones() -> None:
    refusal = refusal_of({"type": "response.start"})
    assert (refusal.code, refusal.param) == ("invalid_value", "type")
    assert "'response.start'" in refusal.message
    assert "'session.update'" in refusal.message
    assert "'output_audio_buffer.clear'" not in refusal.message


def test_only_where_the_service_plays_can_it_be_silenced() -> None:
    event = {"type": "output_audio_buffer.clear"}
    assert refusal_of(event).code == "invalid_value"
    assert checked(event, playback=True) == ClientEvent("output_audio_buffer.clear", {})


@pytest.mark.parametrize(
    ("event", "code", "param"),
    [
        ({}, "missing_required_parameter", "type"),
        ({"type": 7}, "invalid_value", "type"),
        ({"type": "session.update"}, "missing_required_parameter", "session"),
        ({"type": "input_audio_buffer.append"}, "missing_required_parameter", "audio"),
        ({"type": "input_audio_buffer.append", "audio": "no base64!"}, "invalid_value", "audio"),
        ({"type": "input_audio_buffer.append", "audio": None}, "invalid_type", "audio"),
        ({"type": "input_audio_buffer.commit", "now": True}, "unknown_parameter", "now"),
        ({"type": "conversation.item.delete", "item_id": ""}, "invalid_value", "item_id"),
        (
            {"type": "conversation.item.truncate", "item_id": "a", "content_index": 0},
            "missing_required_parameter",
            "audio_end_ms",
        ),
        (
            {"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 1.5},
            "invalid_type",
            "audio_end_ms",
        ),
        ({"type": "response.cancel", "event_id": "x" * 513}, "invalid_value", "event_id"),
    ],
)
def test_refused(event: Any, code: str, param: str) -> None:
    refusal = refusal_of(event)
    assert (refusal.code, refusal.param, refusal.type) == (code, param, "invalid_request_error")


def test_fields_come_clean_and_null_means_left_out() -> None:
    raw = {"type": "conversation.item.create", "event_id": "mine", "previous_item_id": None, "item": {"a": 1}}
    assert checked(raw, playback=False) == ClientEvent("conversation.item.create", {"item": {"a": 1}})
    assert (
        checked({"type": "input_audio_buffer.append", "audio": "AQI="}, playback=False).fields["audio"] == b"\x01\x02"
    )


@pytest.mark.parametrize(("event_id", "echoed"), [("mine", "mine"), (None, None), (7, None), ("x" * 513, None)])
def test_the_id_that_is_echoed(event_id: Any, echoed: str | None) -> None:
    assert event_id_of({"event_id": event_id}) == echoed


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_frame_is_an_event_or_refused(frame: str | bytes) -> None:
    outcome: ClientEvent | Rejected
    try:
        outcome = checked(opened(frame), playback=True)
    except Rejected as refusal:
        outcome = refusal
    assert outcome.type
    assert len(str(outcome)) < 2_000
