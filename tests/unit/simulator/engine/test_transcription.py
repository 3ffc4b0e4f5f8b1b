"""Transcription events: completed, failed in two ways, or none at all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simulator.engine.conversation import Entry
from simulator.engine.transcription import report
from simulator.ids import Ids
from simulator.parts import Event

pytestmark = pytest.mark.anyio

WHISPER = {"model": "gpt-realtime-whisper"}


def entry(words: str | None) -> Entry:
    async def heard() -> str | None:
        return words

    item = {"id": "item_1", "type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": None}]}
    return Entry(item, audio_ms=1_500, words=asyncio.ensure_future(heard()))


async def reported(said: Entry, transcription: dict[str, Any] | None = WHISPER) -> list[Event]:
    events: list[Event] = []
    await report(said, transcription, {"gpt-realtime-whisper"}, Ids(), events.append)
    return events


async def test_deltas_and_the_whole() -> None:
    said = entry("Good morning, all.")
    *deltas, completed = await reported(said)
    assert "".join(event["delta"] for event in deltas) == completed["transcript"] == "Good morning, all."
    assert completed["usage"] == {"type": "duration", "seconds": 2}
    assert said.item["content"][0]["transcript"] == "Good morning, all."


async def test_noise_is_completed_without_words() -> None:
    (completed,) = await reported(entry(""))
    assert (completed["type"].rpartition(".")[2], completed["transcript"]) == ("completed", "")


async def test_an_unknown_deployment() -> None:
    (failed,) = await reported(entry("Hello"), {"model": "whisper-1"})
    assert failed["error"]["code"] == "DeploymentNotFound"
    assert "item_1" in failed["error"]["message"]


async def test_a_recogniser_that_broke() -> None:
    (failed,) = await reported(entry(None))
    assert failed["type"].endswith(".failed")
    assert failed["error"]["type"] == "server_error"


async def test_no_transcription_no_events() -> None:
    said = entry("Hello")
    assert await reported(said, None) == []
    assert said.item["content"][0]["transcript"] is None
