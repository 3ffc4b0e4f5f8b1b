"""What browsers are told about pages of other origins."""

from __future__ import annotations

import pytest

from tests.mint_support import HOSTED, request, settings
from voicemint.callers.cors import cors_headers
from voicemint.requests import Request
from voicemint.settings import Settings

ORIGIN = "https://talk.example"
OTHERS = [
    "https://evil.example",
    "https://talk.example.evil.example",
    "https://talk.example:8443",
    "http://talk.example",
    "https://talk.example/",
    "https://talk.example, https://evil.example",
    "HTTPS://TALK.EXAMPLE",
    "null",
    "*",
    "",
]


def listed() -> Settings:
    return settings(**HOSTED, ALLOW_ANONYMOUS="true", ALLOWED_ORIGINS=f"https://other.example,{ORIGIN}")


def asked(**headers: str) -> Request:
    return request(method="OPTIONS", access_control_request_method="POST", **headers)


def test_a_listed_page_may_read_the_reply_and_what_it_needs_of_its_headers() -> None:
    assert cors_headers(request(origin=ORIGIN), listed()) == {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": ORIGIN,
        "Access-Control-Expose-Headers": (
            "Location, X-Voicemint-Expires-At, X-Voicemint-Server-Time, X-Request-Id, Retry-After, Server-Timing"
        ),
    }


def test_a_listed_page_may_ask_first() -> None:
    assert cors_headers(asked(origin=ORIGIN), listed()) == {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": ORIGIN,
        "Access-Control-Allow-Methods": "GET, POST, DELETE",
        "Access-Control-Allow-Headers": "content-type, x-request-id",
        "Access-Control-Max-Age": "600",
    }


@pytest.mark.parametrize("origin", OTHERS)
def test_any_other_page_is_told_nothing(origin: str) -> None:
    assert cors_headers(request(origin=origin), listed()) == {"Vary": "Origin"}
    assert cors_headers(asked(origin=origin), listed()) == {"Vary": "Origin"}


def test_a_request_without_an_origin_is_told_nothing() -> None:
    assert cors_headers(request(), listed()) == {"Vary": "Origin"}
    assert cors_headers(asked(), listed()) == {"Vary": "Origin"}


def test_where_nothing_is_listed_nobody_is() -> None:
    assert cors_headers(request(origin=ORIGIN), settings()) == {"Vary": "Origin"}


def test_what_is_sent_is_the_setting_and_not_the_request() -> None:
    configured = listed()
    # Equal, but another object: what came over the network must not be what goes back.
    from_the_network = "".join(["https://", "talk.example"])

    sent = cors_headers(request(origin=from_the_network), configured)["Access-Control-Allow-Origin"]

    assert any(sent is entry for entry in configured.allowed_origins)


def test_options_without_the_question_is_no_preflight() -> None:
    assert "Access-Control-Allow-Methods" not in cors_headers(request(method="OPTIONS", origin=ORIGIN), listed())
    assert "Access-Control-Allow-Methods" not in cors_headers(
        request(method="POST", origin=ORIGIN, access_control_request_method="POST"), listed()
    )


def test_cookies_are_never_allowed() -> None:
    for asking in (request(origin=ORIGIN), asked(origin=ORIGIN)):
        assert not any("credentials" in name.lower() for name in cors_headers(asking, listed()))
