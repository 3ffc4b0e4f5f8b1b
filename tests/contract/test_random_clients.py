"""Whatever a client sends, in whatever order: the session lives, every answer parses, and the ids fit together."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.knobs import Knobs
from simulator.parts import Answer, Event, FunctionCall
from simulator.scripted import ScriptedBrain
from tests.contract.judge import parsed
from tests.engine import WHISPER, ManualPlayback, Rig, silence, voice

LAST = "$last"
"""Stands for the id of the item that was added last."""
IDS = ("root", "mine_1", "mine_2", LAST, LAST, "item_unknown", "", None, 7)
TEXTS = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
TIMES = st.sampled_from([0, 1, 150, 10_000_000, -1]) | JSON
PARTS = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["input_text", "output_text", "text"]), "text": TEXTS}),
    st.just({"type": "input_audio", "audio": base64.b64encode(voice(200)).decode()}),
    st.just({"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}),
    JSON,
)
ITEMS = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("message"),
            "role": st.sampled_from(["user", "assistant", "system", "owner"]),
            "content": st.lists(PARTS, max_size=2),
        },
        optional={"id": st.sampled_from(IDS)},
    ),
    st.just({"type": "function_call", "name": "look", "arguments": "{}"}),
    st.just({"type": "function_call_output", "call_id": "call_1", "output": "seen"}),
    JSON,
)
RESPONSES = st.fixed_dictionaries(
    {},
    optional={
        "output_modalities": st.sampled_from([["text"], ["audio"], ["audio", "text"]]),
        "conversation": st.sampled_from(["auto", "none", "other"]),
        "max_output_tokens": st.sampled_from([1, 12, "inf", 0]),
        "metadata": st.just({"topic": "test"}),
        "input": st.lists(ITEMS | st.just({"type": "item_reference", "id": "mine_1"}), max_size=2),
        "instructions": TEXTS,
    },
)
SESSIONS = st.fixed_dictionaries(
    {"type": st.sampled_from(["realtime", "transcription"])},
    optional={
        "instructions": TEXTS,
        "audio": st.sampled_from(
            [
                {"input": {"turn_detection": None}},
                {"input": {"turn_detection": {"type": "semantic_vad"}}},
                {"input": {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 5000}}},
                {"input": {"turn_detection": {"type": "server_vad", "interrupt_response": False}}},
                {"input": {"transcription": {"model": WHISPER}}},
                {"output": {"voice": "ash"}},
                {"output": {"format": {"type": "audio/pcmu"}}},
            ]
        ),
        "nonsense": JSON,
    },
)


def append(pcm: bytes) -> dict[str, str]:
    return {"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()}


def event(kind: str, **fields: Any) -> st.SearchStrategy[Any]:
    """An event of this kind: whole three times in four, else with parts missing."""
    whole = st.fixed_dictionaries({"type": st.just(kind), **fields})
    holed = st.fixed_dictionaries({"type": st.just(kind)}, optional={"event_id": TEXTS, **fields})
    return st.one_of(whole, whole, whole, holed)


PAUSES = (0.0, 0.1, 0.4, 2.0)
"""Seconds that pass between two frames."""

SENSIBLE = st.sampled_from(
    [
        append(voice(700)),
        append(voice(700)),
        append(silence(700)),
        append(silence(8_000)),
        {"type": "input_audio_buffer.commit"},
        {"type": "response.create"},
        {"type": "response.create", "response": {"conversation": "none", "output_modalities": ["text"]}},
        {"type": "response.create", "response": {"conversation": "none"}},
        {"type": "response.create", "response": {"max_output_tokens": 9}},
        {"type": "response.cancel"},
        {"type": "output_audio_buffer.clear"},
        {"type": "conversation.item.truncate", "item_id": LAST, "content_index": 0, "audio_end_ms": 150},
        {"type": "conversation.item.delete", "item_id": LAST},
        {"type": "conversation.item.retrieve", "item_id": LAST},
        {
            "type": "conversation.item.create",
            "item": {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
        },
    ]
)
WILD = st.one_of(
    event("session.update", session=SESSIONS),
    st.just(append(b"\x01")),
    event("conversation.item.create", item=ITEMS, previous_item_id=st.sampled_from(IDS)),
    event("conversation.item.retrieve", item_id=st.sampled_from(IDS)),
    event("conversation.item.delete", item_id=st.sampled_from(IDS)),
    event("conversation.item.truncate", item_id=st.sampled_from(IDS), content_index=st.just(0), audio_end_ms=TIMES),
    event("response.create", response=RESPONSES),
    event("response.cancel", response_id=st.sampled_from(["resp_unknown", None])),
    event("input_audio_buffer.clear"),
    JSON,
)
CREATE, CANCEL = {"type": "response.create"}, {"type": "response.cancel"}
TRUNCATE = {"type": "conversation.item.truncate", "item_id": LAST, "content_index": 0, "audio_end_ms": 150}
SCENES: list[list[Any]] = [
    [append(voice(700)), append(silence(700)), 0.1],
    [append(voice(700)), append(silence(700)), 0.2, append(voice(300))],
    [CREATE, 0.1, CANCEL],
    [CREATE, 0.2, CANCEL, {"type": "output_audio_buffer.clear"}, TRUNCATE],
    [CREATE, 0.2, append(voice(200)), TRUNCATE],
    [CREATE, 0.1, {"type": "conversation.item.delete", "item_id": LAST}],
    [CREATE, 5.0, "drain", append(silence(8_000)), 5.0],
    [CREATE, 5.0, append(voice(200))],
    [CREATE, {"type": "response.create", "response": {"conversation": "none"}}, 0.2, append(voice(200))],
]
STEPS = st.lists(
    st.one_of(
        st.sampled_from(SCENES),
        st.one_of(SENSIBLE, WILD, st.sampled_from([*PAUSES, "drain"])).map(lambda step: [step]),
        st.binary(max_size=20).map(lambda step: [step]),
    ),
    min_size=2,
    max_size=12,
).map(lambda scenes: [step for scene in scenes for step in scene])
ANSWERS: list[Answer | str] = [
    "Yes.",
    Answer(text="One. Two.", calls=[FunctionCall("look", {"at": "me"})]),
    Answer(calls=[FunctionCall("look", {}), FunctionCall("look", {"a": [1]})]),
    Answer(),
]


# A client that says much has a long repr, of which Hypothesis complains when it makes one for its own records.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=150, deadline=None)
@given(steps=STEPS, spoken_by_service=st.booleans(), rate_limits=st.booleans())
def test_random_clients(steps: list[Any], spoken_by_service: bool, rate_limits: bool) -> None:
    asyncio.run(converse(steps, spoken_by_service, rate_limits))


async def converse(steps: list[Any], spoken_by_service: bool, rate_limits: bool) -> None:
    playback = ManualPlayback() if spoken_by_service else None
    rig = Rig(
        brain=ScriptedBrain(ANSWERS, otherwise="And so on."),
        playback=playback,
        knobs=Knobs(send_rate_limits=rate_limits),
    )
    for step in steps:
        if isinstance(step, float) and step in PAUSES:  # any other number is a frame like any other
            await rig.run(step)
        elif isinstance(step, str) and step == "drain":
            if playback and playback.playing and playback.ended:
                playback.drain()
        else:
            frame = step if isinstance(step, bytes) else with_last_item(json.dumps(step), rig.events)
            await rig.session.receive(frame, rig.client)
    await rig.run(60)
    assert not rig.session.ended.is_set()
    check(rig.events)
    await rig.close()


def with_last_item(frame: str, events: list[Event]) -> str:
    added = [sent["item"]["id"] for sent in events if sent["type"] == "conversation.item.added"]
    return frame.replace(LAST, added[-1]) if added else frame


def check(events: list[Event]) -> None:
    """Everything parses; one response at a time; what is opened is closed; no item is spoken of before it exists."""
    active: list[str] = []
    opened: set[str] = set()
    items: set[str] = set()
    event_ids: list[str] = []
    for sent in events:
        parsed(sent)
        kind = sent["type"]
        event_ids.append(sent["event_id"])
        if kind == "response.created" and sent["response"]["conversation_id"]:
            active.append(sent["response"]["id"])
        if kind == "response.done" and sent["response"]["conversation_id"]:
            active.remove(sent["response"]["id"])
            assert all(item["status"] != "in_progress" for item in sent["response"]["output"])
        assert len(active) <= 1
        if kind == "response.output_item.added":
            opened.add(sent["item"]["id"])
        if kind == "response.output_item.done":
            opened.remove(sent["item"]["id"])
        if kind == "conversation.item.added":
            assert sent["item"]["id"] not in items
            assert sent["previous_item_id"] is None or sent["previous_item_id"] in items
            items.add(sent["item"]["id"])
        if kind in ("conversation.item.done", "conversation.item.retrieved"):
            assert sent["item"]["id"] in items
        if kind == "conversation.item.truncated":
            assert sent["item_id"] in items
        if kind == "conversation.item.deleted":
            items.remove(sent["item_id"])
        if "item_id" in sent and kind.endswith(".delta") and kind.startswith("response."):
            assert sent["item_id"] in opened
    assert not active, "a response never ended"
    assert not opened, "an item was never closed"
    assert len(set(event_ids)) == len(event_ids)
