"""Sessions as they are asked for and as they are echoed; the official package's types are the judge of both."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.realtime import RealtimeSessionCreateRequest, RealtimeSessionCreateResponse
from openai.types.realtime.realtime_response_create_params import RealtimeResponseCreateParams
from openai.types.realtime.realtime_transcription_session_create_request import (
    RealtimeTranscriptionSessionCreateRequest,
)
from openai.types.realtime.realtime_transcription_session_create_response import (
    RealtimeTranscriptionSessionCreateResponse,
)

from simulator.refusals import Rejected
from simulator.schema import session_config
from simulator.schema.session_config import VOICES, create, described, response_overrides, update

MINIMAL = {"type": "realtime", "model": "gpt-realtime"}
TOOL = {"type": "function", "name": "set_text_color", "description": "Colours.", "parameters": {"type": "object"}}

# Everything that the GA shape knows, as valid values, to be drawn in any combination and spoilt at random.
VALID: dict[str, Any] = {
    "output_modalities": st.sampled_from([["audio"], ["text"]]),
    "instructions": st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    "tools": st.lists(st.sampled_from([TOOL, {"type": "mcp", "server_label": "docs", "server_url": "https://x"}])),
    "tool_choice": st.sampled_from(["auto", "none", "required", {"type": "function", "name": "set_text_color"}]),
    "max_output_tokens": st.sampled_from(["inf", 1, 4096]),
    "tracing": st.sampled_from([None, "auto", {"workflow_name": "w", "metadata": {"a": "b"}}]),
    "truncation": st.sampled_from(["auto", "disabled", {"type": "retention_ratio", "retention_ratio": 0.8}]),
    "prompt": st.sampled_from([None, {"id": "p", "version": "1", "variables": {"name": "Ann"}}]),
    "include": st.sampled_from([None, [], ["item.input_audio_transcription.logprobs"]]),
}
INPUT = {
    "format": st.sampled_from([{"type": "audio/pcm"}, {"type": "audio/pcm", "rate": 24000}, {"type": "audio/pcmu"}]),
    "noise_reduction": st.sampled_from([None, {"type": "near_field"}]),
    "transcription": st.sampled_from([None, {"model": "w"}, {"model": "w", "language": "en", "keywords": ["a"]}]),
    "turn_detection": st.sampled_from(
        [
            None,
            {"type": "server_vad"},
            {"type": "server_vad", "threshold": 0.9, "idle_timeout_ms": 5000, "create_response": False},
            {"type": "semantic_vad", "eagerness": "low"},
        ]
    ),
}
OUTPUT = {"voice": st.sampled_from(VOICES), "speed": st.sampled_from([0.25, 1, 1.5]), "format": INPUT["format"]}
AUDIO = st.fixed_dictionaries(
    {},
    optional={
        "input": st.fixed_dictionaries({}, optional=INPUT),
        "output": st.fixed_dictionaries({}, optional=OUTPUT),
    },
)
SESSIONS = st.fixed_dictionaries({k: st.just(v) for k, v in MINIMAL.items()}, optional={**VALID, "audio": AUDIO})
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["auto", "inf"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A valid session with one value somewhere in it replaced by anything, or one odd field added."""
    session = copy.deepcopy(draw(SESSIONS))
    place: Any = session
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return session
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and draw(st.booleans()):
            place = place[key]
            continue
        if isinstance(place, dict) and draw(st.booleans()):
            key = draw(st.text(max_size=6))
        place[key] = draw(ANY_JSON)
        return session


