"""A response by itself: pace, overrides, limits, several items, faults, and what it costs."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from simulator.engine.deltas import CHUNK_MS
from simulator.knobs import Knobs
from simulator.parts import BYTES_PER_MS, Answer, FunctionCall, Prompt
from simulator.scripted import ScriptedBrain
from tests.engine import MS_PER_CHARACTER, ManualPlayback, Rig

pytestmark = pytest.mark.anyio

LONG = "One two three four five six seven. Eight nine ten eleven twelve. Thirteen fourteen fifteen sixteen."
TWO_CALLS = Answer(
    text="Let me look.", calls=[FunctionCall("look", {"at": "sky"}), FunctionCall("listen", {"to": ["sea", "wind"]})]
)


class BrokenBrain:
    name = "broken"

    async def answer(self, prompt: Prompt) -> Answer:
        raise RuntimeError("no idea")


async def response(rig: Rig, **overrides: Any) -> None:
    await rig.send("response.create", response=overrides)


def text_of(rig: Rig) -> str:
    return "".join(event["delta"] for event in rig.of("response.output_audio_transcript.delta"))


async def test_words_run_ahead_of_the_sound_and_both_trickle() -> None:
    rig = Rig(brain=ScriptedBrain([LONG]), knobs=Knobs(generation_speed=1.0))
    await response(rig)
    await rig.run(0)
    first = text_of(rig)
    assert LONG.startswith(first)
    assert 0 < len(first) < len(LONG) / 2
    types = rig.types()
    assert types.index("response.output_audio_transcript.delta") < types.index("response.output_audio.delta")
    assert len(rig.of("response.output_audio.delta")) == 1
    await rig.run(CHUNK_MS / 1000)
    assert len(rig.of("response.output_audio.delta")) == 2
    await rig.run(1.0)
    assert len(first) < len(text_of(rig)) < len(LONG)
    await rig.run(30)
    assert text_of(rig) == LONG == rig.one("response.output_audio_transcript.done")["transcript"]
    await rig.close()


async def test_speed_zero_is_as_fast_as_the_machine_can() -> None:
    rig = Rig(brain=ScriptedBrain([LONG]), knobs=Knobs(generation_speed=0))
    await response(rig)
    for _ in range(500):
        await asyncio.sleep(0)
    assert rig.one("response.done")["response"]["status"] == "completed"
    await rig.close()


async def test_the_first_sound_does_not_wait_for_the_rest() -> None:
    rig = Rig(brain=ScriptedBrain([LONG]))
    await response(rig)
    await rig.run(0)
    assert rig.of("response.output_audio.delta")
    assert rig.synthesiser.closed == 0
    await rig.run()
    assert rig.synthesiser.closed == 1
    await rig.close()


async def test_all_the_sound_arrives() -> None:
    rig = Rig(brain=ScriptedBrain(["Hello you"]))
    await response(rig)
    await rig.run()
    pcm = b"".join(base64.b64decode(event["delta"]) for event in rig.of("response.output_audio.delta"))
    assert len(pcm) == len("Hello you") * MS_PER_CHARACTER * BYTES_PER_MS
    await rig.close()


async def test_thinking_takes_its_time() -> None:
    rig = Rig(knobs=Knobs(think_ms=700))
    await response(rig)
    await rig.run(0.6)
    assert rig.types()[-1] == "response.created"
    await rig.run(0.2)
    assert rig.of("response.output_item.added")
    await rig.close()


async def test_overrides_reach_brain_and_voice() -> None:
    brain = ScriptedBrain(["Hi"])
    rig = Rig(brain=brain, audio={"output": {"speed": 1.25}})
    await rig.say("in the conversation")
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "beside it"}]}
    await response(
        rig,
        conversation="none",
        instructions="Be brief.",
        metadata={"topic": "test"},
        input=[item],
        tool_choice="none",
        audio={"output": {"voice": "sage"}},
    )
    await rig.run()
    (prompt,) = brain.prompts
    assert (prompt.instructions, prompt.tool_choice) == ("Be brief.", "none")
    assert [one["content"][0]["text"] for one in prompt.items] == ["beside it"]
    assert rig.synthesiser.asked == [("Hi", "sage", 1.25)]
    done = rig.one("response.done")["response"]
    assert (done["conversation_id"], done["metadata"]) == (None, {"topic": "test"})
    assert done["audio"]["output"]["voice"] == "sage"
    assert len(rig.of("conversation.item.added")) == 1
    await rig.close()


async def test_a_message_and_several_calls() -> None:
    rig = Rig(brain=ScriptedBrain([TWO_CALLS]))
    await response(rig)
    await rig.run()
    output = rig.one("response.done")["response"]["output"]
    assert [item["type"] for item in output] == ["message", "function_call", "function_call"]
    assert [event["output_index"] for event in rig.of("response.output_item.done")] == [0, 1, 2]
    assert [event["item"]["id"] for event in rig.of("conversation.item.added")] == [item["id"] for item in output]
    for call, done in zip(output[1:], rig.of("response.function_call_arguments.done"), strict=True):
        deltas = [
            event["delta"]
            for event in rig.of("response.function_call_arguments.delta")
            if event["call_id"] == call["call_id"]
        ]
        assert "".join(deltas) == call["arguments"] == done["arguments"]
        assert "\n" in call["arguments"]
        assert done["name"] == call["name"]
    assert json.loads(output[2]["arguments"]) == {"to": ["sea", "wind"]}
    await rig.close()


async def test_an_answer_with_nothing_in_it_is_done_at_once() -> None:
    rig = Rig(brain=ScriptedBrain([Answer()]))
    await response(rig)
    await rig.run()
    assert rig.one("response.done")["response"]["output"] == []
    await rig.close()


@pytest.mark.parametrize("limit", [1, 10, 25])
@pytest.mark.parametrize("modality", ["text", "audio"])
async def test_max_output_tokens_cut_the_answer(limit: int, modality: str) -> None:
    rig = Rig(brain=ScriptedBrain([LONG]))
    await response(rig, max_output_tokens=limit, output_modalities=[modality])
    await rig.run()
    done = rig.one("response.done")["response"]
    assert (done["status"], done["max_output_tokens"]) == ("incomplete", limit)
    assert done["status_details"] == {"type": "incomplete", "reason": "max_output_tokens"}
    assert done["output"][0]["status"] == "incomplete"
    assert rig.one("response.output_item.done")["item"]["status"] == "incomplete"
    assert limit <= done["usage"]["output_tokens"] <= limit + 1 + CHUNK_MS // 50
    await rig.close()


async def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    rig = Rig(brain=ScriptedBrain(["Hi"]))
    await response(rig, max_output_tokens=4_096)
    await rig.run()
    assert rig.one("response.done")["response"]["status"] == "completed"
    await rig.close()


async def test_a_limit_cuts_before_a_call_too() -> None:
    rig = Rig(brain=ScriptedBrain([Answer(calls=TWO_CALLS.calls)]))
    await response(rig, max_output_tokens=6)
    await rig.run()
    done = rig.one("response.done")["response"]
    assert done["status"] == "incomplete"
    assert [item["name"] for item in done["output"]] == ["look"]
    await rig.close()


async def test_a_fault_fails_the_response_and_not_the_session(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(brain=BrokenBrain(), instructions="secret instructions")
    await response(rig)
    await rig.run()
    done = rig.one("response.done")["response"]
    assert done["status"] == "failed"
    assert done["status_details"]["error"]["type"] == "server_error"
    assert "no idea" in caplog.text
    assert "secret instructions" not in caplog.text
    assert not rig.session.ended.is_set()
    await rig.close()


async def test_usage_grows_with_the_conversation_and_is_cached() -> None:
    rig = Rig(instructions="x" * 400)
    for _ in range(3):
        await rig.ask("y" * 100)
    first, second, third = (event["response"]["usage"] for event in rig.of("response.done"))
    assert first["input_token_details"]["cached_tokens"] == 0
    assert first["input_tokens"] < second["input_tokens"] < third["input_tokens"]
    assert second["input_token_details"]["cached_tokens"] == 64
    assert third["input_token_details"]["cached_tokens"] == 128
    details = first["output_token_details"]
    assert details["audio_tokens"] == rig.synthesiser_ms() // 50 // 3
    assert details["text_tokens"] == 8
    await rig.close()


async def test_other_instructions_are_not_cached() -> None:
    rig = Rig(instructions="x" * 400)
    await rig.ask("y" * 100)
    await rig.update(instructions="z" * 400)
    await rig.ask("y" * 100)
    assert rig.of("response.done")[1]["response"]["usage"]["input_token_details"]["cached_tokens"] == 0
    await rig.close()


async def test_the_loudspeaker_is_heard_before_the_sound_is_done() -> None:
    playback = ManualPlayback()
    playback.starts = False
    rig = Rig(playback=playback, brain=ScriptedBrain(["Hi"]))
    await response(rig)
    await rig.run(0.3)
    assert not rig.of("response.output_audio.done")
    assert playback.playing
    playback.on_started(playback.playing[0])
    await rig.run(0.1)
    assert rig.types(deltas=False)[-1] == "response.done"
    assert rig.types().index("output_audio_buffer.started") < rig.types().index("response.output_audio.done")
    assert not rig.of("response.output_audio.delta")
    assert playback.ended
    await rig.close()
