"""Shapes that no other test looks at: ids by kind, Azure's repeated part, events that are copies."""

from __future__ import annotations

import random
import re

import pytest

from simulator.engine import events
from simulator.engine.events import Place
from simulator.ids import Ids
from simulator.parts import Event

PLACE = Place("resp_1", "item_1", 0)


@pytest.mark.parametrize(
    ("event", "pattern"),
    [
        (events.input_cleared(), r"event_[0-9A-Za-z]{21}"),
        (events.playback_started("resp_1"), r"event_[0-9a-f]{16}"),
    ],
)
def test_event_ids_by_kind(event: Event, pattern: str) -> None:
    sent = events.stamped(event, Ids(random.Random(1)))
    assert re.fullmatch(pattern, sent["event_id"])
    assert list(sent)[:2] == ["type", "event_id"]


def test_azure_repeats_the_part_as_content() -> None:
    added = events.content_part_added(PLACE, spoken=True)
    assert added["content"] == added["part"] == {"type": "audio", "transcript": ""}
    done = events.content_part_done(PLACE, spoken=False, text="Hi")
    assert done["content"] == done["part"] == {"type": "text", "text": "Hi"}


def test_an_event_keeps_the_item_as_it_was() -> None:
    item = {"id": "item_1", "type": "message", "content": [{"type": "output_text", "text": "a"}]}
    sent = [events.item_added(item, None), events.output_item_done(PLACE, item), events.item_retrieved(item)]
    item["content"][0]["text"] = "changed"  # type: ignore[index]
    assert all(event["item"]["content"][0]["text"] == "a" for event in sent)


@pytest.mark.parametrize(("seconds", "limit"), [(3_600.0, "60 minutes"), (90.0, "1.5 minutes"), (5.0, "5 seconds")])
def test_expiry_names_the_limit(seconds: float, limit: str) -> None:
    assert events.session_expired(seconds)["error"]["message"].endswith(f"{limit}.")
