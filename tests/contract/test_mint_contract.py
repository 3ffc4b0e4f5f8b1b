"""The two contracts of the mint, pinned: what Azure OpenAI is sent, and what the page gets."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pydantic
import pytest
from azure.core.exceptions import ClientAuthenticationError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openai.types.realtime import RealtimeSessionCreateRequest

from simulator.clock import ManualClock
from tests.canaries import CANARY_INSTRUCTIONS, CANARY_KEY, CANARY_TOKEN
from tests.mint_support import (
    ENTRA,
    HOSTED,
    KEY_VAULT,
    PERSONAS,
    FakeAzure,
    FakeSdk,
    app,
    minted,
    no_cors,
    refused,
    request,
    settings,
)
from voicemint.app import App
from voicemint.choices import Choices
from voicemint.personas import VOICES, Persona
from voicemint.replies import Reply, answer
from voicemint.sessions import build_session
from voicemint.turn_detection import PRESETS

pytestmark = pytest.mark.anyio

LANGUAGES = (None, "en", "pt-BR")


async def post(body: object, azure: FakeAzure, personas: Any = PERSONAS, **changes: str) -> Reply:
    """One `POST /api/session`, from the request to the finished reply."""
    clock = ManualClock()
    mint = app(azure, clock, personas=personas, **changes)
    reply = await answer("session", request(body, clock=clock), {"POST": mint.create_session}, no_cors)
    await mint.close()
    return reply


async def test_what_azure_is_sent_is_exactly_this() -> None:
    persona = Persona("T", "D.", "G.", "Be brief.", "ash", "office")
    azure = FakeAzure()
    await post({}, azure, {"assistant": persona}, TOKEN_TTL_SECONDS="45")

    assert azure.sent() == {
        "expires_after": {"anchor": "created_at", "seconds": 45},
        "session": {
            "type": "realtime",
            "model": "gpt-realtime",
            "output_modalities": ["audio"],
            "instructions": "Be brief.",
            "audio": {
                "input": {
                    "noise_reduction": {"type": "near_field"},
                    "transcription": {"model": "gpt-realtime-whisper"},
                    "turn_detection": {
                        "type": "server_vad",
                        "threshold": 0.5,
                        "prefix_padding_ms": 300,
                        "silence_duration_ms": 500,
                        "create_response": True,
                        "interrupt_response": True,
                    },
                },
                "output": {"voice": "ash", "speed": 1.0},
            },
            "tools": [],
            "tool_choice": "none",
        },
    }


async def test_what_azure_is_sent_with_every_choice_made_is_exactly_this() -> None:
    azure = FakeAzure()
    choices = {
        "persona": "designer",
        "voice": "cedar",
        "language": "pt-BR",
        "turn_detection": "semantic",
        "speed": 1.25,
        "instructions": "Paint.",
    }
    await post(choices, azure, ALLOW_CUSTOM_INSTRUCTIONS="true")
    color = "Any CSS colour: a name, a hex value, or a function such as hsl(270 50% 40%)."
    takes_a_color = {
        "type": "object",
        "required": ["color"],
        "additionalProperties": False,
        "properties": {"color": {"type": "string", "description": color}},
    }

    assert azure.sent()["session"] == {
        "type": "realtime",
        "model": "gpt-realtime",
        "output_modalities": ["audio"],
        "instructions": (
            'Paint.\n\nHold this conversation in the language with the tag "pt-BR", unless you are asked to change it.'
        ),
        "audio": {
            "input": {
                "noise_reduction": {"type": "near_field"},
                "transcription": {"model": "gpt-realtime-whisper", "language": "pt"},
                "turn_detection": {
                    "type": "semantic_vad",
                    "eagerness": "auto",
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"voice": "cedar", "speed": 1.25},
        },
        "tools": [
            {
                "type": "function",
                "name": "get_page_html",
                "description": "Get the HTML of the page that the person is looking at. "
                "Use it before describing the page.",
                "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
            },
            {
                "type": "function",
                "name": "set_background_color",
                "description": "Set the background colour of the page.",
                "parameters": takes_a_color,
            },
            {
                "type": "function",
                "name": "set_text_color",
                "description": "Set the colour of the page's text.",
                "parameters": takes_a_color,
            },
            {
                "type": "function",
                "name": "end_call",
                "description": "End the call, after the person has said goodbye and you have answered it. "
                "It ends when you have been heard.",
                "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
            },
        ],
        "tool_choice": "auto",
    }


@pytest.mark.parametrize("event_filter", ["open", "private"])
@pytest.mark.parametrize("persona", PERSONAS)
def test_every_session_is_one_of_the_official_types(persona: str, event_filter: str) -> None:
    for voice, preset, language in itertools.product(VOICES, PRESETS, LANGUAGES):
        choices = Choices(persona=persona, voice=voice, turn_detection=preset, language=language, speed=0.25)
        body = json.loads(json.dumps(build_session(choices, PERSONAS, settings(EVENT_FILTER=event_filter)).body))
        parsed = RealtimeSessionCreateRequest.model_validate(body)

        assert list(unknown_fields(parsed)) == []
        assert parsed.to_dict(mode="json") == body


def unknown_fields(model: pydantic.BaseModel) -> Iterator[str]:
    """Fields that the official types do not know: they keep them silently, wherever they are."""
    yield from model.model_extra or {}
    for _, value in model:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, pydantic.BaseModel):
                yield from unknown_fields(part)


def test_the_check_above_can_fail() -> None:
    body = {
        "type": "realtime",
        "audio": {"input": {"turn_detection": {"type": "server_vad", "patience": 5}}},
        "mood": 1,
    }

    assert sorted(unknown_fields(RealtimeSessionCreateRequest.model_validate(body))) == ["mood", "patience"]
    with pytest.raises(pydantic.ValidationError):
        RealtimeSessionCreateRequest.model_validate({"type": "transcription"})


async def test_what_the_page_gets_is_exactly_this() -> None:
    reply = await post({"persona": "designer"}, FakeAzure(), EVENT_FILTER="private")

    assert (reply.status, reply.media_type) == (200, "application/json")
    assert json.loads(reply.body) == {
        "id": "sess_DHr4VZpTq0wKf3nYb8LmX",
        "model": "gpt-realtime",
        "expires_at": 1_800_000_060,
        "client_secret": {"value": f"ek_{CANARY_TOKEN}", "expires_at": 1_800_000_060},
        "webrtc_url": "https://res.openai.azure.com/openai/v1/realtime/calls?webrtcfilter=on",
        "voice": "ash",
        "persona": "designer",
        "turn_detection": {
            "type": "server_vad",
            "threshold": 0.5,
            "prefix_padding_ms": 300,
            "silence_duration_ms": 500,
            "create_response": True,
            "interrupt_response": True,
        },
        "input_audio_transcription": {"model": "gpt-realtime-whisper"},
        "tools": [],
        "event_filter": "private",
        "max_call_seconds": 900,
        "server_time": 1_800_000_000,
    }
    assert dict(reply.headers) == {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": "request-0001",
        "Server-Timing": "limit;dur=0.0, auth;dur=0.0, upstream;dur=0.0, total;dur=0.0",
    }


async def test_the_returned_expiry_counts_and_not_the_asked_one() -> None:
    body = json.loads((await post({}, FakeAzure(minted(expires_at=1_800_007_200)))).body)

    assert body["expires_at"] == body["client_secret"]["expires_at"] == 1_800_007_200


@pytest.mark.parametrize(
    ("answer_of_azure", "status", "code", "retry_after"),
    [
        (refused(401, "401"), 502, "upstream_auth", None),
        (refused(403, "AuthenticationTypeDisabled"), 502, "upstream_auth", None),
        (refused(404, "DeploymentNotFound"), 502, "upstream_not_found", None),
        (refused(400, "OpperationNotSupported"), 502, "upstream_not_found", None),
        (refused(400, "unknown_parameter"), 502, "upstream_rejected", None),
        (refused(429, "429", retry_after="17"), 429, "upstream_throttled", "17"),
        (refused(500), 502, "upstream_unreachable", None),
        (httpx.Response(200, text="<html>"), 502, "upstream_malformed", None),
        (httpx.ReadTimeout("slow"), 504, "upstream_timeout", None),
        (httpx.ProxyError("no"), 502, "upstream_unreachable", None),
    ],
)
async def test_upstream_faults_as_the_page_sees_them(
    answer_of_azure: httpx.Response | Exception, status: int, code: str, retry_after: str | None
) -> None:
    reply = await post({}, FakeAzure(*[answer_of_azure] * 3))
    problem = json.loads(reply.body)

    assert (reply.status, reply.media_type) == (status, "application/problem+json")
    assert (problem["status"], problem["code"]) == (status, code)
    waits = ["retry_after"] if retry_after else []
    assert list(problem) == ["type", "title", "status", "detail", "code", "hint", "request_id", *waits]
    assert reply.headers.get("Retry-After") == retry_after


@pytest.fixture
async def mint() -> AsyncIterator[tuple[App, FakeAzure]]:
    """One app for many requests, and Azure OpenAI's stand-in behind it."""
    azure = FakeAzure()
    made = app(azure, ManualClock(), ALLOW_CUSTOM_INSTRUCTIONS="true")
    yield made, azure
    await made.close()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["persona", "voice", "language", "turn_detection", "speed", "instructions"]),
        st.sampled_from(["assistant", "tutor", "ash", "en", "office"]) | st.text() | st.floats(0, 2) | st.none(),
    )
    | st.binary(max_size=100),
)
async def test_no_body_breaks_the_mint(mint: tuple[App, FakeAzure], body: object) -> None:
    served, azure = mint
    azure.requests.clear()
    reply = await answer("session", request(body), {"POST": served.create_session}, no_cors)

    assert reply.status in (200, 400, 404)
    assert len(azure.mints) == (reply.status == 200)
    json.loads(reply.body)


