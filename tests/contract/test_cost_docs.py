"""The pages on cost and scaling show what the data says, and the assumptions that it was computed with."""

from __future__ import annotations

import re

import pytest

from devtools import costs, loads
from devtools.costs import HEARD_TOKENS_A_SECOND, SPOKEN_TOKENS_A_SECOND, Session, Traffic
from tests.mint_support import ROOT
from voicemint.setting_list import BY_NAME

COST = (ROOT / "docs" / "cost.md").read_text("utf-8")
SCALING = (ROOT / "docs" / "scaling.md").read_text("utf-8")
MEASURED = (ROOT / "docs" / "verification.md").read_text("utf-8")
MAIN = (ROOT / "infra" / "main.bicep").read_text("utf-8")
KNOWN = costs.read()
TOLD, TOLD_OF_SCALING = (" ".join(page.split()) for page in (COST, SCALING))
"""The same without line breaks, for sentences."""


@pytest.mark.parametrize("table", [costs.months(KNOWN, Session()), costs.lengths(KNOWN), costs.platform_prices(KNOWN)])
def test_the_page_on_cost_shows_what_is_computed(table: str) -> None:
    assert table in COST


@pytest.mark.parametrize("table", [loads.peaks(KNOWN), loads.room(KNOWN)])
def test_the_page_on_scaling_shows_what_is_computed(table: str) -> None:
    assert table in SCALING


def test_another_price_is_another_table() -> None:
    dearer = costs.read()
    dearer["realtime"]["gpt-realtime-2.1"]["prices"]["audioOut"] = 65
    dearer["platform"]["static_web_app_month"]["price"] = 10
    assert costs.months(dearer, Session()) not in COST
    assert costs.lengths(dearer) not in COST


def test_the_assumptions_are_those_of_the_code() -> None:
    session, traffic = Session(), Traffic()
    assert f"Calls of {session.minutes:g} minutes." in TOLD
    assert f"{session.caller_seconds:g} s of the caller + {session.assistant_seconds:g} s of the assistant" in TOLD
    assert f"{HEARD_TOKENS_A_SECOND} audio tokens a second, sent with this turn" in TOLD
    assert f"{SPOKEN_TOKENS_A_SECOND} audio tokens a second, once" in TOLD
    assert f"{session.words_a_second:g} a second, {session.tokens_a_word:g} tokens each" in TOLD
    assert f"{session.prompt_tokens} text tokens of instructions" in TOLD
    assert f"requests x {traffic.seconds:g} s x {traffic.gigabytes:g} GB" in TOLD
    for what, figure in (
        ("requests to the function in a session", f"{traffic.executions}, each billed with a whole second"),
        ("storage operations in a session", str(traffic.storage_operations)),
        ("log lines of a session", f"{traffic.log_bytes // 1000} kB"),
    ):
        assert f"| {what} | {figure} |" in TOLD
    assert f"| the page, once in a session | {traffic.page_bytes // 1000} kB;" in TOLD


def test_the_page_that_is_sent_is_not_larger_than_assumed() -> None:
    opened, call = re.search(r"([\d,]+) bytes to open; for a call ([\d,]+) more", MEASURED).groups()  # type: ignore[union-attr]
    assert int(opened.replace(",", "")) + int(call.replace(",", "")) <= Traffic().page_bytes


def test_the_prices_have_the_date_of_the_data() -> None:
    assert f"read on {KNOWN['prices_read']}" in TOLD
    for name, entry in KNOWN["platform"].items():
        assert name == "about" or {"price", "read", "sure"} <= entry.keys(), name


def test_a_warm_instance_costs_what_is_said() -> None:
    for memory, gigabytes in (("2048", 2.0), ("512", 0.5)):
        [line] = [line for line in COST.splitlines() if f"{memory} MB" in line and line.startswith("|")]
        assert line.endswith(f"| {costs.dollars(costs.warm_month(KNOWN['platform'], gigabytes))} |")


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        ("maxCallsPerDay", "| 1 | starts of all callers in a day | {} |"),
        ("maxInstances", "| 4 | instances of the function | {} |"),
        ("requestsPerInstance", "One instance takes {} requests at once"),
    ],
)
def test_the_defaults_of_the_templates_are_those_of_the_page(parameter: str, sentence: str) -> None:
    default = re.search(rf"^param {parameter} int = (\d+)$", MAIN, re.MULTILINE)
    assert default
    assert sentence.format(default[1]) in TOLD_OF_SCALING


def test_the_models_default_capacity_is_the_one_of_the_page() -> None:
    units = KNOWN["default"]["capacity"]
    unit = KNOWN["realtime"][KNOWN["default"]["realtime"]]["unit"]
    told = f"{units} units: {units * unit['tokens_a_minute']:,} tokens and {units * unit['requests_a_minute']} requests"
    assert told in TOLD_OF_SCALING
    most = re.search(r"to (\d+)$", BY_NAME["MAX_CALLS_PER_DAY"].allowed)
    assert most
    assert f"at most {int(most[1]):,}" in TOLD_OF_SCALING


@pytest.mark.parametrize("figure", ["median 29 and 34 ms", "median 539 ms", "1.6 ms", "260 ms"])
def test_what_was_measured_is_what_the_page_repeats(figure: str) -> None:
    assert figure in MEASURED
    assert figure in TOLD_OF_SCALING
