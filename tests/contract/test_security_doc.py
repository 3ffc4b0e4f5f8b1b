"""The threat model says what the code does: what it names exists, what must be explained is, and its sums are right."""

from __future__ import annotations

import json
import re

import pytest

from simulator.engine import event_filter
from tests.mint_support import ROOT
from voicemint.callers import addresses, principal
from voicemint.choices import MAX_BODY_BYTES
from voicemint.errors import leaves
from voicemint.setting_list import BY_NAME

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
SITE = json.loads((ROOT / "static_site" / "public" / "staticwebapp.config.json").read_text("utf-8"))

REFUSALS = {
    "auth_not_configured",
    "origin_not_allowed",
    "sign_in_required",
    "role_required",
    "unknown_call",
    "rate_limited",
    "too_many_calls",
    "minutes_used_up",
    "daily_limit_reached",
    "storage_unavailable",
}
"""Every way in which somebody is kept from starting or ending a call."""

PROTECTIONS = {
    "ALLOWED_ORIGINS",
    "ALLOWED_ROLES",
    "ALLOW_ANONYMOUS",
    "ALLOW_CUSTOM_INSTRUCTIONS",
    "AZURE_OPENAI_AUTH",
    "CALL_MODE",
    "EVENT_FILTER",
    "MAX_CALLS_PER_DAY",
    "MAX_CALL_SECONDS",
    "MAX_CONCURRENT_CALLS",
    "MAX_MINUTES_PER_DAY",
    "RATE_LIMIT_PER_MINUTE",
    "REQUIRE_SIGN_IN",
    "TOKEN_TTL_SECONDS",
    "TRUSTED_PROXIES",
    "TRUST_CLIENT_PRINCIPAL",
}
"""The settings that an owner protects a deployment with."""


def section(title: str) -> str:
    """What stands under a heading, up to the next one of any level."""
    match = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert match, title
    return match[1]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row below its head."""
    table = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_every_directive_and_every_header_of_the_page_is_explained_as_it_is_and_no_other() -> None:
    explained = [(row[0].strip("`"), row[1]) for row in rows(section("The page")) if row[0].startswith("`")]
    directives = [part.strip() for part in SITE["globalHeaders"]["Content-Security-Policy"].split(";")]

    assert [name for name, _ in explained] == [*directives, *SITE["globalHeaders"]]
    assert all(why for _, why in explained)


def test_every_setting_that_is_named_exists_and_every_protection_is_named() -> None:
    named = set(re.findall(r"\b([A-Z]{3,}(?:_[A-Z]+)+(?:__\w+)?)\b", PAGE))

    assert named - set(BY_NAME) == set()
    assert PROTECTIONS - named == set()


def test_every_value_of_a_setting_is_one_that_is_allowed() -> None:
    values = re.findall(r"`([A-Z_]{5,})=([^`]+)`", PAGE)

    assert values
    for name, value in values:
        number = re.fullmatch(r"a whole number from (\d+) to (\d+).*", BY_NAME[name].allowed)
        if number:
            assert int(number[1]) <= int(value) <= int(number[2]), name
        else:
            assert re.search(rf"\b{value}\b", BY_NAME[name].allowed), name


def test_every_error_that_is_named_exists_with_its_status_and_every_refusal_is_named() -> None:
    named = {(int(status), code) for status, code in re.findall(r"\b([45]\d\d) `(\w+)`", PAGE)}

    assert named - {(kind.status, kind.code) for kind in leaves()} == set()
    assert REFUSALS - {code for _, code in named} == set()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/.]+)`", PAGE))))
def test_every_test_that_is_named_exists(path: str) -> None:
    place = ROOT / path

    assert place.is_file() or list(place.glob("test_*.py")), f"{path} is not there"


def test_the_headers_that_are_read_are_the_documented_ones() -> None:
    worth = {row[0].strip("`"): row[-1] for row in rows(section("What each header is worth")) if "`" in row[0]}

    assert {principal.HEADER, addresses.HEADER, "origin", "host"} <= worth.keys()
    assert f"At most {principal.MAX_HEADER_BYTES // 1024} KiB" in worth[principal.HEADER]
    assert f"`{addresses.UNKNOWN}`" in worth[addresses.HEADER]


def test_every_route_that_is_named_exists() -> None:
    routes = set(re.findall(r'route="([a-z.]+)', (ROOT / "function_app.py").read_text("utf-8")))

    assert set(re.findall(r"/api/([a-z.]*[a-z])", PAGE)) - routes == set()


def test_the_private_filter_lets_through_as_many_kinds_of_event_as_is_said() -> None:
    assert len(event_filter.ALLOWED) == 11
    assert "lets eleven kinds of event through" in PAGE


def test_the_body_limit_is_the_documented_one() -> None:
    assert f"bodies of at most {MAX_BODY_BYTES // 1024} KiB" in PAGE


def test_the_most_that_a_day_can_cost_is_computed_right() -> None:
    sums = [row for row in rows(section("Limits and the most that a day can cost")) if row[0][0].isdigit()]
    defaults = [f"{BY_NAME[name].default} (default)" for name in ("MAX_CALLS_PER_DAY", "MAX_CALL_SECONDS")]

    assert sums[0][:2] == defaults
    for calls, seconds, minutes, money in sums:
        most = int(calls.split()[0]) * int(seconds.split()[0]) // 60
        assert (minutes, money) == (str(most), f"{most * 60 // 100} USD")
