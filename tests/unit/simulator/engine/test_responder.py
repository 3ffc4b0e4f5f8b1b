"""Which responses run, and what interrupts them: cancel, barge-in on both transports, silence on demand."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.responder import MAX_OUT_OF_BAND
from simulator.knobs import Knobs
from simulator.parts import BYTES_PER_MS
from simulator.scripted import ScriptedBrain
from tests.engine import ManualPlayback, Rig, silence, voice

pytestmark = pytest.mark.anyio

LONG = "One two three four five six seven. Eight nine ten eleven twelve. Thirteen fourteen fifteen sixteen."
CLOSING = [
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
]


def talkative(playback: ManualPlayback | None = None, **session: Any) -> Rig:
    return Rig(brain=ScriptedBrain([LONG, "Yes?"]), playback=playback, knobs=Knobs(generation_speed=1.0), **session)


async def test_one_response_at_a_time() -> None:
    rig = talkative()
    await rig.send("response.create")
    await rig.send("response.create", event_id="second")
    error = rig.one("error")["error"]
    assert (error["code"], error["event_id"]) == ("conversation_already_has_active_response", "second")
    assert rig.one("response.created")["response"]["id"] in error["message"]
    await rig.run()
    await rig.send("response.create")
    assert len(rig.of("response.created")) == 2
    await rig.close()


async def test_out_of_band_responses_run_beside_it_within_bounds() -> None:
    rig = talkative()
    await rig.send("response.create")
    for _ in range(MAX_OUT_OF_BAND + 1):
        await rig.send("response.create", response={"conversation": "none", "output_modalities": ["text"]})
    assert len(rig.of("response.created")) == 1 + MAX_OUT_OF_BAND
    assert rig.errors() == ["rate_limit_exceeded"]
    await rig.run()
    assert len(rig.of("response.done")) == 1 + MAX_OUT_OF_BAND
    await rig.close()


async def test_cancel_closes_what_is_open() -> None:
    rig = talkative()
    await rig.send("response.create")
    await rig.run(0.5)
    before = len(rig.events)
    await rig.send("response.cancel")
    assert [event["type"] for event in rig.events[before:]] == CLOSING
    done = rig.events[-1]["response"]
    assert done["status"] == "cancelled"
    assert done["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    assert done["output"][0]["status"] == "incomplete"
    await rig.run()
    assert rig.events[-1]["type"] == "response.done"
    assert rig.synthesiser.closed == 1
    await rig.close()


async def test_cancel_by_id_and_cancel_in_vain() -> None:
    rig = talkative()
    await rig.send("response.cancel")
    await rig.send("response.create", response={"conversation": "none"})
    await rig.send("response.cancel")
    await rig.send("response.cancel", response_id="resp_other")
    assert rig.errors() == ["response_cancel_not_active"] * 3
    await rig.send("response.cancel", response_id=rig.one("response.created")["response"]["id"])
    assert rig.one("response.done")["response"]["output"] == []
    await rig.run()
    await rig.close()


async def test_barge_in_over_webrtc_while_the_answer_is_made() -> None:
    playback = ManualPlayback()
    rig = talkative(playback)
    await rig.send("response.create")
    await rig.run(2.0)
    assert playback.playing
    playback.heard_ms = 1_000
    item_id = playback.playing[1]
    before = len(rig.events)
    await rig.append(voice(200))
    events = rig.events[before:]
    assert [event["type"] for event in events] == [
        "input_audio_buffer.speech_started",
        *CLOSING,
        "output_audio_buffer.cleared",
        "conversation.item.truncated",
    ]
    assert events[-3]["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert events[-1]["item_id"] == item_id
    assert events[-1]["audio_end_ms"] == 1_000
    await rig.send("conversation.item.retrieve", item_id=item_id)
    part = rig.one("conversation.item.retrieved")["item"]["content"][0]
    assert part["transcript"] == "One two three"
    assert len(part["audio"]) * 3 // 4 == 1_000 * BYTES_PER_MS
    assert playback.playing is None
    await rig.close()


async def test_barge_in_over_webrtc_when_the_answer_is_made_but_still_heard() -> None:
    playback = ManualPlayback()
    rig = talkative(playback)
    await rig.send("response.create")
    await rig.run(30)
    playback.heard_ms = 500
    before = len(rig.events)
    await rig.append(voice(200))
    assert [event["type"] for event in rig.events[before:]] == [
        "input_audio_buffer.speech_started",
        "output_audio_buffer.cleared",
        "conversation.item.truncated",
    ]
    assert rig.one("response.done")["response"]["status"] == "completed"
    assert not rig.of("output_audio_buffer.stopped")
    await rig.close()


async def test_barge_in_over_websocket_leaves_truncating_to_the_client() -> None:
    rig = talkative()
    await rig.send("response.create")
    await rig.run(1.0)
    before = len(rig.events)
    await rig.append(voice(200))
    assert [event["type"] for event in rig.events[before:]] == ["input_audio_buffer.speech_started", *CLOSING]
    item_id = rig.one("response.output_item.added")["item"]["id"]
    await rig.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=400)
    assert rig.events[-1]["type"] == "conversation.item.truncated"
    await rig.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=90_000)
    assert rig.one("error")["error"]["param"] == "audio_end_ms"
    await rig.close()


async def test_the_brain_is_told_only_what_was_heard() -> None:
    playback = ManualPlayback()
    rig = talkative(playback)
    await rig.send("response.create")
    await rig.run(2.0)
    playback.heard_ms = 1_000
    await rig.speak()
    await rig.run()
    assert isinstance(rig.brain, ScriptedBrain)
    said = [item["content"][0]["transcript"] for item in rig.brain.prompts[-1].items]
    assert said == ["One two three", "Hello there."]
    await rig.close()


async def test_a_response_that_may_not_be_interrupted_goes_on_and_the_turn_is_answered_after_it() -> None:
    turn_detection = {"type": "server_vad", "interrupt_response": False}
    rig = talkative(audio={"input": {"turn_detection": turn_detection}})
    await rig.send("response.create")
    await rig.run(0.2)
    await rig.speak()
    assert not rig.of("response.done")
    await rig.run(60)
    statuses = [event["response"]["status"] for event in rig.of("response.done")]
    assert statuses == ["completed", "completed"]
    types = rig.types(deltas=False)
    assert types.index("response.done") < len(types) - 1 - types[::-1].index("response.created")
    await rig.close()


async def test_create_response_false_only_listens() -> None:
    rig = talkative(audio={"input": {"turn_detection": {"type": "server_vad", "create_response": False}}})
    await rig.speak()
    await rig.run()
    assert rig.types()[-1] == "conversation.item.done"
    await rig.close()


async def test_clearing_the_output_stops_the_answer() -> None:
    playback = ManualPlayback()
    rig = talkative(playback)
    await rig.send("response.create")
    await rig.run(1.0)
    playback.heard_ms = 300
    await rig.send("output_audio_buffer.clear")
    assert [event["type"] for event in rig.events][-3:] == [
        "response.done",
        "output_audio_buffer.cleared",
        "conversation.item.truncated",
    ]
    assert rig.one("response.done")["response"]["status_details"]["reason"] == "client_cancelled"
    await rig.send("output_audio_buffer.clear")
    assert rig.events[-1]["type"] == "conversation.item.truncated"
    await rig.close()


async def test_a_cancelled_answer_is_heard_to_the_end_unless_cleared() -> None:
    playback = ManualPlayback()
    rig = talkative(playback)
    await rig.send("response.create")
    await rig.run(1.0)
    await rig.send("response.cancel")
    assert playback.ended
    playback.drain()
    assert rig.events[-1]["type"] == "output_audio_buffer.stopped"
    await rig.close()


async def test_the_voice_stays_once_it_was_heard() -> None:
    rig = talkative()
    await rig.update(audio={"output": {"voice": "ash"}})
    await rig.send("response.create")
    await rig.run(0.2)
    await rig.update(audio={"output": {"voice": "sage"}})
    await rig.run()
    await rig.update(audio={"output": {"voice": "sage"}})
    await rig.send("response.create", response={"audio": {"output": {"voice": "sage"}}})
    assert rig.errors() == ["cannot_update_voice"] * 3
    assert rig.session.config["audio"]["output"]["voice"] == "ash"
    await rig.close()


async def test_silence_after_an_answer_is_counted_from_when_it_was_heard() -> None:
    turn_detection = {"type": "server_vad", "idle_timeout_ms": 5_000}
    playback = ManualPlayback()
    rig = talkative(playback, audio={"input": {"turn_detection": turn_detection}})
    await rig.send("response.create")
    await rig.run()
    await rig.append(silence(8_000))
    assert not rig.of("input_audio_buffer.timeout_triggered")
    playback.drain()
    await rig.append(silence(5_100))
    timeout = rig.one("input_audio_buffer.timeout_triggered")
    assert timeout["audio_start_ms"] == 8_000
    assert len(rig.of("response.created")) == 2
    await rig.close()
