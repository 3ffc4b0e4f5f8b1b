"""The filter passes events on untouched or not at all. The exact list is judged in tests/contract."""

from __future__ import annotations

from simulator.engine.event_filter import filtered
from simulator.parts import Event


def test_passes_on_what_is_allowed_and_nothing_else() -> None:
    seen: list[Event] = []
    sink = filtered(seen.append)
    allowed = {"type": "conversation.item.added", "item": {}}
    for event in (allowed, {"type": "error"}, {"type": "response.done"}, {"type": "output_audio_buffer.cleared"}):
        sink(event)
    assert seen == [allowed]
    assert seen[0] is allowed
