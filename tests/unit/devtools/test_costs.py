"""What a month costs, by hand: small numbers that can be checked with a pencil."""

from __future__ import annotations

import pytest

from devtools import costs, loads
from devtools.costs import Session, Traffic, dollars, platform, warm_month

PRICES = {
    "static_web_app_month": {"price": 9},
    "static_web_app_gigabyte": {"price": 1, "free": 1},
    "function_gigabyte_second": {"price": 0.001, "free": 100},
    "function_million_executions": {"price": 2, "free": 0.5},
    "warm_gigabyte_second": {"price": 0.001},
    "storage_month": {"price": 0.5},
    "storage_ten_thousand_operations": {"price": 0.1},
    "log_gigabyte": {"price": 3, "free": 1},
}
MODEL = {"textIn": 1, "textCached": 0, "textOut": 10, "audioIn": 100, "audioCached": 0, "audioOut": 1000, "imageIn": 0}
TWO_TURNS = Session(
    minutes=1, caller_seconds=1, assistant_seconds=1, words_a_second=1, tokens_a_word=1, prompt_tokens=100
)


def test_two_turns_send_the_first_one_again() -> None:
    assert TWO_TURNS.tokens() == {
        "textIn": 101, "textAgain": 100, "audioIn": 20, "audioAgain": 10, "textOut": 2, "audioOut": 40,
    }  # fmt: skip


def test_the_parts_of_many_turns_are_those_of_their_sum() -> None:
    session = Session(minutes=5, prompt_tokens=10, caller_seconds=2, assistant_seconds=4)
    words = session.assistant_seconds * session.words_a_second * session.tokens_a_word
    text = sum(session.prompt_tokens + turn * words for turn in range(session.turns))
    audio = sum((turn + 1) * session.caller_seconds * 10 for turn in range(session.turns))
    tokens = session.tokens()
    assert tokens["textIn"] + tokens["textAgain"] == pytest.approx(text)
    assert tokens["audioIn"] + tokens["audioAgain"] == pytest.approx(audio)


def test_a_call_costs_its_tokens_and_its_transcription() -> None:
    spoken = (101 + 100 + 2 * 10 + 20 * 100 + 10 * 100 + 40 * 1000) / 1e6
    assert TWO_TURNS.price(MODEL, {}, cached=False) == pytest.approx(spoken)
    assert TWO_TURNS.price(MODEL, {}, cached=True) == pytest.approx(spoken - (100 + 10 * 100) / 1e6)
    assert TWO_TURNS.price(MODEL, {"transcriptionHour": 1800}, cached=False) == pytest.approx(spoken + 1)
    assert TWO_TURNS.price(MODEL, {"transcriptionTokens": 5e5}, cached=False) == pytest.approx(spoken + 10)


def test_a_longer_call_costs_more_a_minute_unless_all_is_cached_for_nothing() -> None:
    short, long = (Session(minutes=minutes).price(MODEL, {}, cached=False) / minutes for minutes in (3, 30))
    assert long > short


def test_an_idle_month_is_the_site_and_the_storage() -> None:
    assert platform(PRICES, 0, linked=True, traffic=Traffic()) == 9.5
    assert platform(PRICES, 0, linked=False, traffic=Traffic()) == 0.5


def test_what_is_free_is_free_and_the_rest_is_not() -> None:
    traffic = Traffic(
        executions=1, seconds=1, gigabytes=1, storage_operations=10, page_bytes=1_000_000, log_bytes=1_000_000
    )
    # a million calls: a million GB-s less 100, half a million executions, a million operations' hundred, 999 GB twice
    expected = 9 + 999 * 1 + 999_900 * 0.001 + 0.5 * 2 + 0.5 + 1000 * 0.1 + 999 * 3
    assert platform(PRICES, 1_000_000, linked=True, traffic=traffic) == pytest.approx(expected)
    assert platform(PRICES, 1_000_000, linked=False, traffic=traffic) == pytest.approx(expected - 9 - 999)


def test_a_warm_instance_is_paid_for_every_second_of_the_month() -> None:
    assert warm_month(PRICES, 2) == pytest.approx(2 * 30 * 86_400 * 0.001)


@pytest.mark.parametrize(("amount", "shown"), [(0.004, "0.00"), (9.1, "9.10"), (9.99, "9.99"), (1713.4, "1,713")])
def test_cents_matter_below_ten_dollars(amount: float, shown: str) -> None:
    assert dollars(amount) == shown


def test_the_busiest_hour_and_the_quota_that_it_takes() -> None:
    session = Session(minutes=2)
    load = loads.Load.of(30 * 36_000, session)
    assert load.starts == pytest.approx(1.0)
    assert load.calls == pytest.approx(120)
    assert load.tokens == pytest.approx(120 * loads.tokens_a_minute(session))
    assert load.units({"tokens_a_minute": 10**9, "requests_a_minute": 20}) == 3
    assert loads.Load.of(0, session).units({"tokens_a_minute": 1, "requests_a_minute": 1}) == 1


def test_both_commands_print_their_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert costs.main(["--minutes", "5", "--sessions", "300"]) == 0
    told = capsys.readouterr().out
    assert "calls of 5 minutes" in told
    assert "| 300 |" in told
    assert loads.main() == 0
    assert "| 1,000,000 |" in capsys.readouterr().out
