"""Replies: headers on each, problems for every error, nothing that escapes."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

import msgspec
import pytest

from tests.canaries import CANARY_TOKEN
from tests.mint_support import request
from voicemint.errors import NotConfigured, UpstreamThrottled, VoicemintError, leaves
from voicemint.replies import Action, Content, Reply, answer
from voicemint.requests import Request

pytestmark = pytest.mark.anyio

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": "request-0001",
    "Server-Timing": "total;dur=0.0",
}


def nothing(request: Request) -> Mapping[str, str]:
    return {}


async def reply_to(request: Request, actions: Mapping[str, Action]) -> Reply:
    return await answer("somewhere", request, actions, nothing)


class Fine(msgspec.Struct):
    fine: bool = True


async def succeed(request: Request) -> Fine:
    return Fine()


def raising(error: Exception) -> Action:
    async def action(request: Request) -> Fine:
        raise error

    return action


async def test_success_is_json_with_the_headers_of_every_reply() -> None:
    reply = await reply_to(request(method="GET"), {"GET": succeed})

    assert (reply.status, reply.media_type, reply.body) == (200, "application/json", b'{"fine":true}')
    assert reply.headers == HEADERS


async def test_head_is_get_without_a_body() -> None:
    reply = await reply_to(request(method="HEAD"), {"GET": succeed})

    assert (reply.status, reply.body, dict(reply.headers)) == (200, b"", HEADERS)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
async def test_a_wrong_method_is_told_the_right_ones(method: str) -> None:
    reply = await reply_to(request(method=method), {"POST": succeed})

    assert (reply.status, reply.headers["Allow"]) == (405, "POST")


async def test_where_get_is_allowed_head_is_too() -> None:
    assert (await reply_to(request(), {"GET": succeed})).headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("kind", list(leaves()))
async def test_every_error_becomes_a_problem(kind: type[VoicemintError], caplog: pytest.LogCaptureFixture) -> None:
    error = NotConfigured([("A", "is missing")], names_only=False) if kind is NotConfigured else _make(kind)
    reply = await reply_to(request(), {"POST": raising(error)})

    assert (reply.status, reply.media_type) == (kind.status, "application/problem+json")
    assert json.loads(reply.body) == {
        "type": f"urn:voicemint:error:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": error.detail,
        "code": kind.code,
        "hint": error.hint,
        "request_id": "request-0001",
        **({"retry_after": error.retry_after} if kind.status in (429, 503) else {}),
    }
    assert ("Retry-After" in reply.headers) == (kind.status in (429, 503))
    assert {name: reply.headers[name] for name in HEADERS} == HEADERS
    assert f'"code": "{kind.code}"' in caplog.text


def _make(kind: type[VoicemintError]) -> VoicemintError:
    return kind(["GET"]) if kind.code == "method_not_allowed" else kind()  # type: ignore[arg-type]


async def test_retry_after_is_the_errors() -> None:
    reply = await reply_to(request(), {"POST": raising(UpstreamThrottled(retry_after=7))})

    assert reply.headers["Retry-After"] == "7"
    assert json.loads(reply.body)["retry_after"] == 7


async def test_the_unforeseen_is_a_500_whose_text_goes_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    reply = await reply_to(request(), {"POST": raising(ValueError(f"Illegal header value Bearer {CANARY_TOKEN}"))})

    assert reply.status == 500
    assert json.loads(reply.body)["code"] == "internal_error"
    assert CANARY_TOKEN.encode() not in reply.body
    (record, *_) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is None
    assert '"error_type": "ValueError"' in record.getMessage()
    assert "test_replies.py" in record.getMessage()


async def test_a_reply_does_not_print_its_body() -> None:
    assert "fine" not in repr(await reply_to(request(method="GET"), {"GET": succeed}))


async def test_an_action_may_reply_with_something_else_than_json() -> None:
    async def act(request: Request) -> Content:
        return Content(201, "application/sdp", b"v=0", {"Location": "/api/call/1"})

    reply = await reply_to(request(), {"POST": act})

    assert (reply.status, reply.media_type, reply.body) == (201, "application/sdp", b"v=0")
    assert reply.headers == {**HEADERS, "Location": "/api/call/1"}


async def test_success_and_failure_carry_the_headers_for_other_origins() -> None:
    def cross_origin(request: Request) -> Mapping[str, str]:
        return {"Vary": "Origin"}

    for actions in ({"POST": succeed}, {"POST": raising(UpstreamThrottled())}, {"GET": succeed}):
        assert (await answer("somewhere", request(), actions, cross_origin)).headers["Vary"] == "Origin"


async def test_a_browsers_preflight_is_answered_for_any_route() -> None:
    asked = request(method="OPTIONS", origin="https://talk.example", access_control_request_method="POST")
    reply = await reply_to(asked, {"POST": succeed})

    assert (reply.status, reply.body) == (204, b"")


async def test_every_request_is_logged_once_with_its_outcome(caplog: pytest.LogCaptureFixture) -> None:
    await reply_to(request(), {"POST": succeed})
    await reply_to(request(), {"POST": raising(UpstreamThrottled())})

    done = [json.loads(record.getMessage()) for record in caplog.records]
    assert [line for line in done if line["event"] == "request_done"] == [
        {"event": "request_done", "request_id": "request-0001", "route": "somewhere", "status": s, "milliseconds": 0}
        for s in (200, 429)
    ]


async def test_trouble_with_the_headers_for_others_is_a_500_too(caplog: pytest.LogCaptureFixture) -> None:
    def cross_origin(request: Request) -> Mapping[str, str]:
        raise ValueError(CANARY_TOKEN)

    reply = await answer("somewhere", request(), {"POST": succeed}, cross_origin)

    assert (reply.status, json.loads(reply.body)["code"]) == (500, "internal_error")
    assert CANARY_TOKEN not in caplog.text
