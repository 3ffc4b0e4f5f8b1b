"""The strict checks that every session and knob goes through."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.refusals import Rejected
from simulator.schema import shapes

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
CHECKS = [
    shapes.text(8, least=1, pattern=r"[a-z]+"),
    shapes.whole(1, 10),
    shapes.number(0.0, 1.0),
    shapes.flag,
    shapes.one_of("auto", "none"),
    shapes.nullable(shapes.flag),
    shapes.list_of(shapes.flag, 2),
    shapes.record({"a": shapes.flag}, required=("a",)),
    shapes.variants("type", {"x": shapes.record({"type": shapes.one_of("x")})}),
    shapes.free_object(100),
]


def rejection(check: Callable[[Any, str], Any], value: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        check(value, "session.x")
    return caught.value


@pytest.mark.parametrize(
    ("check", "value", "code"),
    [
        (shapes.text(3), "four", "invalid_value"),
        (shapes.text(3), 3, "invalid_type"),
        (shapes.text(3), "\ud800", "invalid_value"),
        (shapes.text(9, pattern="[a-z]+"), "a b", "invalid_value"),
        (shapes.whole(1, 5), True, "invalid_type"),
        (shapes.whole(1, 5), 2.0, "invalid_type"),
        (shapes.whole(1, 5), 0, "invalid_value"),
        (shapes.number(0, 1), float("nan"), "invalid_value"),
        pytest.param(shapes.number(0, 1), 10**400, "invalid_value", id="larger than any float"),
        (shapes.number(0, 1), False, "invalid_type"),
        (shapes.flag, 1, "invalid_type"),
        (shapes.list_of(shapes.flag, 1), [True, False], "invalid_value"),
        (shapes.list_of(shapes.flag, 1, least=1), [], "invalid_value"),
        (shapes.list_of(shapes.flag, 1), {}, "invalid_type"),
        (shapes.record({}), [], "invalid_type"),
        (shapes.record({}), {"odd": 1}, "unknown_parameter"),
        (shapes.record({}, required=("a",)), {}, "missing_required_parameter"),
        (shapes.variants("type", {}), {}, "missing_required_parameter"),
        (shapes.free_object(10), {"a": "0123456789"}, "invalid_value"),
        (shapes.free_object(100), {"a": float("inf")}, "invalid_value"),
        (shapes.free_object(100), {"\udfff": 1}, "invalid_value"),
    ],
)
def test_a_wrong_value_is_rejected_by_its_code(check: Callable[[Any, str], Any], value: object, code: str) -> None:
    assert rejection(check, value).code == code


def test_the_path_leads_to_the_field_at_fault() -> None:
    check = shapes.record({"tools": shapes.list_of(shapes.record({"name": shapes.flag}), 3)})
    assert rejection(check, {"tools": [{"name": True}, {"name": 0}]}).param == "session.x.tools[1].name"


def test_the_body_itself_adds_nothing_to_the_path() -> None:
    with pytest.raises(Rejected) as caught:
        shapes.record({})({"odd": 1}, "")
    assert caught.value.param == "odd"


def test_an_unsupported_word_is_answered_with_every_supported_one() -> None:
    assert rejection(shapes.one_of("auto", "none"), "all").message == (
        "Invalid value: 'all'. Supported values are: 'auto', 'none'."
    )


def test_a_message_quotes_little_of_what_was_sent() -> None:
    secret = "s" * 39 + "ecret" * 100
    assert "ecret" not in rejection(shapes.one_of("auto"), secret).message
    assert len(rejection(shapes.record({}), {"k" * 5_000: 1}).message) < 300


def test_a_deep_object_is_rejected() -> None:
    nested: dict[str, Any] = {}
    for _ in range(shapes.MAX_DEPTH):
        nested = {"a": nested}
    assert "nested" in rejection(shapes.free_object(10_000), nested).message
    assert shapes.free_object(10_000)(nested["a"], "x") == nested["a"]


def test_what_comes_back_is_a_copy() -> None:
    given_object = {"a": {"b": [1]}}
    copied = shapes.free_object(100)(given_object, "x")
    copied["a"]["b"].append(2)
    assert given_object == {"a": {"b": [1]}}


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", "[" * 100_000, "1" * 5_000])
def test_text_that_is_not_json_is_rejected(raw: str | bytes) -> None:
    with pytest.raises(Rejected) as caught:
        shapes.decode(raw)
    assert caught.value.code == "invalid_json"


@given(value=ANY_JSON, check=st.sampled_from(CHECKS))
def test_no_value_raises_anything_but_a_rejection(value: object, check: Callable[[Any, str], Any]) -> None:
    try:
        checked = check(value, "session.x")
    except Rejected as rejected:
        json.dumps(rejected.error()).encode()
        return
    json.dumps(checked, allow_nan=False, ensure_ascii=False).encode()
    assert checked == value
