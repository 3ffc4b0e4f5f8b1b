"""`webrtcfilter=on`: the eleven kinds of event that still reach the browser's data channel.

The list is Microsoft's (WebRTC page, September 2026). It hides the instructions, which `session.created` would carry;
it does not limit what the browser sends.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.parts import Event

ALLOWED = frozenset(
    {
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "output_audio_buffer.started",
        "output_audio_buffer.stopped",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.added",
        "conversation.item.created",
        "response.output_text.delta",
        "response.output_text.done",
        "response.output_audio_transcript.delta",
        "response.output_audio_transcript.done",
    }
)


def filtered(sink: Callable[[Event], None]) -> Callable[[Event], None]:
    """A sink that passes on to `sink` only the events that the filter lets through."""

    def pass_on(event: Event) -> None:
        if event["type"] in ALLOWED:
            sink(event)

    return pass_on
