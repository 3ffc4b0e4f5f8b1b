"""The endpoint from whatever the portal shows: normalised, or refused with a reason that repeats nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemint.endpoint import Endpoint, parse_endpoint

BASE = "https://res.openai.azure.com"
OLD_QUERY = "api-" + "version=2025-04-01-preview&deployment=d"


@pytest.mark.parametrize(
    ("url", "notes"),
    [
        (BASE, ()),
        (f"{BASE}/", ()),
        (f"{BASE}:443", ()),
        ("HTTPS://RES.OpenAI.Azure.com", ()),
        (f"{BASE}/openai/v1/", ("path stripped",)),
        (f"{BASE}/openai/realtime?{OLD_QUERY}", ("path and query stripped",)),
        (f"{BASE}?{OLD_QUERY}", ("query stripped",)),
        (
            "https://res.cognitiveservices.azure.com",
            ("host cognitiveservices.azure.com rewritten to openai.azure.com",),
        ),
        (
            "https://res.services.ai.azure.com/api/projects/p",
            ("path stripped", "host services.ai.azure.com rewritten to openai.azure.com"),
        ),
    ],
)
def test_any_url_of_the_resource_becomes_its_base(url: str, notes: tuple[str, ...]) -> None:
    assert parse_endpoint(url, hosted=True) == Endpoint(BASE, notes=notes)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_a_loopback_address_is_taken_on_a_local_run_only(url: str, base: str) -> None:
    assert parse_endpoint(url, hosted=False) == Endpoint(base, loopback=True)
    with pytest.raises(ValueError, match="only for a local run"):
        parse_endpoint(url, hosted=True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://res.openai.azure.com", "must start with https://"),
        ("res.openai.azure.com", "must start with https://"),
        ("ftp://127.0.0.1", "must start with http"),
        ("https://eastus2.api.cognitive.microsoft.com", "portal shows it under Keys and Endpoint"),
        ("https://openai.azure.com", "the host must be"),
        ("https://res.openai.azure.com.evil.example", "the host must be"),
        ("https://evil.example/res.openai.azure.com", "the host must be"),
        ("https://a.b.openai.azure.com", "the host must be"),
        ("https://-.openai.azure.com", "name is not a valid one"),
        ("https://res.openai.azure.com:8443", "must not name a port"),
        ("https://user@res.openai.azure.com", "user name or a password"),
        ("https://:secret@res.openai.azure.com", "user name or a password"),
        ("https://res.openai.azure.com:port", "not a URL"),
        ("https://[::1", "not a URL"),
    ],
)
def test_anything_else_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_endpoint(url, hosted=False)


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z0-9.@:\[\]/?#-]{0,40}", fullmatch=True))
def test_whatever_comes_the_result_is_azure_or_loopback_and_the_reason_repeats_nothing(url: str) -> None:
    reason = ""
    try:
        endpoint = parse_endpoint(url, hosted=False)
    except ValueError as error:
        endpoint, reason = Endpoint("http://localhost", loopback=True), str(error)

    assert len(url) < 8 or url not in reason
    assert endpoint.loopback or endpoint.base.startswith("https://")
    assert endpoint.loopback or endpoint.base.endswith(".openai.azure.com")
    assert parse_endpoint(endpoint.base, hosted=False).base == endpoint.base
