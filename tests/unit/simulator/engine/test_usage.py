"""Token counts: rates of audio, kinds of items, the cache in steps of 64."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.usage import (
    Tokens,
    cached,
    item_tokens,
    preamble_tokens,
    response_usage,
    text_tokens,
    transcription_usage,
)

COUNTS = st.builds(Tokens, st.integers(0, 5_000), st.integers(0, 5_000), st.integers(0, 5_000))


def message(role: str, **part: Any) -> dict[str, Any]:
    return {"id": "i", "type": "message", "role": role, "content": [part]}


@pytest.mark.parametrize(
    ("item", "audio_ms", "tokens"),
    [
        (message("user", type="input_text", text="12345678"), 0, Tokens(text=2)),
        (message("user", type="input_audio", transcript="not counted"), 2_699, Tokens(audio=26)),
        (message("user", type="input_image", image_url="data:", detail="auto"), 0, Tokens(image=258)),
        (message("assistant", type="output_audio", transcript="12345678"), 4_000, Tokens(text=2)),
        ({"type": "function_call", "name": "look", "arguments": "{}{}"}, 0, Tokens(text=2)),
        ({"type": "function_call_output", "output": "12345"}, 0, Tokens(text=2)),
    ],
)
def test_what_an_item_adds(item: dict[str, Any], audio_ms: int, tokens: Tokens) -> None:
    assert item_tokens(item, audio_ms) == tokens


def test_instructions_and_tools_count() -> None:
    alone = preamble_tokens("Be brief.", [])
    assert alone.text == text_tokens("Be brief.") == 3
    assert preamble_tokens("Be brief.", [{"type": "function", "name": "look"}]).text > alone.text


@given(COUNTS, COUNTS)
def test_the_cache_holds_multiples_of_64_of_what_was_there_before(prompt: Tokens, before: Tokens) -> None:
    known = cached(prompt, before)
    assert known.text % 64 == known.audio % 64 == known.image == 0
    assert known.text <= min(prompt.text, before.text)
    assert known.audio <= min(prompt.audio, before.audio)


@given(COUNTS, COUNTS)
def test_the_sums_of_a_usage(prompt: Tokens, output: Tokens) -> None:
    usage = response_usage(prompt, cached(prompt, prompt), output)
    details = usage["input_token_details"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert details["text_tokens"] + details["audio_tokens"] + details["image_tokens"] == usage["input_tokens"]
    assert sum(details["cached_tokens_details"].values()) == details["cached_tokens"] <= usage["input_tokens"]


def test_a_transcription_is_billed_by_what_the_deployment_is() -> None:
    assert transcription_usage("gpt-realtime-whisper", 2_100, "Hi") == {"type": "duration", "seconds": 3}
    assert transcription_usage("gpt-4o-transcribe", 2_699, "12345678") == {
        "type": "tokens",
        "total_tokens": 28,
        "input_tokens": 26,
        "input_token_details": {"text_tokens": 0, "audio_tokens": 26},
        "output_tokens": 2,
    }
