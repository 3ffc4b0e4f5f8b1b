"""The `audio` part of a session: formats, transcription, noise reduction, turn detection, voice and speed.

Fields and ranges: OpenAI's spec, August 2026. The defaults that are filled in were recorded on Azure, July 2026.
"""

from __future__ import annotations

from typing import Any

from simulator.refusals import Rejected
from simulator.schema.shapes import (
    Check,
    flag,
    invalid_value,
    list_of,
    nullable,
    number,
    one_of,
    out_of_range,
    record,
    text,
    variants,
    whole,
    wrong_type,
)

VOICES = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")
WHISPER = "gpt-realtime-whisper"
_PCM = record({"type": one_of("audio/pcm"), "rate": whole(24_000, 24_000)})
_G711 = record({"type": one_of("audio/pcmu", "audio/pcma")})
_LANGUAGE = text(16, least=2, pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _pcm(value: Any, path: str) -> dict[str, Any]:
    return {**_PCM(value, path), "rate": 24_000}


audio_format = variants("type", {"audio/pcm": _pcm, "audio/pcmu": _G711, "audio/pcma": _G711})
"""An audio format; PCM always says its rate in the echo."""


def voice(value: Any, path: str) -> str:
    """One of the ten voices. A custom voice (`{"id": …}`) is refused: a resource without any has none to name."""
    if isinstance(value, dict):
        raise Rejected("No custom voice exists on this resource.", code="invalid_value", param=path)  # our reading
    if not isinstance(value, str):
        raise wrong_type(value, "a string", path)
    if value not in VOICES:
        raise invalid_value(value, VOICES, path)
    return value


_TRANSCRIPTION = record(
    {
        "model": text(256, least=1),
        "language": nullable(_LANGUAGE),
        "languages": nullable(list_of(_LANGUAGE, 64, least=1)),
        "keywords": nullable(list_of(text(256), 512)),
        "prompt": nullable(text(16_384)),
        "delay": one_of("minimal", "low", "medium", "high", "xhigh"),
    },
    required=("model",),  # on Azure it names a deployment, so there is no default. Our reading.
)


def _transcription(value: Any, path: str) -> dict[str, Any]:
    """The echo adds `language` and `prompt` as null (recorded)."""
    return {"language": None, "prompt": None, **_TRANSCRIPTION(value, path)}


turn_detection = variants(
    "type",
    {
        "server_vad": record(
            {
                "type": one_of("server_vad"),
                "threshold": number(0.0, 1.0),
                "prefix_padding_ms": whole(0, 10_000),
                "silence_duration_ms": whole(0, 60_000),
                "idle_timeout_ms": nullable(whole(5_000, 30_000)),
                "create_response": flag,
                "interrupt_response": flag,
            }
        ),
        "semantic_vad": record(
            {
                "type": one_of("semantic_vad"),
                "eagerness": one_of("low", "medium", "high", "auto"),
                "create_response": flag,
                "interrupt_response": flag,
            }
        ),
    },
)
"""When the service takes a turn as ended. Only what was sent; `with_defaults` adds the rest."""


def with_defaults(sent: dict[str, Any], silence_ms: int) -> dict[str, Any]:
    """The echo of a turn detection: every field of its kind (recorded for `server_vad`)."""
    if sent["type"] == "semantic_vad":
        defaults: dict[str, Any] = {"eagerness": "auto", "create_response": True, "interrupt_response": True}
    else:
        defaults = {
            "threshold": 0.5,
            "prefix_padding_ms": 300,
            "silence_duration_ms": silence_ms,
            "idle_timeout_ms": None,
            "create_response": True,
            "interrupt_response": True,
        }
    return {"type": sent["type"], **defaults, **sent}


def check_turns_of_transcription(audio_input: dict[str, Any]) -> None:
    """Raise `Rejected` if the turn detection of a transcription session cannot go with its model (documented)."""
    transcription = audio_input["transcription"] or {}
    if audio_input["turn_detection"] and transcription.get("model", "").startswith(WHISPER):
        raise out_of_range("session.audio.input.turn_detection", f"{WHISPER} supports only null here")


_INPUT: dict[str, Check] = {
    "format": audio_format,
    "transcription": nullable(_transcription),
    "noise_reduction": nullable(record({"type": one_of("near_field", "far_field")}, required=("type",))),
    "turn_detection": nullable(turn_detection),
}
_OUTPUT: dict[str, Check] = {"format": audio_format, "voice": voice, "speed": number(0.25, 1.5)}

realtime_audio = record({"input": record(_INPUT), "output": record(_OUTPUT)})
"""`session.audio` of a realtime session."""

transcription_audio = record({"input": record(_INPUT)})
"""`session.audio` of a transcription session: it never speaks."""

response_audio = record({"output": record({"format": audio_format, "voice": voice})})
"""`response.audio` of a `response.create`."""
