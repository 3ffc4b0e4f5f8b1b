"""Token counts of a response, close enough to plan costs with.

Audio in: one token each 100 ms; audio out: one each 50 ms (OpenAI's documentation; 2.7 s were 26 tokens once).
Text: a token for four characters, our estimate. An assistant's earlier speech counts as its transcript (recorded at
OpenAI, September 2026: a turn's audio tokens were the user's alone). Cached tokens come in multiples of 64 (recorded).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.parts import Item

INPUT_MS_PER_TOKEN = 100
OUTPUT_MS_PER_TOKEN = 50
_CACHE_STEP = 64
_IMAGE_TOKENS = 258  # our estimate of a small picture


@dataclass(frozen=True)
class Tokens:
    """Counts by kind."""

    text: int = 0
    audio: int = 0
    image: int = 0

    @property
    def total(self) -> int:
        return self.text + self.audio + self.image

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.text + other.text, self.audio + other.audio, self.image + other.image)


NOTHING = Tokens()


def text_tokens(text: str) -> int:
    """Tokens of a text: a quarter of its characters, rounded up."""
    return -(-len(text) // 4)


def item_tokens(item: Item, audio_ms: int) -> Tokens:
    """What one conversation item adds to the prompt; `audio_ms` is the length of its audio."""
    if item["type"] == "function_call":
        return Tokens(text=text_tokens(item["name"] + item["arguments"]))
    if item["type"] == "function_call_output":
        return Tokens(text=text_tokens(item["output"]))
    tally = NOTHING
    for part in item["content"]:
        if part["type"] == "input_audio":
            tally += Tokens(audio=audio_ms // INPUT_MS_PER_TOKEN)
        elif part["type"] == "input_image":
            tally += Tokens(image=_IMAGE_TOKENS)
        else:
            tally += Tokens(text=text_tokens(part.get("text") or part.get("transcript") or ""))
    return tally


def preamble_tokens(instructions: str, tools: Sequence[Mapping[str, Any]]) -> Tokens:
    """What instructions and tools add to the prompt."""
    written = "".join(json.dumps(dict(tool), default=str) for tool in tools)
    return Tokens(text=text_tokens(instructions) + text_tokens(written))


def cached(prompt: Tokens, before: Tokens) -> Tokens:
    """How much of `prompt` the service still knows from the previous response's prompt."""
    return Tokens(
        text=min(prompt.text, before.text) // _CACHE_STEP * _CACHE_STEP,
        audio=min(prompt.audio, before.audio) // _CACHE_STEP * _CACHE_STEP,
    )


def response_usage(prompt: Tokens, known: Tokens, output: Tokens) -> dict[str, Any]:
    """The `usage` of `response.done` (recorded keys)."""
    return {
        "total_tokens": prompt.total + output.total,
        "input_tokens": prompt.total,
        "output_tokens": output.total,
        "input_token_details": {
            "text_tokens": prompt.text,
            "audio_tokens": prompt.audio,
            "image_tokens": prompt.image,
            "cached_tokens": known.total,
            "cached_tokens_details": {"text_tokens": known.text, "audio_tokens": known.audio, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": output.text, "audio_tokens": output.audio},
    }


def transcription_usage(deployment: str, audio_ms: int, transcript: str) -> dict[str, Any]:
    """The `usage` of a transcription: seconds for whisper-like deployments, tokens for the others (recorded shapes)."""
    if "whisper" in deployment:
        return {"type": "duration", "seconds": -(-audio_ms // 1000)}
    heard = audio_ms // INPUT_MS_PER_TOKEN
    written = text_tokens(transcript)
    return {
        "type": "tokens",
        "total_tokens": heard + written,
        "input_tokens": heard,
        "input_token_details": {"text_tokens": 0, "audio_tokens": heard},
        "output_tokens": written,
    }
