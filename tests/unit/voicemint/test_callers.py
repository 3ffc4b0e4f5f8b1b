"""Who may start a call: on a laptop, and in Azure."""

from __future__ import annotations

import pytest

from tests.mint_support import HOSTED, request, settings
from voicemint.callers import admit
from voicemint.errors import AuthNotConfigured, OriginNotAllowed

ORIGIN = "https://talk.example"
OPEN = {**HOSTED, "ALLOW_ANONYMOUS": "true", "ALLOWED_ORIGINS": f"{ORIGIN},http://localhost:4280"}


def test_on_this_machine_a_program_without_an_origin_may_call() -> None:
    admit(request(), settings())


@pytest.mark.parametrize(
    "host",
    ["talk.example", "10.0.0.5:80", "192.168.0.7:7071", "localhost.example", "localhost:80@talk.example", "[::1"],
)
def test_a_program_that_reaches_it_by_another_name_may_not(host: str) -> None:
    with pytest.raises(OriginNotAllowed):
        admit(request(host=host), settings())


@pytest.mark.parametrize("host", ["localhost:7071", "127.0.0.1:7071", "[::1]:7071", "localhost"])
def test_on_this_machine_the_servers_own_page_may_call(host: str) -> None:
    admit(request(host=host, origin=f"http://{host}"), settings())


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:7071", ORIGIN),
        ("localhost:7071", "http://localhost:8080"),
        ("localhost:7071", "http://127.0.0.1:7071"),
        ("localhost:7071", "null"),
        ("localhost:7071", ""),
        ("localhost:7071", "http://[::1"),
        ("rebound.example:7071", "http://rebound.example:7071"),
        ("192.168.0.7:7071", "http://192.168.0.7:7071"),
    ],
)
def test_on_this_machine_other_pages_may_not(host: str, origin: str) -> None:
    with pytest.raises(OriginNotAllowed):
        admit(request(host=host, origin=origin), settings())


def test_on_this_machine_listed_pages_may() -> None:
    admit(request(origin=ORIGIN), settings(ALLOWED_ORIGINS=ORIGIN))


def test_hosted_nobody_may_call_by_default() -> None:
    with pytest.raises(AuthNotConfigured, match="ALLOW_ANONYMOUS is not true"):
        admit(request(origin=ORIGIN), settings(**HOSTED, ALLOWED_ORIGINS=ORIGIN))


def test_hosted_anonymous_calls_need_listed_origins() -> None:
    with pytest.raises(AuthNotConfigured, match="ALLOWED_ORIGINS is empty"):
        admit(request(origin=ORIGIN), settings(**HOSTED, ALLOW_ANONYMOUS="true"))


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:4280"])
def test_hosted_a_listed_page_may_call_if_anonymous_calls_are_on(origin: str) -> None:
    admit(request(origin=origin), settings(**OPEN))


@pytest.mark.parametrize(
    "origin", ["https://talk.example.evil.example", "http://talk.example", f"{ORIGIN}:8443", f"{ORIGIN}/", "null"]
)
def test_hosted_anything_but_the_exact_origin_may_not(origin: str) -> None:
    with pytest.raises(OriginNotAllowed):
        admit(request(origin=origin), settings(**OPEN))


def test_hosted_a_request_without_an_origin_may_not() -> None:
    with pytest.raises(OriginNotAllowed):
        admit(request(), settings(**OPEN))


def test_hosted_its_own_loopback_name_means_nothing() -> None:
    with pytest.raises(OriginNotAllowed):
        admit(request(host="localhost:7071", origin="http://localhost:7071"), settings(**OPEN))
