"""The engine answers in the recorded order: each recorded conversation is held again and compared, types and keys.

Runs of deltas count as one. Transcriptions may come at any time after their item, as they did in the recordings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from simulator.knobs import Knobs
from simulator.parts import Answer, Event, FunctionCall
from simulator.scripted import ScriptedBrain
from tests.contract.judge import RECORDED, check_keys
from tests.engine import TRANSCRIBE, WHISPER, ManualPlayback, Rig, silence

pytestmark = pytest.mark.anyio

TRANSCRIPTION = "conversation.item.input_audio_transcription."
TOOL = {"type": "function", "name": "get_weather", "description": "Look up the weather.", "parameters": {}}
CALL = Answer(calls=[FunctionCall("get_weather", {"city": "London"})])


def outline(types: Sequence[str]) -> list[str]:
    """The order without transcriptions, each kind of delta once an item."""
    kept: list[str] = []
    seen: set[str] = set()
    for kind in types:
        if kind == "response.output_item.added":
            seen = set()
        if kind.startswith(TRANSCRIPTION) or kind in seen:
            continue
        if kind.endswith(".delta"):
            seen.add(kind)
        kept.append(kind)
    return kept


def recorded(name: str, direction: str) -> list[str]:
    return [kind for sender, kind in RECORDED["sequences"][name] if sender == direction]


def transcriptions(types: Sequence[str]) -> set[str]:
    return {kind for kind in types if kind.startswith(TRANSCRIPTION)}


def assert_as_recorded(name: str, sent: Sequence[str], events: Sequence[Event]) -> None:
    types = [event["type"] for event in events]
    assert outline(types) == outline(recorded(name, "server"))
    assert transcriptions(types) == transcriptions(recorded(name, "server"))
    asked = [kind for index, kind in enumerate(sent) if kind != "input_audio_buffer.append" or sent[index - 1] != kind]
    assert asked == recorded(name, "client")
    for event in events:
        check_keys(event)


def message(role: str, text: str) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


async def test_spoken_turn() -> None:
    rig = Rig()
    await rig.update(audio={"input": {"transcription": {"model": WHISPER}}})
    await rig.speak()
    await rig.run()
    assert_as_recorded("spoken_turn", rig.sent, rig.events)
    await rig.close()


async def test_spoken_turn_without_the_transcription_deployment() -> None:
    rig = Rig()
    await rig.update(audio={"input": {"transcription": {"model": "nobody-deployed-this"}}})
    await rig.speak()
    await rig.run()
    assert_as_recorded("spoken_turn_without_transcription_deployment", rig.sent, rig.events)
    await rig.close()


async def test_seeded_history() -> None:
    rig = Rig()
    await rig.update(output_modalities=["text"])
    for role, text in (("user", "My name is Alice."), ("assistant", "Nice to meet you!"), ("user", "What is my name?")):
        await rig.send("conversation.item.create", item=message(role, text))
    await rig.send("response.create")
    await rig.run()
    assert_as_recorded("seeded_history", rig.sent, rig.events)
    await rig.close()


async def test_spoken_turn_that_drives_a_tool() -> None:
    rig = Rig(brain=ScriptedBrain([CALL, "It is foggy."]))
    await rig.update(audio={"input": {"transcription": {"model": TRANSCRIBE}}}, tools=[TOOL])
    await rig.speak()
    await rig.run()
    await answer_the_call(rig)
    assert_as_recorded("spoken_turn_with_tool", rig.sent, rig.events)
    await rig.close()


async def test_typed_turn_with_a_spoken_answer() -> None:
    rig = Rig()
    await rig.update(output_modalities=["audio"])
    await rig.ask("Say hello.")
    assert_as_recorded("typed_turn_spoken_answer", rig.sent, rig.events)
    await rig.close()


async def test_tool_round() -> None:
    rig = Rig(brain=ScriptedBrain([CALL, "It is foggy."]))
    await rig.update(output_modalities=["text"], tools=[TOOL])
    await rig.ask("What is the weather in London?")
    await answer_the_call(rig)
    assert_as_recorded("tool_round", rig.sent, rig.events)
    await rig.close()


async def test_sideband_of_a_webrtc_call() -> None:
    rig = Rig(playback=ManualPlayback())
    seen: list[Event] = []
    sideband = rig.session.attach(seen.append, announce=False)
    await rig.send("session.update", session={"type": "realtime", "output_modalities": ["text"]}, attachment=sideband)
    await rig.send("conversation.item.create", item=message("user", "Hello"), attachment=sideband)
    await rig.send("response.create", attachment=sideband)
    await rig.run()
    assert_as_recorded("sideband", rig.sent, seen)
    await rig.close()


async def test_webrtc_turn_as_at_openai() -> None:
    """Recorded at OpenAI, which sends rate limits and does not repeat a part as `content`: the rest is the same."""
    name = "webrtc_at_openai"
    playback = ManualPlayback()
    rig = Rig(playback=playback, knobs=Knobs(send_rate_limits=True))
    await rig.update(instructions="Answer in two words.")
    await rig.ask("Hello")
    playback.drain()
    events = rig.events[1:]  # the recording is a sideband's, which is not told session.created
    assert outline([event["type"] for event in events]) == outline(recorded(name, "server"))
    assert rig.sent == recorded(name, "client")
    for event in events:
        check_keys({key: value for key, value in event.items() if key != "content"}, "openai")
    await rig.close()


async def test_idle_timeout_as_at_openai() -> None:
    turn_detection = {"type": "server_vad", "idle_timeout_ms": 5_000}
    rig = Rig(audio={"input": {"turn_detection": turn_detection}})
    await rig.ask("Hello")
    before = len(rig.events)
    await rig.append(silence(8_000))
    types = [event["type"] for event in rig.events[before:]]
    expected = recorded("idle_timeout_at_openai", "server")
    assert types[: len(expected)] == expected
    for event in rig.events[before : before + len(expected)]:
        check_keys(event, "openai")
    await rig.close()


def test_an_outline_notices_an_event_out_of_order() -> None:
    types = recorded("spoken_turn", "server")
    moved = [*types[:-2], types[-1], types[-2]]
    assert outline(moved) != outline(types)


async def answer_the_call(rig: Rig) -> None:
    call_id = rig.of("response.function_call_arguments.done")[-1]["call_id"]
    output = {"type": "function_call_output", "call_id": call_id, "output": "It is foggy."}
    await rig.send("conversation.item.create", item=output)
    await rig.send("response.create")
    await rig.run()
