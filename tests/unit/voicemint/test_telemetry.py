"""The log: known fields only, masked, on one line, and quiet libraries."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from voicemint.telemetry import log, quieten_libraries, where

LIBRARIES = ("azure", "httpx", "httpcore", "msal", "urllib3")


@pytest.fixture
def loud_libraries() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_an_event_is_one_line_with_its_fields_as_json(caplog: pytest.LogCaptureFixture) -> None:
    log("minted", request_id="r-1", session_id="sess_1", token_seconds=60, persona="a\nb")

    (record,) = caplog.records
    event, _, fields = record.getMessage().partition(" ")
    assert (record.name, record.levelno, event) == ("voicemint", logging.INFO, "minted")
    assert json.loads(fields) == {"request_id": "r-1", "session_id": "sess_1", "token_seconds": 60, "persona": "a\nb"}
    assert "\n" not in record.getMessage()


def test_a_level_can_be_given(caplog: pytest.LogCaptureFixture) -> None:
    log("request_failed", logging.WARNING, code="x")

    assert caplog.records[0].levelno == logging.WARNING


@pytest.mark.parametrize("name", ["instructions", "token", "api_key", "sdp", "body", "detail"])
def test_there_is_no_field_for_what_must_not_be_logged(name: str) -> None:
    with pytest.raises(ValueError, match=f"not a log field: {name}"):
        log("minted", **{name: "x"})  # type: ignore[arg-type]


def test_what_looks_like_a_secret_is_masked_in_any_field(caplog: pytest.LogCaptureFixture) -> None:
    log("started", endpoint="ek_abcdef", deployment="0123456789abcdef0123456789abcdef", notes=["Bearer abc"])

    assert caplog.records[0].getMessage() == (
        'started {"endpoint": "(hidden)", "deployment": "(hidden)", "notes": ["(hidden)"]}'
    )


def test_the_libraries_own_chatter_is_off(loud_libraries: None) -> None:
    quieten_libraries()

    assert not any(logging.getLogger(f"{name}.deep").isEnabledFor(logging.INFO) for name in LIBRARIES)


def test_the_place_of_an_error_is_told_without_its_text() -> None:
    def fail() -> None:
        raise RuntimeError("the secret text")

    with pytest.raises(RuntimeError) as caught:
        fail()

    told = where(caught.value)
    assert told.endswith(" fail")
    assert "test_telemetry.py:" in told
    assert "secret" not in told
