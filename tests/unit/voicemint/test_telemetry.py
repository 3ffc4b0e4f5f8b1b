"""The log: known events with known fields only, masked, one JSON object a line, and quiet libraries."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import CANARY_KEY, CANARY_TOKEN
from voicemint import metrics
from voicemint.telemetry import about_caller, about_request, log, quieten_libraries, where

LIBRARIES = ("azure", "httpx", "httpcore", "msal", "urllib3")
HASH = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def loud_libraries() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.getMessage()) for record in caplog.records]


def test_an_event_is_one_line_of_json_that_begins_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    log("minted", request_id="r-1", session_id="sess_1", token_seconds=60, persona="a\nb")

    (record,) = caplog.records
    assert (record.name, record.levelno) == ("voicemint", logging.INFO)
    assert record.getMessage() == (
        '{"event": "minted", "request_id": "r-1", "session_id": "sess_1", "token_seconds": 60, "persona": "a\\nb"}'
    )


def test_a_level_can_be_given(caplog: pytest.LogCaptureFixture) -> None:
    log("request_failed", logging.WARNING, code="x")

    assert caplog.records[0].levelno == logging.WARNING


@pytest.mark.parametrize("name", ["instructions", "token", "api_key", "sdp", "body", "detail", "seconds"])
def test_an_event_has_no_other_fields_than_its_own(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match=f"not a log field of minted: {name}"):
        log("minted", **{name: "x"})  # type: ignore[arg-type]

    assert caplog.records == []


def test_an_event_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not an event: hello"):
        log("hello")


def test_what_looks_like_a_secret_is_masked_in_any_field(caplog: pytest.LogCaptureFixture) -> None:
    log("started", endpoint="ek_abcdef", deployment=HASH, notes=["Bearer abc", ("eyJhbGciOiJIUzI1",)], hosted=True)

    assert lines(caplog) == [
        {"event": "started", "endpoint": "(hidden)", "deployment": "(hidden)", "notes": ["(hidden)", ["(hidden)"]]}
        | {"hosted": True}
    ]


def test_our_own_hashes_are_shown_although_they_have_the_length_of_a_key(caplog: pytest.LogCaptureFixture) -> None:
    log("call_ended", caller=HASH, call_id=HASH, why=HASH)

    assert lines(caplog) == [{"event": "call_ended", "caller": HASH, "call_id": HASH, "why": "(hidden)"}]


@pytest.mark.parametrize("value", [HASH.upper(), f"{HASH}0", CANARY_KEY, CANARY_TOKEN, f"{HASH}\n"])
def test_a_hash_that_is_none_is_masked_all_the_same(value: str, caplog: pytest.LogCaptureFixture) -> None:
    log("call_ended", caller=value, call_id=value)

    (line,) = lines(caplog)
    assert line["caller"].strip() == line["call_id"].strip() == "(hidden)"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.binary(), st.lists, max_leaves=5))
def test_any_value_makes_one_line_of_json(value: object) -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[assignment]
    logger = logging.getLogger("voicemint")
    logger.addHandler(handler)
    try:
        log("not_configured", faults=value)
    finally:
        logger.removeHandler(handler)

    (message,) = (record.getMessage() for record in records)
    assert json.loads(message).keys() == {"event", "faults"}
    assert len(message.splitlines()) == 1


async def _in_the_background() -> None:
    log("upstream_call", operation="mint")


def test_what_is_logged_about_a_request_has_its_id_also_in_tasks_and_threads(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        await asyncio.create_task(_in_the_background())
        await asyncio.to_thread(log, "credential_failed", credential="entra")

    with about_request("request-0001"):
        asyncio.run(work())
    log("upstream_call")

    assert [line.get("request_id") for line in lines(caplog)] == ["request-0001", "request-0001", None]


def test_an_id_that_is_given_counts_and_an_event_without_the_field_gets_none(caplog: pytest.LogCaptureFixture) -> None:
    with about_request("request-0001"):
        log("minted", request_id="request-0002")
        log("leash_late", seconds=9)

    assert [line.get("request_id") for line in lines(caplog)] == ["request-0002", None]


def test_a_caller_once_known_is_in_every_later_line_of_the_request(caplog: pytest.LogCaptureFixture) -> None:
    with about_request("request-0001"):
        log("mint_requested")
        about_caller(HASH)
        log("request_failed")
        log("internal_error")
    with about_request("request-0002"):
        log("request_failed")

    assert lines(caplog) == [
        {"event": "mint_requested", "request_id": "request-0001"},
        {"event": "request_failed", "request_id": "request-0001", "caller": HASH},
        {"event": "internal_error", "request_id": "request-0001"},
        {"event": "request_failed", "request_id": "request-0002"},
    ]


def test_a_caller_of_no_request_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    about_caller(HASH)
    log("request_failed")

    assert lines(caplog) == [{"event": "request_failed"}]


def test_every_event_is_counted_with_what_was_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[tuple[str, object]] = []
    monkeypatch.setattr(metrics, "record", lambda event, fields: counted.append((event, dict(fields))))

    log("minted", persona="tutor", model=HASH)

    assert counted == [("minted", {"persona": "tutor", "model": "(hidden)"})]


def test_the_libraries_own_chatter_is_off(loud_libraries: None) -> None:
    quieten_libraries()

    assert not any(logging.getLogger(f"{name}.deep").isEnabledFor(logging.WARNING) for name in LIBRARIES)


def test_the_place_of_an_error_is_told_without_its_text() -> None:
    def fail() -> None:
        raise RuntimeError("the secret text")

    with pytest.raises(RuntimeError) as caught:
        fail()

    told = where(caught.value)
    assert told.endswith(" fail")
    assert "test_telemetry.py:" in told
    assert "secret" not in told
