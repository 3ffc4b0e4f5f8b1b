"""What the page gets for its session: exactly the fields of the contract, and nothing of the upstream body.

The names are those that older front ends read (`client_secret.value`, `webrtc_url`), so they keep working. The
persona's instructions are not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from voicemint.azure.azure_openai import ClientSecret
from voicemint.sessions import Session
from voicemint.settings import Settings


class ClientSecretReply(msgspec.Struct, frozen=True):
    value: str
    expires_at: int

    def __repr__(self) -> str:
        return f"ClientSecretReply(expires_at={self.expires_at})"


class SessionReply(msgspec.Struct, frozen=True):
    """The body of `POST /api/session`. Times are seconds since 1970; `expires_at` is the client secret's."""

    id: str
    model: str
    expires_at: int
    client_secret: ClientSecretReply
    webrtc_url: str
    voice: str
    persona: str
    turn_detection: Mapping[str, Any] | None
    input_audio_transcription: Mapping[str, Any] | None
    tools: list[str]
    event_filter: str
    max_call_seconds: int
    server_time: int


def describe_session(
    session: Session, secret: ClientSecret, webrtc_url: str, settings: Settings, now: int
) -> SessionReply:
    """The reply for a minted session; `now` lets the page allow for its own clock being wrong."""
    return SessionReply(
        id=secret.session_id,
        model=settings.deployment,
        expires_at=secret.expires_at,
        client_secret=ClientSecretReply(secret.value.reveal(), secret.expires_at),
        webrtc_url=webrtc_url,
        voice=session.voice,
        persona=session.persona,
        turn_detection=session.turn_detection,
        input_audio_transcription=session.transcription,
        tools=list(session.tools),
        event_filter=settings.event_filter,
        max_call_seconds=settings.max_call_seconds,
        server_time=now,
    )
