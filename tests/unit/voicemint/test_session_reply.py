"""The reply to a mint: exactly the contract's fields, and a client secret that does not print."""

from __future__ import annotations

from tests.canaries import CANARY_TOKEN
from tests.mint_support import PERSONAS, plain, settings
from voicemint.azure.azure_openai import ClientSecret
from voicemint.choices import Choices
from voicemint.masking import Secret
from voicemint.session_reply import describe_session
from voicemint.sessions import build_session

SECRET = ClientSecret(Secret(CANARY_TOKEN), 1_800_000_060, "sess_1")


def test_the_reply_has_exactly_the_fields_of_the_contract() -> None:
    chosen = settings(EVENT_FILTER="private", MAX_CALL_SECONDS="900")
    session = build_session(Choices(turn_detection="push_to_talk", language="de"), PERSONAS, chosen)

    assert plain(describe_session(session, SECRET, "https://calls", chosen, 1_800_000_000)) == {
        "id": "sess_1",
        "model": "gpt-realtime",
        "expires_at": 1_800_000_060,
        "client_secret": {"value": CANARY_TOKEN, "expires_at": 1_800_000_060},
        "webrtc_url": "https://calls",
        "voice": "marin",
        "persona": "assistant",
        "turn_detection": None,
        "input_audio_transcription": {"model": "gpt-realtime-whisper", "language": "de"},
        "tools": [],
        "event_filter": "private",
        "max_call_seconds": 900,
        "server_time": 1_800_000_000,
    }


def test_neither_the_secret_nor_the_reply_print_the_token() -> None:
    session = build_session(Choices(), PERSONAS, settings())
    reply = describe_session(session, SECRET, "https://calls", settings(), 1_800_000_000)

    assert CANARY_TOKEN not in repr(SECRET)
    assert CANARY_TOKEN not in repr(reply)