def rejection(session: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        create(session)
    return caught.value


def judged(model: Any, value: object) -> None:
    model.model_validate_json(json.dumps(value), strict=True)


def echo(config: dict[str, Any]) -> dict[str, Any]:
    return described(config, "sess_1", expires_at=0)


def test_the_default_session_is_the_recorded_one() -> None:
    """Recorded on Azure, July 2026; only the text of the instructions is our own."""
    config = create(MINIMAL)
    assert config.pop("instructions") == session_config.DEFAULT_INSTRUCTIONS
    assert config == {
        "type": "realtime",
        "model": "gpt-realtime",
        "output_modalities": ["audio"],
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "tracing": None,
        "truncation": "auto",
        "prompt": None,
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "transcription": None,
                "noise_reduction": None,
                "turn_detection": {
                    "type": "server_vad",
                    "threshold": 0.5,
                    "prefix_padding_ms": 300,
                    "silence_duration_ms": 200,
                    "idle_timeout_ms": None,
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "alloy", "speed": 1.0},
        },
        "include": None,
    }


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(session=SESSIONS)
def test_every_session_that_is_accepted_is_one_of_the_official_type(session: dict[str, Any]) -> None:
    judged(RealtimeSessionCreateRequest, session)
    judged(RealtimeSessionCreateResponse, echo(create(session)))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(session=spoilt() | ANY_JSON, patch=spoilt() | ANY_JSON)
def test_whatever_is_sent_is_accepted_or_rejected(session: object, patch: object) -> None:
    current = create(MINIMAL)
    for attempt in (lambda: create(session), lambda: update(current, patch, voice_locked=True)):
        try:
            config = attempt()
        except Rejected as rejected:
            json.dumps(rejected.error(), ensure_ascii=False).encode()
        else:
            judged(RealtimeSessionCreateResponse, echo(config))
    assert current == create(MINIMAL)


@given(raw=ANY_JSON)
def test_any_response_is_accepted_or_rejected(raw: object) -> None:
    try:
        overrides = response_overrides(raw)
    except Rejected:
        return
    judged(RealtimeResponseCreateParams, overrides)


@pytest.mark.parametrize("session", [{}, {"type": None}, {"type": "voice"}, {"type": ["realtime"]}])
def test_a_mint_without_a_known_type_gets_its_own_code(session: object) -> None:
    assert rejection(session).code == "InvalidSessionType"


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"voice": "alloy"}, "unknown_parameter", "session.voice"),
        ({"modalities": ["audio"]}, "unknown_parameter", "session.modalities"),
        ({"temperature": 0.8}, "unknown_parameter", "session.temperature"),
        ({"audio": {"output": {"voice": "onyx"}}}, "invalid_value", "session.audio.output.voice"),
        ({"audio": {"output": {"voice": {"id": "v"}}}}, "invalid_value", "session.audio.output.voice"),
        ({"audio": {"output": {"speed": 1.6}}}, "invalid_value", "session.audio.output.speed"),
        (
            {"audio": {"input": {"turn_detection": {}}}},
            "missing_required_parameter",
            "session.audio.input.turn_detection.type",
        ),
        (
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 1.1}}}},
            "invalid_value",
            "session.audio.input.turn_detection.threshold",
        ),
        (
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "eagerness": "low"}}}},
            "unknown_parameter",
            "session.audio.input.turn_detection.eagerness",
        ),
        (
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 4_999}}}},
            "invalid_value",
            "session.audio.input.turn_detection.idle_timeout_ms",
        ),
        (
            {"audio": {"input": {"transcription": {"language": "en"}}}},
            "missing_required_parameter",
            "session.audio.input.transcription.model",
        ),
        (
            {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}},
            "invalid_value",
            "session.audio.input.format.rate",
        ),
        ({"output_modalities": ["audio", "text"]}, "invalid_value", "session.output_modalities"),
        ({"output_modalities": []}, "invalid_value", "session.output_modalities"),
        ({"max_output_tokens": 4_097}, "invalid_value", "session.max_output_tokens"),
        ({"max_output_tokens": True}, "invalid_type", "session.max_output_tokens"),
        (
            {"truncation": {"type": "retention_ratio"}},
            "missing_required_parameter",
            "session.truncation.retention_ratio",
        ),
        ({"instructions": None}, "invalid_type", "session.instructions"),
        ({"reasoning": {"effort": "low"}}, "unsupported_parameter", "session.reasoning"),
        ({"parallel_tool_calls": True}, "unsupported_parameter", "session.parallel_tool_calls"),
        ({"tracing": {"odd": 1}}, "unknown_parameter", "session.tracing.odd"),
        ({"prompt": {"id": "p", "variables": {"a": 1}}}, "invalid_type", "session.prompt.variables"),
    ],
)
def test_a_wrong_field_is_named_with_its_path(fields: dict[str, Any], code: str, param: str) -> None:
    rejected = rejection({**MINIMAL, **fields})
    assert (rejected.code, rejected.param) == (code, param)