SCENARIOS: list[tuple[list[httpx.Response | Exception], dict[str, str]]] = [
    ([], {}),
    ([], ENTRA),
    ([], KEY_VAULT),
    ([], HOSTED),
    ([refused(401, CANARY_KEY, f"key {CANARY_KEY}")], {}),
    ([refused(400, "invalid_value", CANARY_INSTRUCTIONS)], ENTRA),
    ([httpx.Response(200, text=CANARY_TOKEN)], {}),
    ([httpx.Response(500, text=CANARY_KEY)], {}),
    ([minted(value=f"{CANARY_TOKEN} {CANARY_KEY}")], {}),
    ([httpx.ConnectError(CANARY_KEY), httpx.ConnectError(CANARY_KEY)], KEY_VAULT),
    ([ValueError(f"Illegal header value {CANARY_KEY}")], {}),
]


@pytest.mark.parametrize(("answers", "changes"), SCENARIOS)
async def test_nothing_secret_is_in_a_reply_or_a_log(
    answers: list[httpx.Response | Exception],
    changes: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    hunt: Callable[[str, str], None],
) -> None:
    """Even with every logger at its loudest. The one token that a reply may hold is the client secret's own value."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpx")
    persona = Persona("T", "D.", "G.", CANARY_INSTRUCTIONS, "ash", "office")
    reply = await post({}, FakeAzure(*answers), {"assistant": persona}, **changes)
    told = reply.body.decode().replace(f'"ek_{CANARY_TOKEN}"', '"the client secret"')

    hunt(told + repr(reply) + str(reply.headers), "the reply")
    for record in caplog.records:
        hunt(f"{record.getMessage()}{record.__dict__}", f"the log of {record.name}")


async def test_nothing_secret_is_in_a_reply_when_the_identity_fails(
    caplog: pytest.LogCaptureFixture, hunt: Callable[[str, str], None]
) -> None:
    clock = ManualClock()
    sdk = FakeSdk(clock)
    sdk.failures = [ClientAuthenticationError(f"token {CANARY_TOKEN}")]
    mint = app(FakeAzure(), clock, sdk=sdk, **ENTRA)
    reply = await answer("session", request(), {"POST": mint.create_session}, no_cors)

    assert (reply.status, reply.headers["Retry-After"]) == (503, "10")
    hunt(reply.body.decode(), "the reply")
    hunt(caplog.text, "the log")


async def test_instructions_of_the_page_come_back_in_nothing(hunt: Callable[[str, str], None]) -> None:
    for body in ({"instructions": CANARY_INSTRUCTIONS}, {CANARY_INSTRUCTIONS: 1}, {"persona": CANARY_INSTRUCTIONS}):
        hunt((await post(body, FakeAzure())).body.decode(), "the reply")
