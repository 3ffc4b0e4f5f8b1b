"""Azure OpenAI's refusals, and what each means to the caller."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import CANARY_KEY
from tests.mint_support import refused
from voicemint.azure.upstream_faults import refusal
from voicemint.errors import UpstreamAuth, UpstreamError

UPSTREAM_TEXT = "text that stays here"


def meaning(status: int, code: object = "", operation: str = "mint", **headers: str) -> UpstreamError:
    response = refused(status, code, UPSTREAM_TEXT, **headers)
    return refusal(operation, response.status_code, response.headers, response.content)


@pytest.mark.parametrize(
    ("status", "upstream_code", "code", "hint"),
    [
        (400, "InvalidSessionType", "upstream_rejected", "persona's own voice"),
        (400, "invalid_value", "upstream_rejected", "persona's own voice"),
        (400, "OperationNotSupported", "upstream_not_found", "Deploy a gpt-realtime model"),
        (400, "OpperationNotSupported", "upstream_not_found", "Deploy a gpt-realtime model"),
        (401, "401", "upstream_auth", "Check the key, or the role"),
        (401, 401, "upstream_auth", "Check the key, or the role"),
        (401, "PermissionDenied", "upstream_auth", "can take ten minutes"),
        (403, "AuthenticationTypeDisabled", "upstream_auth", "AZURE_OPENAI_AUTH=entra"),
        (403, None, "upstream_auth", "network rules"),
        (404, "DeploymentNotFound", "upstream_not_found", "five minutes"),
        (404, "404", "upstream_not_found", "AZURE_OPENAI_ENDPOINT"),
        (408, "Timeout", "upstream_timeout", "Try again"),
        (409, "", "upstream_rejected", "persona's own voice"),
        (422, "", "upstream_rejected", "persona's own voice"),
        (429, "429", "upstream_throttled", "Retry-After"),
        (429, "RateLimitReached", "upstream_throttled", "Retry-After"),
        (429, "DeploymentNotFound", "upstream_throttled", "Retry-After"),
        (500, "", "upstream_unreachable", "Try again"),
        (503, "DeploymentNotFound", "upstream_unreachable", "Try again"),
        (204, "", "upstream_malformed", "AZURE_OPENAI_ENDPOINT"),
        (301, "", "upstream_malformed", "AZURE_OPENAI_ENDPOINT"),
    ],
)
def test_each_refusal_has_its_meaning(status: int, upstream_code: object, code: str, hint: str) -> None:
    error = meaning(status, upstream_code)

    assert error.code == code
    assert hint in error.hint
    assert UPSTREAM_TEXT not in f"{error.detail}{error.hint}"


@pytest.mark.parametrize(
    ("operation", "status", "upstream_code", "code", "detail"),
    [
        ("connect", 400, "invalid_offer", "upstream_rejected", "browser's connection offer"),
        ("connect", 413, "", "upstream_rejected", "browser's connection offer"),
        ("connect", 415, "", "upstream_rejected", "browser's connection offer"),
        ("connect", 422, "", "upstream_rejected", "browser's connection offer"),
        ("connect", 401, "401", "upstream_auth", "secret that it had just given"),
        ("connect", 403, "", "upstream_auth", "refused the server's access"),
        ("connect", 404, "DeploymentNotFound", "upstream_not_found", "no deployment of that name"),
        ("connect", 408, "", "upstream_timeout", "did not answer in time"),
        ("connect", 429, "", "upstream_throttled", "at its limit"),
        ("connect", 500, "", "upstream_unreachable", "has failed"),
        ("hang_up", 400, "", "upstream_rejected", "refused to end the call"),
        ("hang_up", 409, "", "upstream_rejected", "refused to end the call"),
        ("hang_up", 401, "PermissionDenied", "upstream_auth", "no right"),
        ("hang_up", 401, "401", "upstream_auth", "refused the server's credential"),
        ("hang_up", 403, "AuthenticationTypeDisabled", "upstream_auth", "Keys are switched off"),
        ("hang_up", 429, "", "upstream_throttled", "at its limit"),
        ("hang_up", 503, "", "upstream_unreachable", "has failed"),
    ],
)
def test_what_was_asked_decides_what_a_refusal_means(
    operation: str, status: int, upstream_code: str, code: str, detail: str
) -> None:
    error = meaning(status, upstream_code, operation)

    assert error.code == code
    assert detail in error.detail
    assert UPSTREAM_TEXT not in f"{error.detail}{error.hint}"


@pytest.mark.parametrize(
    ("status", "code", "missing"),
    [(401, "PermissionDenied", True), (403, "PermissionDenied", True), (401, "401", False), (403, "", False)],
)
def test_a_missing_role_is_told_from_other_refusals(status: int, code: str, missing: bool) -> None:
    error = meaning(status, code)

    assert isinstance(error, UpstreamAuth)
    assert error.missing_role is missing


def test_a_failure_passes_on_when_to_come_back() -> None:
    assert meaning(503, retry_after="7").retry_after == 7
    assert meaning(503).retry_after is None


@pytest.mark.parametrize(
    ("header", "wait"),
    [("3", 3), ("0", 1), ("86400", 86_400), ("999999999", 86_400), ("soon", 10), ("-1", 10), ("1.5", 10)],
)
def test_the_wait_is_azures_within_bounds(header: str, wait: int) -> None:
    assert meaning(429, retry_after=header).retry_after == wait


def test_without_a_wait_there_is_a_default() -> None:
    assert meaning(429).retry_after == 10


def test_the_log_has_status_known_code_and_support_id(caplog: pytest.LogCaptureFixture) -> None:
    meaning(404, "DeploymentNotFound", apim_request_id="5f0c1d2e-3a4b-4c6d-8e8f-9a0b1c2d3e4f")

    assert caplog.records[0].getMessage() == (
        '{"event": "upstream_refused", "operation": "mint", "upstream_status": 404, '
        '"upstream_code": "DeploymentNotFound", "upstream_request_id": "5f0c1d2e-3a4b-4c6d-8e8f-9a0b1c2d3e4f"}'
    )


def test_nothing_else_that_the_service_says_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    meaning(400, CANARY_KEY, apim_request_id=CANARY_KEY)

    assert caplog.records[0].getMessage() == (
        '{"event": "upstream_refused", "operation": "mint", "upstream_status": 400, '
        '"upstream_code": "other", "upstream_request_id": ""}'
    )


@given(
    st.sampled_from(["mint", "connect", "hang_up"]),
    st.integers(100, 599),
    st.binary(max_size=200) | st.sampled_from([b"[" * 9000, b'{"error":null}', b'{"error":{}}']),
)
def test_any_answer_has_a_meaning(operation: str, status: int, content: bytes) -> None:
    assert refusal(operation, status, {}, content).status in (429, 502, 504)
