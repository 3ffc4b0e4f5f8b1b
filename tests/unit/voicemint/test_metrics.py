"""Metrics: what each event counts, by what, and that nothing is loaded or counted unless it is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devtools import requirements
from voicemint.events import EVENTS
from voicemint.metrics import METRICS, SWITCHES, Instruments, open_instruments

ROOT = Path(__file__).parents[3]

Point = tuple[str, float, dict[str, Any]]


class FakeMeter:
    """Keeps what was recorded on its instruments, as (name, amount, attributes)."""

    def __init__(self) -> None:
        self.units: dict[str, str] = {}
        self.points: list[Point] = []

    def create_counter(self, name: str, *, unit: str, description: str) -> FakeInstrument:
        self.units[name] = unit
        assert description
        return FakeInstrument(name, self.points)

    create_histogram = create_counter


class FakeInstrument:
    def __init__(self, name: str, points: list[Point]) -> None:
        self._name = name
        self._points = points

    def add(self, amount: float, attributes: dict[str, Any]) -> None:
        self._points.append((self._name, amount, attributes))

    record = add


def points(event: str, **fields: object) -> list[Point]:
    meter = FakeMeter()
    Instruments(meter).record(event, fields)  # type: ignore[arg-type]
    return meter.points


def test_a_mint_is_counted_by_persona_and_mode_and_by_nobodys_name() -> None:
    assert points("minted", persona="tutor", mode="relay", caller="f" * 32, request_id="r-1") == [
        ("voicemint.mints", 1, {"persona": "tutor", "mode": "relay"})
    ]


def test_a_refusal_is_counted_by_its_code() -> None:
    assert points("request_failed", code="rate_limited", status=429) == [
        ("voicemint.refusals", 1, {"code": "rate_limited"})
    ]


@pytest.mark.parametrize(("status", "told"), [(200, "2xx"), (429, "4xx"), (503, "5xx"), (None, "none"), (0, "none")])
def test_the_upstream_is_timed_in_seconds_by_class_of_status(status: int | None, told: str) -> None:
    assert points("upstream_call", operation="mint", upstream_status=status, milliseconds=250, attempts=2) == [
        ("voicemint.upstream.duration", 0.25, {"operation": "mint", "status_class": told})
    ]


def test_the_end_of_a_call_counts_it_and_its_length() -> None:
    assert points("call_ended", caller="f" * 32, why="leash", seconds=90) == [
        ("voicemint.calls.ended", 1, {"why": "leash"}),
        ("voicemint.call.duration", 90, {"why": "leash"}),
    ]


def test_an_amount_that_is_missing_is_not_invented() -> None:
    assert points("upstream_call", operation="mint") == []


def test_a_field_that_the_event_did_not_have_divides_nothing() -> None:
    assert points("minted", persona="tutor", mode=None) == [("voicemint.mints", 1, {"persona": "tutor"})]


def test_an_event_without_a_metric_counts_nothing() -> None:
    assert points("started", version="1") == []


def test_every_metric_follows_an_event_by_fields_that_it_has() -> None:
    for metric in METRICS:
        wanted = {*metric.attributes, *([metric.amount] if metric.amount else [])}
        assert wanted <= set(EVENTS[metric.event].fields), metric.name
        assert (metric.kind == "counter") == (metric.amount is None), metric.name


def test_names_and_units_are_those_of_opentelemetry() -> None:
    meter = FakeMeter()
    Instruments(meter)  # type: ignore[arg-type]

    assert len(meter.units) == len(METRICS)
    assert {name.partition(".")[0] for name in meter.units} == {"voicemint"}
    assert {unit for name, unit in meter.units.items() if name.endswith((".duration", ".delay"))} == {"s"}
    assert all(unit == "s" or (unit[0], unit[-1]) == ("{", "}") for unit in meter.units.values())


@pytest.mark.parametrize("name", ["caller", "call_id", "request_id", "session_id", "where"])
def test_nothing_with_many_values_divides_a_metric(name: str) -> None:
    assert [metric.name for metric in METRICS if name in metric.attributes] == []


@pytest.mark.parametrize(
    "environ", [{}, {"OTHER": "true"}, *({name: value} for name in SWITCHES for value in ("", "0", "no"))]
)
def test_without_the_switch_there_are_none(environ: dict[str, str]) -> None:
    assert open_instruments(environ) is None


@pytest.mark.parametrize("environ", [{name: value} for name in SWITCHES for value in ("true", " True", "1", "yes")])
def test_either_switch_of_the_worker_turns_them_on(environ: dict[str, str]) -> None:
    instruments = open_instruments(environ)

    assert instruments is not None
    for event in EVENTS:
        instruments.record(event, {})


def test_without_the_package_the_switch_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.metrics", None)

    assert open_instruments({SWITCHES[0]: "true"}) is None


def test_only_azure_installs_the_exporter() -> None:
    exporter = "azure-monitor-opentelemetry"

    def installs(file: str) -> bool:
        return any(line.startswith(exporter) for line in requirements.read(ROOT / file))

    assert (installs("requirements.txt"), installs("local_host/requirements.txt")) == (True, False)


def test_logging_loads_no_opentelemetry_unless_it_is_switched_on() -> None:
    code = "import sys; from voicemint.telemetry import log; log('minted'); print('opentelemetry' in sys.modules)"

    def loaded(**environ: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout.strip()

    assert (loaded(), loaded(**{SWITCHES[0]: "true"})) == ("False", "True")
