"""What one response is to be: the session's settings with the overrides of its `response.create`, resolved once.

A response that has begun keeps its plan, whatever `session.update` changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.engine.conversation import Conversation, Entry
from simulator.parts import SessionConfig
from simulator.refusals import Rejected
from simulator.schema.shapes import record, text

_REFERENCE = record({"type": text(32), "id": text(512, least=1)}, required=("type", "id"))


@dataclass(frozen=True)
class Plan:
    """`limit` is the most output tokens, None for no limit. `context` is what the model gets to see."""

    instructions: str
    tools: Sequence[Mapping[str, Any]]
    tool_choice: Any
    spoken: bool
    voice: str
    speed: float
    format: Mapping[str, Any]
    limit: int | None
    language: str | None
    context: Sequence[Entry]
    in_conversation: bool = True
    metadata: Mapping[str, str] | None = None

    def public(self) -> dict[str, Any]:
        """The part of the `response` object that was settled beforehand (recorded keys)."""
        return {
            "output_modalities": ["audio" if self.spoken else "text"],
            "max_output_tokens": "inf" if self.limit is None else self.limit,
            "audio": {"output": {"format": dict(self.format), "voice": self.voice}},
        }


def plan_of(
    config: SessionConfig,
    overrides: Mapping[str, Any],
    conversation: Conversation,
    new_entry: Callable[[object, str], Entry],
    *,
    voice_locked: bool,
) -> Plan:
    """The plan for `overrides`, which `session_config.response_overrides` has checked. Raises `Rejected`.

    `new_entry` makes an entry of a client's item and its path. `input` replaces the conversation as what the model
    sees, in or out of the conversation (OpenAI's spec).
    """
    if config["type"] != "realtime":
        # OpenAI's spec has no response in a transcription session; the code is our reading.
        raise Rejected("A transcription session has no responses.", code="invalid_value", param="type")
    output = {**config["audio"]["output"], **overrides.get("audio", {}).get("output", {})}
    if voice_locked and output["voice"] != config["audio"]["output"]["voice"]:
        raise Rejected(
            "The voice cannot change any more: the conversation already has spoken audio of the assistant.",
            code="cannot_update_voice",  # our reading, as for session.update
            param="response.audio.output.voice",
        )
    chosen = {**config, **overrides}
    limit = chosen["max_output_tokens"]
    transcription = config["audio"]["input"]["transcription"] or {}
    given = overrides.get("input")
    return Plan(
        instructions=chosen["instructions"],
        tools=chosen["tools"],
        tool_choice=chosen["tool_choice"],
        spoken=chosen["output_modalities"] == ["audio"],
        voice=output["voice"],
        speed=output["speed"],
        format=output["format"],
        limit=None if limit == "inf" else limit,
        language=transcription.get("language"),
        context=tuple(conversation) if given is None else _resolved(given, conversation, new_entry),
        in_conversation=overrides.get("conversation", "auto") != "none",
        metadata=overrides.get("metadata"),
    )


def _resolved(
    given: Sequence[Any], conversation: Conversation, new_entry: Callable[[object, str], Entry]
) -> tuple[Entry, ...]:
    """Items and references of `response.input`; the items live for this response only."""
    entries: list[Entry] = []
    for index, raw in enumerate(given):
        path = f"response.input[{index}]"
        if isinstance(raw, dict) and raw.get("type") == "item_reference":
            entries.append(conversation.get(_REFERENCE(raw, path)["id"], "reference"))
        else:
            entries.append(new_entry(raw, path))
    return tuple(entries)
