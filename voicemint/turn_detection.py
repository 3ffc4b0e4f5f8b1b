"""When is it the assistant's turn? Presets with names that a person understands, instead of thresholds.

The first three are the service's voice activity detection, slower and deafer as the place gets louder; `semantic` lets
a model judge whether the sentence is finished; `push_to_talk` leaves it to a button. Shapes: OpenAI's spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

TurnDetectionName = Literal["quiet", "office", "street", "semantic", "push_to_talk"]


@dataclass(frozen=True)
class TurnDetection:
    """A preset: what the page shows, and what goes into the session (None: turn detection is off)."""

    name: TurnDetectionName
    title: str
    description: str
    session: Mapping[str, Any] | None


def _server_vad(threshold: float, silence_ms: int) -> dict[str, Any]:
    return {
        "type": "server_vad",
        "threshold": threshold,
        "prefix_padding_ms": 300,
        "silence_duration_ms": silence_ms,
        "create_response": True,
        "interrupt_response": True,
    }


PRESETS: Mapping[TurnDetectionName, TurnDetection] = {
    preset.name: preset
    for preset in (
        TurnDetection(
            "quiet",
            "Quiet room",
            "Hears soft voices and answers quickly. A noise may interrupt it.",
            _server_vad(0.35, 350),
        ),
        TurnDetection(
            "office",
            "Office",
            "For most rooms. Answers after half a second of silence.",
            _server_vad(0.5, 500),
        ),
        TurnDetection(
            "street",
            "Street",
            "For noisy places. Needs a clear voice. Among many voices, use Hold to talk.",
            _server_vad(0.75, 600),
        ),
        TurnDetection(
            "semantic",
            "Let me think",
            "Judges by your words whether you have finished, so a pause does not end your turn.",
            {"type": "semantic_vad", "eagerness": "auto", "create_response": True, "interrupt_response": True},
        ),
        TurnDetection(
            "push_to_talk",
            "Hold to talk",
            "Listens only while you hold the button.",
            None,
        ),
    )
}
