"""What a mint's answer means, above all where no answer came."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest

from devtools.doctor import mint, site
from devtools.doctor.credential import Header
from devtools.doctor.findings import Finding
from devtools.doctor.world import Reply, Request
from devtools.hooks.smoke import SETTLES
from tests.integration.azure_doubles.answers import OUTPUTS
from tests.unit.devtools.doctor.worlds import NOW
from voicemint.masking import Secret

BASE = "https://res.openai.azure.com"


def judged(reply: Reply, *, keyed: bool = True, why: list[Finding] | None = None) -> list[str]:
    found = mint.judge(reply, base=BASE, deployment="voice", keyed=keyed, tenant="T", why_no_role=lambda: why or [])
    return [one.id for one in found]


def refusal(status: int, code: str = "", message: str = "") -> Reply:
    return Reply(status, {}, json.dumps({"error": {"code": code, "message": message}}).encode())


@pytest.mark.parametrize(
    ("failure", "id"),
    [("dns", "mint.no-such-host"), ("refused", "mint.unreachable"), ("reset", "mint.unreachable"),
     ("timeout", "mint.timeout"), ("tls", "mint.tls")],
)  # fmt: skip
def test_no_answer_is_told_by_its_reason(failure: str, id: str) -> None:
    assert judged(Reply(0, failure=failure)) == [id]


def test_a_401_is_about_the_key_or_about_the_token() -> None:
    assert judged(refusal(401, "401")) == ["mint.bad-key"]
    assert judged(refusal(401, "401"), keyed=False) == ["mint.wrong-audience"]
    assert judged(refusal(401, "401", "Token tenant a does not match resource tenant."), keyed=False) == [
        "mint.wrong-tenant"
    ]


@pytest.mark.parametrize(
    ("value", "taken"),
    [("ek_1", True), ("", False), ("ek_1\r\nx-forged: 1", False), ("e\u0301k", False), ("k" * 5_000, False), (7, False),
     (None, False)],
)  # fmt: skip
def test_a_secret_is_what_a_header_can_hold(value: object, taken: bool) -> None:
    reply = Reply(200, {}, json.dumps({"value": value}).encode())
    assert (mint.secret_in(reply) is not None) is taken
    assert judged(reply) == ([] if taken else ["mint.not-azure"])


def test_a_missing_role_is_looked_into() -> None:
    why = Finding("role.propagating", "warning", "", "", "")
    assert judged(refusal(401, "PermissionDenied"), why=[why]) == ["role.propagating"]
    assert judged(refusal(401, "PermissionDenied")) == ["mint.no-role"]


def test_the_evidence_names_status_code_and_request_and_no_text() -> None:
    reply = Reply(400, {"apim-request-id": "abc"}, refusal(400, "odd", "the principal Mary").body)
    (found,) = mint.judge(reply, base=BASE, deployment="v", keyed=True, tenant="", why_no_role=list)
    assert (found.id, found.evidence) == ("mint.refused", "HTTP 400 odd, request abc")


def test_the_mint_asks_for_the_shortest_life_and_sends_the_credential_nowhere_else() -> None:
    asked: list[Request] = []

    def ask(request: Request) -> Reply:
        asked.append(request)
        return Reply(200, {}, b'{"value": "ek_1"}')

    mint.mint(ask, BASE, "voice", Header("api-key", Secret("k" * 32)))
    (request,) = asked
    assert (request.method, request.url) == ("POST", f"{BASE}/openai/v1/realtime/client_secrets")
    assert json.loads(request.body or b"") == {
        "session": {"type": "realtime", "model": "voice"},
        "expires_after": {"anchor": "created_at", "seconds": 10},
    }
    assert request.headers["api-key"] == "k" * 32
    assert "k" * 32 not in repr(request)


@pytest.mark.parametrize(("seconds", "off"), [(300, False), (-300, False), (301, True), (-3600, True)])
def test_five_minutes_are_as_far_as_a_clock_may_be_off(seconds: float, off: bool) -> None:
    reply = Reply(200, {"date": formatdate(NOW + seconds, usegmt=True)})
    assert bool(mint.clock(reply, NOW)) is off
    assert mint.clock(Reply(200, {"date": "yesterday"}), NOW) == mint.clock(Reply(200), NOW) == []


@pytest.mark.parametrize(
    ("status", "headers", "good"),
    [
        (200, {"access-control-allow-origin": "*", "access-control-allow-headers": "authorization,content-type"}, True),
        (204, {"access-control-allow-origin": "https://p", "access-control-allow-headers": "*"}, True),
        (200, {"access-control-allow-origin": "https://q", "access-control-allow-headers": "*"}, False),
        (200, {"access-control-allow-origin": "*", "access-control-allow-headers": "content-type"}, False),
        (403, {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}, False),
    ],
)
def test_a_preflight_must_allow_origin_and_headers(status: int, headers: dict[str, str], good: bool) -> None:
    found = mint.preflight(lambda _: Reply(status, headers), BASE, "https://p")
    assert [one.id for one in found] == ([] if good else ["cors.azure-refuses"])


@pytest.mark.parametrize(
    ("reply", "ids"),
    [
        (Reply(0, failure="dns"), ["mint.no-such-host"]),
        (Reply(503), ["mint.azure-failed"]),
        (Reply(403), ["cors.azure-refuses"]),
        (Reply(200, {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}), []),
    ],
)
def test_who_does_not_answer_a_browser_is_not_said_to_refuse_it(reply: Reply, ids: list[str]) -> None:
    """A new account's name takes a while to be known: that is waited for, and no reason to change the mode."""
    assert [one.id for one in mint.preflight(lambda _: reply, BASE, "https://page.example")] == ids
    assert ids == ["cors.azure-refuses"] or set(ids) <= SETTLES


@pytest.mark.parametrize(
    ("reply", "ids"),
    [(Reply(0, failure="timeout"), ["api.down"]), (Reply(503), ["api.down"]), (Reply(403), ["cors.function-refuses"])],
)
def test_neither_is_a_function_that_is_still_starting(reply: Reply, ids: list[str]) -> None:
    outputs = {**OUTPUTS, "FRONT_DOOR": "direct"}
    assert [one.id for one in site.preflight(lambda _: reply, outputs)] == ids
    assert set(ids) <= SETTLES
