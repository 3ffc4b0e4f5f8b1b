"""Examples for the document, made by the functions that make the real replies, so they cannot drift from them."""

from __future__ import annotations

from typing import Any

import msgspec

from voicemint import __version__
from voicemint.azure.azure_openai import ClientSecret, webrtc_url
from voicemint.choices import Choices
from voicemint.errors import MethodNotAllowed, NotConfigured, VoicemintError
from voicemint.health import Health
from voicemint.masking import Secret
from voicemint.page_config import describe
from voicemint.personas import Persona
from voicemint.replies import problem_of
from voicemint.session_reply import describe_session
from voicemint.sessions import build_session
from voicemint.settings import read_settings

REQUEST_ID = "5f0c1d2e3a4b5c6d7e8f9a0b"
NOW = 1_800_000_000

SDP = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
"""The first lines of an SDP; a real one has some fifty."""

_SETTINGS = read_settings(
    {
        "AZURE_OPENAI_ENDPOINT": "https://your-resource.openai.azure.com",
        "AZURE_OPENAI_DEPLOYMENT": "gpt-realtime",
        "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": "gpt-realtime-whisper",
        "AZURE_OPENAI_AUTH": "entra",
    }
)
_PERSONAS = {
    "assistant": Persona(
        title="Assistant",
        description="Helps with everyday questions.",
        greeting="Say hello to begin.",
        instructions="Help.",
        voice="marin",
        turn_detection="office",
    )
}


def of_requests() -> dict[str, Any]:
    """By the name of the struct."""
    choices = {"persona": "assistant", "voice": "cedar", "language": "en", "turn_detection": "quiet"}
    return {"Choices": choices, "CallRequest": {"sdp": SDP, "persona": "assistant"}}


def of_replies() -> dict[str, Any]:
    """By the name of the struct."""
    session = build_session(Choices(), _PERSONAS, _SETTINGS)
    secret = ClientSecret(Secret("ek_example"), NOW + 60, "sess_example")
    url = webrtc_url(_SETTINGS.endpoint, _SETTINGS.event_filter)
    replies = (
        describe_session(session, secret, url, _SETTINGS, NOW),
        describe(_PERSONAS, _SETTINGS),
        Health("ok", __version__),
    )
    return {type(reply).__name__: msgspec.to_builtins(reply) for reply in replies}


def of_error(kind: type[VoicemintError]) -> dict[str, Any]:
    """A problem of this kind."""
    if issubclass(kind, MethodNotAllowed):
        error: VoicemintError = MethodNotAllowed(["GET", "HEAD"])
    elif issubclass(kind, NotConfigured):
        error = NotConfigured([("AZURE_OPENAI_DEPLOYMENT", "is missing")], names_only=True)
    else:
        error = kind()
    return {"summary": error.title, "value": msgspec.to_builtins(problem_of(error, REQUEST_ID))}
