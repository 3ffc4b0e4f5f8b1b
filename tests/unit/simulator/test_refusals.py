"""The bodies of refusals: the recorded texts, and nothing secret in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator import refusals
from simulator.refusals import Refused, Rejected


def test_an_error_event_has_the_recorded_keys() -> None:
    rejected = Rejected("Unknown parameter: 'session.x'.", code="unknown_parameter", param="session.x")
    assert rejected.error("event_of_the_client") == {
        "type": "invalid_request_error",
        "code": "unknown_parameter",
        "message": "Unknown parameter: 'session.x'.",
        "param": "session.x",
        "event_id": "event_of_the_client",
    }


def test_a_rejected_session_becomes_a_400() -> None:
    refused = refusals.model_error(Rejected("No.", code="invalid_value", param="session.x"))
    assert refused.status == 400
    assert refused.body == {
        "error": {"code": "invalid_value", "message": "No.", "param": "session.x", "type": "invalid_request_error"}
    }


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (refusals.bad_key, 401, "401"),
        (refusals.missing_role, 401, "PermissionDenied"),
        (refusals.wrong_tenant, 400, "400"),
        (refusals.local_auth_disabled, 403, "AuthenticationTypeDisabled"),
        (refusals.deployment_not_found, 404, "DeploymentNotFound"),
        (refusals.operation_not_supported, 400, "OpperationNotSupported"),
        (refusals.not_found, 404, "404"),
        (refusals.call_not_found, 404, "call_not_found"),
        (refusals.secret_expired, 401, "401"),
    ],
)
def test_the_gateway_sends_code_and_text_only(make: Callable[[], Refused], status: int, code: str) -> None:
    refused = make()
    assert refused.status == status
    assert set(refused.body["error"]) == {"code", "message"}
    assert refused.body["error"]["code"] == code


def test_the_two_recorded_texts_of_calls() -> None:
    key, token = refusals.secret_needed_instead_of_key(), refusals.secret_needed_instead_of_token()
    assert (key.status, token.status) == (401, 401)
    assert key.body["error"]["message"] == "Realtime session ephemeral token is required."
    assert token.body["error"]["message"] == "This operation requires ephemeral tokens for authentication."


def test_throttling_may_or_may_not_say_how_long() -> None:
    assert refusals.throttled(7).headers == {"retry-after": "7"}
    assert "after 7 seconds" in refusals.throttled(7).body["error"]["message"]
    assert refusals.throttled(None).headers == {}


def test_an_invalid_offer_has_the_recorded_keys() -> None:
    error = refusals.invalid_offer().body["error"]
    assert set(error) == {"message", "code", "type"}
    assert (error["code"], error["type"]) == ("invalid_offer", "invalid_request_error")
    assert error["message"].startswith("Failed to parse offer: failed to unmarshal SDP: ")
