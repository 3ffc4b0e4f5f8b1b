"""Turning knobs from JSON: strict, and all or nothing."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.knobs import Fault, Knobs
from simulator.refusals import Rejected
from simulator.wire.controls import apply


def test_only_what_is_named_is_turned() -> None:
    knobs = Knobs(think_ms=5)
    apply(knobs, {"mint_latency_ms": 7, "generation_speed": 0})
    assert dataclasses.asdict(knobs) == {
        **dataclasses.asdict(Knobs()),
        "think_ms": 5,
        "mint_latency_ms": 7,
        "generation_speed": 0.0,
    }


def test_faults_replace_the_whole_list() -> None:
    knobs = Knobs(faults=[Fault("calls", "500")])
    apply(knobs, {"faults": [{"on": "mint", "kind": "throttled", "retry_after": 2}]})
    assert knobs.faults == [Fault("mint", "throttled", 1, 2)]
    apply(knobs, {"faults": []})
    assert knobs.faults == []


def test_one_wrong_knob_leaves_the_others_alone() -> None:
    knobs = Knobs()
    with pytest.raises(Rejected):
        apply(knobs, {"think_ms": 5, "max_session_seconds": 0})
    assert knobs == Knobs()


def test_every_knob_can_be_turned() -> None:
    knobs = Knobs()
    apply(knobs, dataclasses.asdict(Knobs()))
    assert knobs == Knobs()


@given(
    asked=st.dictionaries(
        st.sampled_from([field.name for field in dataclasses.fields(Knobs)]) | st.text(max_size=4),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=4)
        | st.lists(st.dictionaries(st.text(), st.text())),
    )
)
def test_anything_else_is_rejected(asked: dict[str, object]) -> None:
    knobs = Knobs()
    try:
        apply(knobs, asked)
    except Rejected:
        assert knobs == Knobs()
