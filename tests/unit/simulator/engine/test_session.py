"""A session as its clients see it: attaching, updating, items, errors, expiry, and leaving nothing behind."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from simulator.engine import session as engine
from simulator.knobs import Knobs
from simulator.parts import Event
from simulator.schema import session_config
from simulator.scripted import ScriptedBrain
from tests.engine import TRANSCRIBE, WHISPER, ManualPlayback, Rig, silence, voice

pytestmark = pytest.mark.anyio


async def test_created_carries_the_whole_session() -> None:
    rig = Rig(instructions="Be kind.")
    created = rig.one("session.created")["session"]
    assert created["id"] == "sess_test"
    assert created["object"] == "realtime.session"
    assert created["expires_at"] == int(rig.clock.time()) + 3_600
    config = session_config.create({"type": "realtime", "model": "gpt-realtime", "instructions": "Be kind."})
    assert {name: created[name] for name in config} == config == rig.session.config
    await rig.close()


async def test_updated_carries_the_whole_session_and_a_patch_keeps_the_rest() -> None:
    rig = Rig(instructions="Be kind.")
    await rig.update(audio={"input": {"turn_detection": None}})
    updated = rig.one("session.updated")["session"]
    assert updated["audio"]["input"]["turn_detection"] is None
    assert updated["instructions"] == "Be kind."
    assert updated["id"] == "sess_test"
    await rig.close()


async def test_an_event_that_was_sent_does_not_change_afterwards() -> None:
    rig = Rig(instructions="Be kind.")
    await rig.update(instructions="Be brief.")
    assert rig.one("session.created")["session"]["instructions"] == "Be kind."
    await rig.close()


async def test_a_sideband_hears_everything_but_the_greeting_and_errors_go_to_the_sender() -> None:
    rig = Rig()
    heard: list[Event] = []
    sideband = rig.session.attach(heard.append, announce=False)
    await rig.say("Hello")
    assert heard == rig.events[1:]
    await rig.send("response.cancel", attachment=sideband, event_id="mine")
    assert heard[-1]["error"]["event_id"] == "mine"
    assert not rig.of("error")
    sideband.detach()
    sideband.detach()
    await rig.say("Hello again")
    assert len(heard) == 3
    await rig.close()


@pytest.mark.parametrize(
    ("event", "code", "param"),
    [
        ({"type": "session.update", "session": {}}, "missing_required_parameter", "session.type"),
        (
            {"type": "session.update", "session": {"type": "realtime", "mood": "calm"}},
            "unknown_parameter",
            "session.mood",
        ),
        ({"type": "session.update", "session": {"type": "transcription"}}, "invalid_parameter", "session.type"),
        ({"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_empty", None),
        ({"type": "conversation.item.retrieve", "item_id": "x"}, "item_retrieve_invalid_item_id", "item_id"),
        ({"type": "conversation.item.delete", "item_id": "x"}, "item_delete_invalid_item_id", "item_id"),
        (
            {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 0},
            "item_truncate_invalid_item_id",
            "item_id",
        ),
        ({"type": "response.cancel"}, "response_cancel_not_active", None),
        ({"type": "response.create", "response": {"voice": "ash"}}, "unknown_parameter", "response.voice"),
        ({"type": "output_audio_buffer.clear"}, "invalid_value", "type"),
        ({"type": "response.start"}, "invalid_value", "type"),
    ],
)
async def test_errors_name_the_fault_and_the_event(event: dict[str, Any], code: str, param: str | None) -> None:
    rig = Rig()
    await rig.send(**event, event_id="mine")
    error = rig.one("error")["error"]
    assert (error["code"], error["param"], error["event_id"]) == (code, param, "mine")
    assert error["type"] == "invalid_request_error"
    await rig.say("The session goes on.")
    assert rig.events[-1]["type"] == "conversation.item.done"
    await rig.close()


async def test_a_frame_that_is_no_json() -> None:
    rig = Rig()
    await rig.session.receive(b"\x00\xff", rig.client)
    await rig.session.receive("{", rig.client)
    assert rig.errors() == ["invalid_event"] * 2
    assert rig.of("error")[0]["error"]["event_id"] is None
    await rig.close()


async def test_waiting_frames_are_bounded_and_taken_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_PENDING_FRAMES", 2)
    rig = Rig(audio={"input": {"turn_detection": None}})
    audio = base64.b64encode(silence(5_000)).decode()
    frames = [
        json.dumps({"type": "input_audio_buffer.append", "audio": audio}),
        json.dumps({"type": "input_audio_buffer.commit"}),
        json.dumps({"type": "input_audio_buffer.clear"}),
    ]
    await asyncio.gather(*(rig.session.receive(frame, rig.client) for frame in frames))
    assert rig.errors() == ["rate_limit_exceeded"]
    assert rig.types()[-1] == "conversation.item.done"
    assert rig.session._conversation.get(rig.events[-1]["item"]["id"], "retrieve").audio_ms == 5_000
    await rig.close()


async def test_items_come_and_go() -> None:
    rig = Rig()
    await rig.say("first")
    first = rig.events[-1]["item"]["id"]
    item = {"id": "zero", "type": "message", "role": "system", "content": [{"type": "input_text", "text": "Rules."}]}
    await rig.send("conversation.item.create", item=item, previous_item_id="root")
    assert rig.events[-1]["previous_item_id"] is None
    await rig.send("conversation.item.create", item={**item, "id": "one"}, previous_item_id="zero")
    assert [event["previous_item_id"] for event in rig.events[-2:]] == ["zero", "zero"]
    await rig.send("conversation.item.delete", item_id=first)
    assert rig.events[-1] == {
        "type": "conversation.item.deleted",
        "event_id": rig.events[-1]["event_id"],
        "item_id": first,
    }
    await rig.send("conversation.item.retrieve", item_id="one")
    assert rig.one("conversation.item.retrieved")["item"]["content"] == item["content"]
    await rig.close()


async def test_spoken_turn_from_the_first_sound_to_the_prompt() -> None:
    brain = ScriptedBrain(["Hi."])
    rig = Rig(brain=brain, audio={"input": {"transcription": {"model": WHISPER, "language": "en"}}})
    await rig.append(silence(992))
    await rig.speak()
    await rig.run()
    started, stopped = rig.one("input_audio_buffer.speech_started"), rig.one("input_audio_buffer.speech_stopped")
    item_id = started["item_id"]
    added = rig.of("conversation.item.added")[0]
    assert item_id == stopped["item_id"] == rig.one("input_audio_buffer.committed")["item_id"] == added["item"]["id"]
    assert added["item"]["content"] == [{"type": "input_audio", "transcript": None}]
    assert started["audio_start_ms"] == 992 - 300
    assert 1_992 + 200 <= stopped["audio_end_ms"] <= 1_992 + 300
    completed = rig.one("conversation.item.input_audio_transcription.completed")
    assert (completed["item_id"], completed["transcript"]) == (item_id, "Hello there.")
    (prompt,) = brain.prompts
    assert prompt.items[0]["content"][0]["transcript"] == "Hello there."
    assert prompt.language == "en"
    await rig.close()


async def test_sound_from_a_track_is_heard_too() -> None:
    rig = Rig(playback=ManualPlayback())
    for sound in (voice(640), silence(640)):
        rig.session.hear(sound)
    await rig.run()
    assert rig.one("input_audio_buffer.speech_stopped")
    assert rig.one("response.done")["response"]["status"] == "completed"
    await rig.close()


async def test_without_transcription_there_are_no_such_events_but_an_answer() -> None:
    brain = ScriptedBrain(["Hi."])
    rig = Rig(brain=brain)
    await rig.speak()
    await rig.run()
    assert not [kind for kind in rig.types() if "transcription" in kind]
    assert brain.prompts[0].items[0]["content"][0]["transcript"] == "Hello there."
    await rig.send("conversation.item.retrieve", item_id=rig.one("input_audio_buffer.committed")["item_id"])
    assert rig.one("conversation.item.retrieved")["item"]["content"][0]["transcript"] is None
    await rig.close()


async def test_noise_that_passed_for_speech_is_answered() -> None:
    brain = ScriptedBrain(["I did not catch that."])
    rig = Rig(brain=brain, heard=[""], audio={"input": {"transcription": {"model": TRANSCRIBE}}})
    await rig.speak()
    await rig.run()
    assert rig.one("conversation.item.input_audio_transcription.completed")["transcript"] == ""
    assert brain.prompts[0].items[0]["content"][0]["transcript"] == ""
    assert rig.one("response.output_audio_transcript.done")["transcript"] == "I did not catch that."
    await rig.close()


async def test_push_to_talk() -> None:
    rig = Rig(audio={"input": {"turn_detection": None, "transcription": {"model": WHISPER}}})
    await rig.append(voice(500))
    await rig.send("input_audio_buffer.clear")
    await rig.append(voice(640))
    await rig.send("input_audio_buffer.commit")
    await rig.run()
    assert rig.types(deltas=False)[1:] == [
        "input_audio_buffer.cleared",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.completed",
    ]
    await rig.send("response.create")
    await rig.run()
    assert rig.one("response.done")["response"]["status"] == "completed"
    await rig.close()


async def test_a_greeting_needs_no_input() -> None:
    brain = ScriptedBrain(["Welcome!"])
    rig = Rig(brain=brain)
    await rig.send("response.create")
    await rig.run()
    assert list(brain.prompts[0].items) == []
    assert rig.one("response.output_audio_transcript.done")["transcript"] == "Welcome!"
    await rig.close()


async def test_typed_audio_is_recognised_but_not_reported() -> None:
    brain = ScriptedBrain(["Hi."])
    rig = Rig(brain=brain, audio={"input": {"transcription": {"model": WHISPER}}})
    part = {"type": "input_audio", "audio": base64.b64encode(voice(500)).decode()}
    await rig.send("conversation.item.create", item={"type": "message", "role": "user", "content": [part]})
    assert "audio" not in rig.events[-1]["item"]["content"][0]
    await rig.send("response.create")
    await rig.run()
    assert brain.prompts[0].items[0]["content"][0]["transcript"] == "Hello there."
    assert not [kind for kind in rig.types() if "transcription" in kind]
    assert rig.one("response.done")["response"]["usage"]["input_token_details"]["audio_tokens"] == 5
    await rig.send("conversation.item.retrieve", item_id=rig.of("conversation.item.added")[0]["item"]["id"])
    assert rig.one("conversation.item.retrieved")["item"]["content"][0]["audio"] == part["audio"]
    await rig.close()


async def test_telephone_audio_both_ways() -> None:
    law = {"type": "audio/pcmu"}
    rig = Rig(audio={"input": {"format": law}, "output": {"format": law}})
    for byte, count in ((b"\x10", 8 * 640), (b"\xff", 8 * 640)):
        await rig.send("input_audio_buffer.append", audio=base64.b64encode(byte * count).decode())
    await rig.run()
    assert rig.one("input_audio_buffer.speech_stopped")["audio_end_ms"] < 1_280
    made = sum(len(base64.b64decode(event["delta"])) for event in rig.of("response.output_audio.delta"))
    assert made // 8 == pytest.approx(rig.synthesiser_ms(), abs=10)
    await rig.close()


async def test_a_transcription_session_listens_and_never_answers() -> None:
    rig = Rig()
    config = session_config.create(
        {"type": "transcription", "audio": {"input": {"transcription": {"model": TRANSCRIBE}}}}
    )
    listening = engine.Session(config, id="sess_t", parts=rig.session._parts, playback=None)
    events: list[Event] = []
    client = listening.attach(events.append, announce=True)
    for sound in (voice(640), silence(1_000)):
        frame = {"type": "input_audio_buffer.append", "audio": base64.b64encode(sound).decode()}
        await listening.receive(json.dumps(frame), client)
    await rig.run()
    await listening.receive('{"type": "response.create"}', client)
    types = [event["type"] for event in events]
    assert "conversation.item.input_audio_transcription.completed" in types
    assert "response.created" not in types
    assert types[-1] == "error"
    await listening.close("test over")
    await rig.close()


async def test_it_expires_with_a_word_of_warning() -> None:
    rig = Rig(knobs=Knobs(max_session_seconds=120))
    await rig.run(119)
    assert not rig.session.ended.is_set()
    await rig.run(1)
    assert rig.events[-1]["error"]["code"] == "session_expired"
    assert rig.session.ended.is_set()
    assert rig.session.end_reason == "expired"
    await rig.close()
    assert rig.session.end_reason == "expired"


async def test_closing_ends_everything_once() -> None:
    playback = ManualPlayback()
    rig = Rig(playback=playback, brain=ScriptedBrain(["A long story. " * 20]))
    await rig.send("response.create")
    await rig.run(0.5)
    await rig.append(silence(100))
    await rig.session.close("hung up")
    await rig.session.close("again")
    assert rig.session.end_reason == "hung up"
    assert rig.session.ended.is_set()
    assert rig.activity.released == 1
    assert rig.synthesiser.closed == 1
    assert playback.playing is None
    assert rig.session._tasks == set()
    count = len(rig.events)
    rig.session.hear(voice(1_000))
    await rig.send("response.create")
    await rig.run()
    assert len(rig.events) == count
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert [task for task in others if "simulator" in repr(task.get_coro())] == []
    await rig.close()
