"""Requests as the product sees them, whatever a host hands over."""

from __future__ import annotations

import pytest

from tests.canaries import CANARY_KEY
from voicemint.requests import receive


def test_method_and_header_names_are_normalised() -> None:
    request = receive(
        "post", "http://localhost:7071/api/session", {"Content-TYPE": "a", "HOST": "LocalHost:7071"}, b"x"
    )

    assert request.method == "POST"
    assert dict(request.headers) == {"content-type": "a", "host": "LocalHost:7071"}
    assert request.body == b"x"
    assert request.host == "localhost:7071"


def test_without_a_host_header_the_url_says_it() -> None:
    assert receive("GET", "https://App.example/api/config", {}, b"").host == "app.example"


@pytest.mark.parametrize("known", ["0af7651916cd43dd", "5f0c1d2e-3a4b-4c6d-8e8f-9a0b1c2d3e4f", "page_1.call-2"])
def test_a_well_formed_request_id_is_kept(known: str) -> None:
    assert receive("GET", "http://h/", {"X-Request-Id": known}, b"").id == known


@pytest.mark.parametrize("bad", ["", "short", "a" * 65, "has space", "new\nline", "-leading", CANARY_KEY, "é" * 10])
def test_any_other_is_replaced(bad: str) -> None:
    made = receive("GET", "http://h/", {"x-request-id": bad}, b"").id

    assert made != bad
    assert len(made) == 24


def test_made_up_ids_differ() -> None:
    assert len({receive("GET", "http://h/", {}, b"").id for _ in range(100)}) == 100


def test_a_request_prints_neither_headers_nor_body() -> None:
    request = receive("POST", "http://h/", {"authorization": CANARY_KEY}, CANARY_KEY.encode())

    assert CANARY_KEY not in repr(request)
