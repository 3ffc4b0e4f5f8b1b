"""The local security policy is the deployed one plus exactly one loopback origin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_host.content_security import allow_connection, is_loopback, loopback_origin

ORIGIN = "http://127.0.0.1:8081"


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("connect-src 'self'", f"connect-src 'self' {ORIGIN}"),
        ("default-src 'none'; connect-src 'none'", f"default-src 'none'; connect-src {ORIGIN}"),
        ("default-src 'self' data:", f"default-src 'self' data:; connect-src 'self' data: {ORIGIN}"),
        ("Connect-Src 'self'; connect-src *", f"connect-src 'self' {ORIGIN}; connect-src *"),
        ("script-src 'self';", "script-src 'self';"),
        ("connect-src a, connect-src b", f"connect-src a {ORIGIN}, connect-src b {ORIGIN}"),
    ],
)
def test_one_origin_is_added_to_connect_src(policy: str, allowed: str) -> None:
    assert allow_connection(policy, ORIGIN) == allowed


@given(st.lists(st.sampled_from(["script-src 'self'", "img-src data:", "frame-ancestors 'none'", "base-uri 'none'"])))
def test_no_other_directive_changes(others: list[str]) -> None:
    allowed = allow_connection("; ".join([*others, "connect-src 'self'"]), ORIGIN)
    assert allowed.split("; ") == [*others, f"connect-src 'self' {ORIGIN}"]


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("http://127.0.0.1:8081/openai/v1", ORIGIN),
        ("https://localhost", "https://localhost"),
        ("http://[::1]:9/", "http://[::1]:9"),
        ("https://res.openai.azure.com", None),
        ("http://127.0.0.1.evil.example", None),
        ("http://user@evil.example:80/", None),
        ("ftp://127.0.0.1", None),
        ("http://127.0.0.1:99999", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_an_address_of_this_machine_has_an_origin_to_add(endpoint: str | None, origin: str | None) -> None:
    assert loopback_origin(endpoint) == origin


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "app.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "localhost.example", "10.0.0.1", "0.0.0.0", "127.0.0.1.nip.io", "::2"])  # noqa: S104
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)