def test_an_unknown_voice_is_answered_with_the_ten() -> None:
    message = rejection({**MINIMAL, "audio": {"output": {"voice": "nova"}}}).message
    assert all(f"'{voice}'" in message for voice in VOICES)
    assert len(VOICES) == 10


def test_a_model_is_needed() -> None:
    assert rejection({"type": "realtime"}).param == "session.model"


def test_a_model_that_reasons_has_its_own_defaults() -> None:
    config = create({"type": "realtime", "model": "voice", "parallel_tool_calls": True}, model="gpt-realtime-2.1")
    assert config["reasoning"] == {"effort": "low"}
    assert config["audio"]["output"]["voice"] == "marin"
    assert config["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 500
    assert config["model"] == "voice"


def test_partial_turn_detection_is_echoed_whole() -> None:
    asked = {**MINIMAL, "audio": {"input": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 700}}}}
    assert create(asked)["audio"]["input"]["turn_detection"] == {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 700,
        "idle_timeout_ms": None,
        "create_response": True,
        "interrupt_response": True,
    }


def test_transcription_is_echoed_with_two_nulls() -> None:
    asked = {**MINIMAL, "audio": {"input": {"transcription": {"model": "gpt-realtime-whisper"}}}}
    assert create(asked)["audio"]["input"]["transcription"] == {
        "model": "gpt-realtime-whisper",
        "language": None,
        "prompt": None,
    }


def test_what_the_caller_keeps_is_not_shared_with_the_session() -> None:
    asked = {**MINIMAL, "tools": [copy.deepcopy(TOOL)]}
    config = create(asked)
    asked["tools"][0]["parameters"]["type"] = "array"  # type: ignore[index]
    assert config["tools"] == [TOOL]


def test_a_transcription_session_is_one_of_the_official_type() -> None:
    asked = {"type": "transcription", "audio": {"input": {"transcription": {"model": "gpt-4o-transcribe"}}}}
    judged(RealtimeTranscriptionSessionCreateRequest, asked)
    config = create(asked)
    judged(RealtimeTranscriptionSessionCreateResponse, echo(config))
    assert config["audio"]["input"]["turn_detection"]["type"] == "server_vad"


def test_a_transcription_session_has_no_voice() -> None:
    assert rejection({"type": "transcription", "audio": {"output": {}}}).code == "unknown_parameter"
    assert rejection({"type": "transcription", "model": "gpt-realtime"}).param == "session.model"


def test_streaming_whisper_finds_no_turns_by_itself() -> None:
    """Documented: in a transcription session the client commits."""
    whisper = {"transcription": {"model": "gpt-realtime-whisper"}}
    config = create({"type": "transcription", "audio": {"input": whisper}})
    assert config["audio"]["input"]["turn_detection"] is None
    patch = {"type": "transcription", "audio": {"input": {"turn_detection": {"type": "server_vad"}}}}
    with pytest.raises(Rejected):
        update(config, patch, voice_locked=False)


def test_a_response_takes_its_own_fields_and_no_others() -> None:
    overrides = {
        "output_modalities": ["text"],
        "conversation": "none",
        "metadata": {"topic": "weather"},
        "input": [{"type": "item_reference", "id": "item_1"}],
        "tool_choice": "none",
        "audio": {"output": {"voice": "cedar"}},
    }
    assert response_overrides(overrides) == overrides
    assert response_overrides(None) == {}
    for wrong in ({"turn_detection": None}, {"audio": {"output": {"speed": 1}}}, {"metadata": {"a": "x" * 513}}, []):
        with pytest.raises(Rejected):
            response_overrides(wrong)
