"""What is written can be read, and nothing else can."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemint.leash.leashed_call import MAX_TEXT, LeashedCall, decode, encode

CALL = LeashedCall("a" * 32, "0123456789abcdef" * 2, "rtc_" + "b" * 32, 1_800_000_600.25)

CALLS = st.builds(
    LeashedCall,
    caller=st.text("0123456789abcdef", min_size=32, max_size=32),
    call_id=st.text("0123456789abcdef", min_size=32, max_size=32),
    upstream_id=st.from_regex(r"\Artc_[A-Za-z0-9_-]{1,128}\Z"),
    ends_at=st.floats(0, 1e11, exclude_max=True),
)


def written(**changes: object) -> str:
    return json.dumps(json.loads(encode(CALL)) | changes)


@given(CALLS)
def test_a_call_survives_the_journey(call: LeashedCall) -> None:
    assert decode(encode(call)) == call
    assert decode(encode(call).encode()) == call
    assert len(encode(call)) < 400


def test_the_text_is_what_older_and_newer_versions_must_read() -> None:
    assert json.loads(encode(CALL)) == {
        "v": 1,
        "caller": CALL.caller,
        "call_id": CALL.call_id,
        "upstream_id": CALL.upstream_id,
        "ends_at": CALL.ends_at,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "{",
        "\ud800",
        b"\xff",
        written(v=2),
        written(v="1"),
        written(caller="a" * 31),
        written(caller="A" * 32),
        written(caller="a" * 32 + "\n"),
        written(call_id="../" + "a" * 29),
        written(call_id=None),
        written(upstream_id=""),
        written(upstream_id="rtc_" + "a" * 129),
        written(upstream_id="sess_1"),
        written(upstream_id="rtc/../x"),
        written(upstream_id="rtc_1\n"),
        written(ends_at="1800000600"),
        written(ends_at=-1),
        written(ends_at=1e11),
        written(ends_at=True),
        written(more=1),
        encode(CALL).replace("1800000600.25", "NaN"),
        encode(CALL) + " x",
        encode(CALL) + " " * MAX_TEXT,
        "[" * MAX_TEXT,
    ],
)
def test_anything_else_is_no_call(text: str | bytes) -> None:
    assert decode(text) is None


@given(st.text() | st.binary())
def test_nothing_breaks_the_reader(text: str | bytes) -> None:
    assert decode(text) is None


@pytest.mark.parametrize(
    "call",
    [
        LeashedCall("", CALL.call_id, CALL.upstream_id, 1.0),
        LeashedCall(CALL.caller, "x", CALL.upstream_id, 1.0),
        LeashedCall(CALL.caller, CALL.call_id, "no/path", 1.0),
        LeashedCall(CALL.caller, CALL.call_id, CALL.upstream_id, float("inf")),
        LeashedCall(CALL.caller, CALL.call_id, "r" * MAX_TEXT, 1.0),
    ],
)
def test_a_call_that_could_not_be_read_is_not_written(call: LeashedCall) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        encode(call)
