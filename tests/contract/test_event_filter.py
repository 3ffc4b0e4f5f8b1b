"""`webrtcfilter=on` lets exactly eleven kinds of event through, and a filtered call still makes sense."""

from __future__ import annotations

import pytest

from simulator.engine.event_filter import ALLOWED, filtered
from simulator.parts import Event
from tests.engine import WHISPER, ManualPlayback, Rig

pytestmark = pytest.mark.anyio

DOCUMENTED = [
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
]


def test_the_eleven() -> None:
    assert sorted(ALLOWED) == sorted(DOCUMENTED)
    assert len(ALLOWED) == 11


async def test_what_a_filtered_browser_sees_of_a_spoken_turn() -> None:
    playback = ManualPlayback()
    rig = Rig(playback=playback, audio={"input": {"transcription": {"model": WHISPER}}})
    seen: list[Event] = []
    rig.session.attach(filtered(seen.append), announce=True)
    await rig.speak()
    await rig.run()
    playback.drain()
    types = [event["type"] for event in seen]
    collapsed = [kind for index, kind in enumerate(types) if index == 0 or types[index - 1] != kind]
    assert collapsed == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "conversation.item.added",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.added",
        "response.output_audio_transcript.delta",
        "output_audio_buffer.started",
        "response.output_audio_transcript.delta",
        "response.output_audio_transcript.done",
        "output_audio_buffer.stopped",
    ]
    assert [event for event in rig.events if event["type"] in ALLOWED] == seen
    await rig.close()


async def test_errors_and_sessions_stay_behind_the_filter() -> None:
    rig = Rig(playback=ManualPlayback())
    seen: list[Event] = []
    browser = rig.session.attach(filtered(seen.append), announce=True)
    await rig.send("session.update", session={"type": "realtime", "instructions": "New."}, attachment=browser)
    await rig.send("response.cancel", attachment=browser)
    assert seen == []
    assert rig.session.config["instructions"] == "New."
    await rig.close()
