"""What somebody may write into a request to be somebody else: over HTTP, against processes set up as in Azure.

Each test has addresses or accounts of its own, so the processes serve all of them. What the tests were answered, and
what the processes printed, is searched for secrets and for people at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.canaries import CANARY_INSTRUCTIONS, CANARY_KEY, CANARY_TOKEN
from tests.integration.forging import (
    FORGED_PRINCIPALS,
    FROM_PAGE,
    LIMIT,
    PRINCIPAL,
    ROLE,
    WRONG_ORIGINS,
    Site,
    account,
    assert_refused,
    at,
    sites,
    spoofed,
)
from tests.integration.hosted import ANYBODY, ORIGIN, SIGN_IN
from tests.integration.hosts import OFFER, local_host
from tests.integration.switchboard import switchboard
from tests.integration.wire import Answer, Headers
from tests.principals import principal


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    with sites(tmp_path_factory.mktemp("azurite")) as opener:
        yield opener


@pytest.fixture(scope="module")
def anonymous(open_site: Callable[..., Site]) -> Site:
    """Anonymous callers behind one proxy. The principal is not trusted."""
    return open_site(**ANYBODY)


@pytest.fixture(scope="module")
def signed_in(open_site: Callable[..., Site]) -> Site:
    """People who have signed in and have a role."""
    return open_site(**SIGN_IN, ALLOWED_ROLES=ROLE)


@pytest.fixture(scope="module")
def two_proxies(open_site: Callable[..., Site]) -> Site:
    """Anonymous callers behind two proxies."""
    return open_site(**ANYBODY, TRUSTED_PROXIES="2")


# The principal


def test_where_it_is_not_trusted_a_principal_changes_nothing(anonymous: Site) -> None:
    here = at("203.0.113.1:50001")
    forged = [[FROM_PAGE, here, account(f"victim-{n}", "admin")] for n in range(5 * LIMIT)]

    assert anonymous.calls(forged) == {"ok": LIMIT, "rate_limited": 4 * LIMIT}, "all of them are one address"
    assert_refused(anonymous.call(FROM_PAGE, here), 429, "rate_limited")


def test_where_it_is_not_trusted_a_principal_reaches_nobodys_call(anonymous: Site, signed_in: Site) -> None:
    place, upstream = signed_in.started(FROM_PAGE, account("victim"))

    assert_refused(anonymous.hang_up(place, FROM_PAGE, at("203.0.113.2"), account("victim")), 404, "unknown_call")
    assert upstream in signed_in.board.open
    assert signed_in.hang_up(place, FROM_PAGE, account("victim")).status == 204


@pytest.mark.parametrize("headers", FORGED_PRINCIPALS.values(), ids=FORGED_PRINCIPALS.keys())
def test_where_it_is_trusted_anything_but_one_principal_is_nobody(signed_in: Site, headers: Headers) -> None:
    assert_refused(signed_in.call(FROM_PAGE, *headers), 401, "sign_in_required")


@pytest.mark.parametrize("roles", [("reader",), (ROLE.upper(),), (f"{ROLE},x",), (f" {ROLE}",), (f"{ROLE}s",)])
def test_a_role_is_had_or_not(signed_in: Site, roles: tuple[str, ...]) -> None:
    assert_refused(signed_in.call(FROM_PAGE, account("somebody", *roles)), 403, "role_required")


# The address


def test_no_made_up_address_makes_another_caller(anonymous: Site) -> None:
    people = [spoofed("203.0.113.10:50000", n) for n in range(50)]

    assert anonymous.calls(people) == {"ok": LIMIT, "rate_limited": 50 - LIMIT}
    assert anonymous.call(FROM_PAGE, at("203.0.113.11")).status == 201, "the neighbour is another caller"


def test_behind_two_proxies_the_address_before_the_last_counts(two_proxies: Site) -> None:
    people = [spoofed("203.0.113.20:50000, 192.0.2.1:443", n) for n in range(50)]

    assert two_proxies.calls(people) == {"ok": LIMIT, "rate_limited": 50 - LIMIT}
    assert two_proxies.call(FROM_PAGE, at("203.0.113.21, 192.0.2.1:443")).status == 201


def test_another_port_or_another_last_proxy_is_the_same_caller(two_proxies: Site) -> None:
    people = [[FROM_PAGE, at(f"203.0.113.22:{1000 + n}, 192.0.2.{n}:443")] for n in range(50)]

    assert two_proxies.calls(people) == {"ok": LIMIT, "rate_limited": 50 - LIMIT}


def test_a_whole_network_of_one_house_is_one_caller(anonymous: Site) -> None:
    people = [[FROM_PAGE, at(f"[2001:db8:7:7:{n:x}::{n}]:{1000 + n}")] for n in range(30)]

    assert anonymous.calls(people) == {"ok": LIMIT, "rate_limited": 20}
    assert anonymous.call(FROM_PAGE, at("[2001:db8:7:8::1]:1000")).status == 201


def test_all_without_an_address_are_one_caller(anonymous: Site) -> None:
    broken = ["", "localhost", "203.0.113.999", "203.0.113.30, ", "fe80::1%eth0", "[::1", "0x7f.1", "203.0.113.30/8"]
    people = [[FROM_PAGE, *([at(broken[n])] if n < len(broken) else [])] for n in range(30)]

    assert anonymous.calls(people) == {"ok": LIMIT, "rate_limited": 20}


# The origin


@pytest.mark.parametrize("path", ["/api/call", f"/api/call/{'0' * 32}"])
def test_wrong_origins_are_refused_and_never_repeated(anonymous: Site, path: str) -> None:
    method, body = ("POST", OFFER) if path == "/api/call" else ("DELETE", None)
    for origin in WRONG_ORIGINS:
        answer = anonymous.ask(method, path, ("origin", origin), at("203.0.113.40"), body=body)
        assert_refused(answer, 403, "origin_not_allowed")
        assert_no_permission(answer)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("origin", "https://evil.example"), FROM_PAGE],
        [FROM_PAGE, ("origin", "https://evil.example")],
        [FROM_PAGE, FROM_PAGE],
        [("referer", f"{ORIGIN}/")],
        [("x-origin", ORIGIN), ("x-forwarded-origin", ORIGIN)],
        [("host", "127.0.0.1"), ("origin", "http://127.0.0.1")],
    ],
    ids=["none", "ours last", "ours first", "ours twice", "a referer", "other headers", "its own loopback name"],
)
def test_a_request_must_have_one_listed_origin(anonymous: Site, headers: Headers) -> None:
    answer = anonymous.call(*headers, at("203.0.113.41"))

    assert_refused(answer, 403, "origin_not_allowed")
    assert_no_permission(answer)


@pytest.mark.parametrize("path", ["/api/config", "/api/health", "/api/openapi.json", "/api/session", "/api/call"])
def test_no_reply_gives_another_origin_permission(anonymous: Site, path: str) -> None:
    preflight = [("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")]
    for origin in WRONG_ORIGINS:
        assert_no_permission(anonymous.ask("GET", path, ("origin", origin)))
        assert_no_permission(anonymous.ask("OPTIONS", path, ("origin", origin), *preflight))
    listed = anonymous.ask("OPTIONS", path, FROM_PAGE, *preflight)
    assert listed.header("access-control-allow-origin") == ORIGIN
    assert listed.header("access-control-allow-credentials") is None


def assert_no_permission(answer: Answer) -> None:
    assert [name for name, _ in answer.headers if name.startswith("access-control-")] == []
    assert answer.header("vary") == "Origin"


def test_a_page_of_another_site_ends_nobodys_call(anonymous: Site) -> None:
    caller = at("203.0.113.42")
    place, upstream = anonymous.started(FROM_PAGE, caller)

    for origin in ([], [("origin", "https://evil.example")], [("origin", "null")]):
        assert_refused(anonymous.hang_up(place, *origin, caller), 403, "origin_not_allowed")
    assert upstream in anonymous.board.open
    assert anonymous.hang_up(place, FROM_PAGE, caller).status == 204
    assert upstream not in anonymous.board.open


# The call


def test_no_made_up_call_is_known_and_nothing_is_hung_up(anonymous: Site) -> None:
    caller = at("203.0.113.50")
    place, upstream = anonymous.started(FROM_PAGE, caller)
    own = place.rpartition("/")[2]
    hung_up = list(anonymous.board.asked_to_hang_up)
    known_shape = [own[::-1], own[:-1] + ("0" if own[-1] != "0" else "1"), "0" * 32]
    other_shape = [
        own.upper() if own.upper() != own else "A" * 32,
        own[:-1],
        f"{own}0",
        "f" * 8000,
        upstream,
        f"{own}%00",
        f"{own}%0a",
        f"%20{own}",
        f"{own}%2F..%2F{own}",
        f"..%2f{own}",
        f"{own}%3Fx",
        f"{own};x=1",
        "%2e%2e",
        "%F0%9F%93%9E",
        "%ff%fe",
        "*",
        "{id}",
        "' or 1 eq 1 or '",
    ]
    for made_up in (*known_shape, *other_shape):
        answer = anonymous.hang_up(f"/api/call/{made_up.replace(' ', '%20')}", FROM_PAGE, caller)
        assert_refused(answer, 404, "unknown_call")
    for path in (f"/api/call/../call/{own}", f"/api/call//{own}", f"/api/call/x/{own}", f"/api/call/{own}/x"):
        assert anonymous.hang_up(path, FROM_PAGE, caller).status == 404

    assert anonymous.board.asked_to_hang_up == hung_up
    assert upstream in anonymous.board.open


def test_somebody_elses_call_is_unknown_and_lives_on(signed_in: Site, anonymous: Site) -> None:
    place, upstream = signed_in.started(FROM_PAGE, account("victim"))
    hung_up = list(signed_in.board.asked_to_hang_up)
    thieves = [
        [account("thief")],
        [account("victim2")],
        [account("VICTIM")],
        [(PRINCIPAL, principal(ROLE, user="victim", provider="aad"))],
    ]
    for thief in thieves:
        assert_refused(signed_in.hang_up(place, FROM_PAGE, *thief), 404, "unknown_call")
    made_up = signed_in.hang_up(f"/api/call/{'0' * 32}", FROM_PAGE, account("thief"))
    real = signed_in.hang_up(place, FROM_PAGE, account("thief"))

    assert_refused(signed_in.hang_up(place, FROM_PAGE), 401, "sign_in_required")
    assert_refused(anonymous.hang_up(place, FROM_PAGE, at("203.0.113.51")), 404, "unknown_call")
    assert shape(real) == shape(made_up), "nobody learns that the call is there"
    assert signed_in.board.asked_to_hang_up == hung_up
    assert upstream in signed_in.board.open
    assert signed_in.hang_up(place, FROM_PAGE, account("victim")).status == 204
    assert signed_in.board.asked_to_hang_up == [*hung_up, upstream]
    assert_refused(signed_in.hang_up(place, FROM_PAGE, account("victim")), 404, "unknown_call")


def shape(answer: Answer) -> tuple[int, list[str], dict[str, object]]:
    """A reply without what differs between any two."""
    return answer.status, [name for name, _ in answer.headers], {**answer.json, "request_id": ""}


def test_relay_gives_no_token_away(anonymous: Site) -> None:
    mints = anonymous.board.mints

    for method, status, code in (
        ("POST", 404, "wrong_call_mode"),
        ("GET", 405, "method_not_allowed"),
        ("PUT", 405, "method_not_allowed"),
    ):
        answer = anonymous.ask(method, "/api/session", FROM_PAGE, at("203.0.113.52"), body={})
        assert_refused(answer, status, code)
    assert anonymous.board.mints == mints


# What is sent along


@pytest.mark.parametrize(
    "name",
    [
        CANARY_KEY,
        CANARY_TOKEN,
        f"ek_{CANARY_KEY[:20]}",
        f"a {CANARY_KEY}",
        CANARY_KEY * 9,
        "<b>bold</b>",
        "x-" * 40,
        "a",
    ],
    ids=["a key", "a token", "a client secret", "a key among words", "long", "markup", "too long", "too short"],
)
def test_a_request_is_not_named_by_a_secret_or_by_anything_but_a_name(anonymous: Site, name: str) -> None:
    answer = anonymous.ask("GET", "/api/config", ("x-request-id", name))

    assert answer.status == 200
    assert re.fullmatch("[0-9a-f]{24}", answer.header("x-request-id") or ""), "one of our own"


def test_a_secret_anywhere_else_in_a_request_is_not_repeated(anonymous: Site) -> None:
    offer = OFFER["sdp"] + f"a=ice-pwd:{CANARY_TOKEN}\r\n"
    people = [FROM_PAGE, at("203.0.113.60")]
    bodies: list[object] = [
        {"sdp": offer, "instructions": CANARY_INSTRUCTIONS},
        {"sdp": offer, "persona": CANARY_KEY},
        {"sdp": offer, CANARY_KEY: CANARY_TOKEN},
        {"sdp": CANARY_TOKEN},
        CANARY_KEY,
    ]
    answers = [anonymous.ask("POST", f"/api/call?key={CANARY_KEY}", *people, body=body) for body in bodies]
    answers.append(anonymous.ask("POST", "/api/call", ("authorization", f"Bearer {CANARY_TOKEN}"), *people, body={}))
    answers.append(anonymous.ask("GET", f"/api/{CANARY_KEY}", ("cookie", f"key={CANARY_KEY}")))

    assert [answer.status for answer in answers] == [201, 404, 400, 400, 400, 400, 404]  # the plugin hunts the replies


# The name of the host, which only counts on somebody's own machine


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Site]:
    with switchboard() as board, local_host(board.url, "--own-name", "rebound.example") as host:
        yield Site(host.url, board)


@pytest.mark.parametrize("origin", [[], [("origin", "http://rebound.example")]])
def test_a_page_that_points_its_own_name_here_gets_no_session(own_machine: Site, origin: Headers) -> None:
    for name in ("rebound.example", "rebound.example:80", "REBOUND.example."):
        answer = own_machine.ask("POST", "/api/session", ("host", name), *origin, body={})
        assert_refused(answer, 403, "origin_not_allowed")
    assert own_machine.board.mints == 0


@pytest.mark.parametrize(
    "name", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost@evil", ""]
)
def test_a_name_that_is_not_its_own_is_not_answered_at_all(own_machine: Site, name: str) -> None:
    answer = own_machine.ask("POST", "/api/session", ("host", name), body={})

    assert answer.status in (400, 421)
    assert own_machine.board.mints == 0
