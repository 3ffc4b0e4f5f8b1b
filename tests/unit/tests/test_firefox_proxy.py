"""What the end-to-end tests' proxy changes in Firefox's messages, and that it changes nothing else."""

from __future__ import annotations

from tests.e2e.firefox_proxy import understood


def test_an_unknown_command_is_answered_as_done_and_any_other_fault_stays_one() -> None:
    assert understood({"type": "error", "id": 7, "error": "unknown command", "message": "x"}) == {
        "type": "success",
        "id": 7,
        "result": {},
    }
    fault = {"type": "error", "id": 7, "error": "no such frame", "message": "x"}
    assert understood(fault) == fault


def test_a_download_without_an_identifier_goes_by_its_address() -> None:
    begun = {"type": "event", "method": "browsingContext.downloadWillBegin", "params": {"url": "blob:1"}}
    assert understood(begun)["params"] == {"url": "blob:1", "download": "blob:1"}
    named = {"type": "event", "method": "browsingContext.downloadEnd", "params": {"url": "blob:1", "download": "2"}}
    assert understood(named) == named
