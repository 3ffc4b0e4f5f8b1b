"""Server events: the one place that knows their shapes.

Each function returns an event without its `event_id`; `stamped` adds one when it is sent. Keys and their order are as
recorded on Azure, July 2026; what Azure was never seen to send follows OpenAI's spec, and says so.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from simulator.ids import Ids
from simulator.parts import Event, Item


@dataclass(frozen=True)
class Place:
    """Where in a response something happens."""

    response_id: str
    item_id: str
    output_index: int


def stamped(event: Event, ids: Ids) -> Event:
    """The event as it goes out: `type`, `event_id`, then the rest."""
    kind = event["type"]
    event_id = ids.playback_event() if kind.startswith("output_audio_buffer.") else ids.event()
    return {"type": kind, "event_id": event_id, **event}


def error(details: Mapping[str, Any]) -> Event:
    """`details` is `Rejected.error(…)`."""
    return {"type": "error", "error": dict(details)}


def session_expired(seconds: float) -> Event:
    """Before the session is cut. Known from OpenAI, not recorded on Azure."""
    limit = f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} seconds"
    message = f"Your session hit the maximum duration of {limit}."
    code = "session_expired"
    return error({"type": "invalid_request_error", "code": code, "message": message, "param": None, "event_id": None})


def session_created(session: Mapping[str, Any]) -> Event:
    return {"type": "session.created", "session": copy.deepcopy(dict(session))}


def session_updated(session: Mapping[str, Any]) -> Event:
    return {"type": "session.updated", "session": copy.deepcopy(dict(session))}


def speech_started(item_id: str, audio_start_ms: int) -> Event:
    return {"type": "input_audio_buffer.speech_started", "audio_start_ms": audio_start_ms, "item_id": item_id}


def speech_stopped(item_id: str, audio_end_ms: int) -> Event:
    return {"type": "input_audio_buffer.speech_stopped", "audio_end_ms": audio_end_ms, "item_id": item_id}


def committed(item_id: str, previous: str | None) -> Event:
    return {"type": "input_audio_buffer.committed", "previous_item_id": previous, "item_id": item_id}


def input_cleared() -> Event:
    return {"type": "input_audio_buffer.cleared"}


def timeout_triggered(item_id: str, audio_start_ms: int, audio_end_ms: int) -> Event:
    """OpenAI's spec; recorded there in September 2026."""
    return {
        "type": "input_audio_buffer.timeout_triggered",
        "audio_start_ms": audio_start_ms,
        "audio_end_ms": audio_end_ms,
        "item_id": item_id,
    }


def item_added(item: Item, previous: str | None) -> Event:
    return {"type": "conversation.item.added", "previous_item_id": previous, "item": copy.deepcopy(item)}


def item_done(item: Item, previous: str | None) -> Event:
    return {"type": "conversation.item.done", "previous_item_id": previous, "item": copy.deepcopy(item)}


def item_retrieved(item: Item) -> Event:
    return {"type": "conversation.item.retrieved", "item": copy.deepcopy(item)}


def item_deleted(item_id: str) -> Event:
    return {"type": "conversation.item.deleted", "item_id": item_id}


def item_truncated(item_id: str, content_index: int, audio_end_ms: int) -> Event:
    return {
        "type": "conversation.item.truncated",
        "item_id": item_id,
        "content_index": content_index,
        "audio_end_ms": audio_end_ms,
    }


def transcription_delta(item_id: str, delta: str, obfuscation: str) -> Event:
    return {
        "type": "conversation.item.input_audio_transcription.delta",
        "item_id": item_id,
        "content_index": 0,
        "delta": delta,
        "obfuscation": obfuscation,
    }


def transcription_completed(item_id: str, transcript: str, usage: Mapping[str, Any]) -> Event:
    return {
        "type": "conversation.item.input_audio_transcription.completed",
        "item_id": item_id,
        "content_index": 0,
        "transcript": transcript,
        "usage": dict(usage),
    }


def transcription_failed(item_id: str, code: str) -> Event:
    """Recorded with code `DeploymentNotFound`."""
    message = f"Input transcription failed for item '{item_id}'."
    return {
        "type": "conversation.item.input_audio_transcription.failed",
        "item_id": item_id,
        "content_index": 0,
        "error": {"type": "server_error", "code": code, "message": message},
    }


def response_created(response: Mapping[str, Any]) -> Event:
    return {"type": "response.created", "response": copy.deepcopy(dict(response))}


def response_done(response: Mapping[str, Any]) -> Event:
    return {"type": "response.done", "response": copy.deepcopy(dict(response))}


def output_item_added(place: Place, item: Item) -> Event:
    return _output_item("response.output_item.added", place, item)


def output_item_done(place: Place, item: Item) -> Event:
    return _output_item("response.output_item.done", place, item)


def content_part_added(place: Place, *, spoken: bool) -> Event:
    return _content_part("response.content_part.added", place, spoken, "")


def content_part_done(place: Place, *, spoken: bool, text: str) -> Event:
    return _content_part("response.content_part.done", place, spoken, text)


def text_delta(place: Place, delta: str, obfuscation: str, *, spoken: bool) -> Event:
    """Words of a reply: what is being said if `spoken`, else what is written."""
    kind = "response.output_audio_transcript.delta" if spoken else "response.output_text.delta"
    return {**_content(kind, place), "delta": delta, "obfuscation": obfuscation}


def text_done(place: Place, text: str, *, spoken: bool) -> Event:
    if spoken:
        return {**_content("response.output_audio_transcript.done", place), "transcript": text}
    return {**_content("response.output_text.done", place), "text": text}


def audio_delta(place: Place, encoded: str) -> Event:
    """Base64 audio in the session's output format. WebSocket only."""
    return {**_content("response.output_audio.delta", place), "delta": encoded}


def audio_done(place: Place) -> Event:
    return _content("response.output_audio.done", place)


def arguments_delta(place: Place, call_id: str, delta: str, obfuscation: str) -> Event:
    kind = "response.function_call_arguments.delta"
    return {"type": kind, **asdict(place), "call_id": call_id, "delta": delta, "obfuscation": obfuscation}


def arguments_done(place: Place, call_id: str, name: str, arguments: str) -> Event:
    kind = "response.function_call_arguments.done"
    return {"type": kind, **asdict(place), "call_id": call_id, "name": name, "arguments": arguments}


def playback_started(response_id: str) -> Event:
    return {"type": "output_audio_buffer.started", "response_id": response_id}


def playback_stopped(response_id: str) -> Event:
    return {"type": "output_audio_buffer.stopped", "response_id": response_id}


def playback_cleared(response_id: str) -> Event:
    return {"type": "output_audio_buffer.cleared", "response_id": response_id}


def rate_limits_updated(limits: Sequence[Mapping[str, Any]]) -> Event:
    """OpenAI sends it right after `response.done`; Azure was never seen to."""
    return {"type": "rate_limits.updated", "rate_limits": [dict(limit) for limit in limits]}


def _content(kind: str, place: Place) -> Event:
    return {"type": kind, **asdict(place), "content_index": 0}


def _output_item(kind: str, place: Place, item: Item) -> Event:
    return {
        "type": kind,
        "response_id": place.response_id,
        "output_index": place.output_index,
        "item": copy.deepcopy(item),
    }


def _content_part(kind: str, place: Place, spoken: bool, text: str) -> Event:
    """Azure repeats the part as `content`, which neither OpenAI nor the spec does."""
    part = {"type": "audio", "transcript": text} if spoken else {"type": "text", "text": text}
    return {**_content(kind, place), "part": part, "content": dict(part)}
