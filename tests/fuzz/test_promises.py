"""The judge of the fuzzers: a true reply passes, and each kind of broken promise is found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.canaries import CANARY_KEY
from tests.fuzz.asking import Asked
from tests.fuzz.drive import Run
from tests.fuzz.promises import Answered, Broken, Judge
from tests.fuzz.rules import Rules
from tests.fuzz.shrinking import shrink
from tests.fuzz.upstream import CLIENT_SECRET
from tests.fuzz.worlds import WORLDS
from voicemint import openapi, routes

DOCUMENT = json.loads(openapi.document())
JUDGE = Judge(DOCUMENT)
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": "0" * 24,
    "server-timing": "total;dur=0.1",
}
ASKED = Asked("GET", "/api/health")
TRUE = Answered(200, "application/json", HEADERS, b'{"status":"ok","version":"0.1.0"}')
LIMITED = DOCUMENT["components"]["examples"]["rate_limited"]["value"] | {"request_id": "0" * 24}


def problem(**changes: object) -> Answered:
    return Answered(
        429,
        "application/problem+json",
        {**HEADERS, "retry-after": "60"},
        json.dumps(LIMITED | changes).encode(),
    )


def without(name: str) -> Mapping[str, str]:
    return {key: value for key, value in HEADERS.items() if key != name}


def test_a_true_reply_passes() -> None:
    JUDGE.judge(ASKED, TRUE)
    JUDGE.judge(Asked("POST", "/api/session"), problem())
    JUDGE.judge(Asked("HEAD", "/api/health"), replace(TRUE, body=b""))


@pytest.mark.parametrize(
    "false",
    [
        replace(TRUE, status=201),
        replace(TRUE, status=500),
        replace(TRUE, media_type="text/html"),
        replace(TRUE, body=b'{"status":"ok"}'),
        replace(TRUE, body=b'{"status":"ok","version":"0.1.0","extra":1}'),
        replace(TRUE, body=b'{"status":"ok","version":' + b'"' + CANARY_KEY.encode() + b'"}'),
        replace(TRUE, headers=without("cache-control")),
        replace(TRUE, headers=without("server-timing")),
        replace(TRUE, headers={**HEADERS, "x-powered-by": "x"}),
        replace(TRUE, headers={**HEADERS, "x-request-id": "mine-0001"}),
        replace(TRUE, headers={**HEADERS, "access-control-allow-origin": "https://evil.example"}),
        replace(TRUE, headers={**HEADERS, "vary": "a\r\nb: c"}),
        replace(TRUE, body=b'{"status":"ok","version":"' + b"1" * 140_000 + b'"}'),
    ],
)
def test_a_false_reply_is_found(false: Answered) -> None:
    with pytest.raises(Broken):
        JUDGE.judge(ASKED, false)


@pytest.mark.parametrize(
    "false",
    [
        problem(code="too_many_calls"),
        problem(code="made_up"),
        problem(status=503),
        problem(request_id="1" * 24),
        problem(detail="x" * 5000),
        problem(upstream="y"),
        problem(detail=f"Azure gave {CLIENT_SECRET}."),
        replace(problem(), headers=HEADERS),
        replace(problem(), headers={**HEADERS, "retry-after": "soon"}),
    ],
)
def test_a_false_problem_is_found(false: Answered) -> None:
    with pytest.raises(Broken):
        JUDGE.judge(Asked("POST", "/api/session"), false)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (Asked("DELETE", "/api/call/{id}", {"id": "0" * 32}, who=None), replace(TRUE, status=204)),
        (Asked("DELETE", "/api/call/{id}", {"id": "0" * 32}, who="B"), replace(TRUE, status=204)),
        (Asked("POST", "/api/session", body=b'{"voice":"nova"}', who="A"), TRUE),
        (Asked("POST", "/api/session", body=b'{"voice":"\\ud800"}', who="A"), TRUE),
        (Asked("POST", "/api/session", body=b'{"voice":"ash"}', who="A"), problem(code="invalid_request")),
    ],
)
def test_a_broken_rule_is_found(asked: Asked, answered: Answered) -> None:
    rules = Rules(WORLDS[0], JUDGE)
    rules.calls.append(("0" * 32, "A"))

    with pytest.raises(Broken):
        rules.judge(asked, answered)


def test_a_failure_says_how_to_see_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(request: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(routes, "health", broken)

    with pytest.raises(Broken, match=r"(?s)local, token, seed 3, request \d+: 500\nThis request alone shows it:\nGET"):
        Run(WORLDS[0], 3, DOCUMENT).run(500)


def test_a_request_is_made_as_small_as_it_can_be() -> None:
    asked = Asked("POST", "/api/session", headers={"A": "1", "B": "2", "Host": "h"}, body=b"xxxx!xxxxxxxxxxxx")

    small = shrink(asked, lambda one: b"!" in one.body and "B" in one.headers)

    assert (small.body, dict(small.headers)) == (b"!", {"B": "2", "Host": "h"})
