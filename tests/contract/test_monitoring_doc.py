"""The page on monitoring says what the code logs and counts, and its queries ask for nothing else.

Every call of `log` in the product is read too, so that a name that is not in the table is found here and not in Azure.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from voicemint.errors import leaves
from voicemint.events import EVENTS, FIELDS
from voicemint.metrics import METRICS, SWITCHES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
QUERIES = re.findall(r"```kusto\n(.*?)```", PAGE, re.DOTALL)
CODES = {kind.code for kind in leaves()}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose head begins so, code marks removed."""
    _, _, rest = PAGE.partition(f"| {heading} |")
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def faults(query: str) -> list[str]:
    """What a query asks for that is never there."""
    events = set(re.findall(r"\"event\": \"(\w+)\"'", query)) | set(re.findall(r'event\)? [!=]= "(\w+)"', query))
    known = {field for event in events & EVENTS.keys() for field in EVENTS[event].fields} | {"event"}
    if "message has" in query:
        known |= FIELDS.keys()
    codes = {
        code
        for quoted in re.findall(r"code\)? (?:in|==) (\(.*?\)|\".*?\")", query)
        for code in re.findall(r'"(\w+)"', quoted)
    }
    metrics = set(re.findall(r'"(voicemint\.[\w.]+)"', query))
    fields = set(re.findall(r"\be\.(\w+)", query))
    return sorted(
        [f"event {name}" for name in events - EVENTS.keys()]
        + [f"field {name}" for name in fields - known]
        + [f"code {name}" for name in codes - CODES]
        + [f"metric {name}" for name in metrics - {metric.name for metric in METRICS}]
    )


def test_the_page_lists_every_event_and_field_as_the_code_does() -> None:
    assert rows("event") == [[name, event.says, ", ".join(event.fields)] for name, event in EVENTS.items()]
    assert rows("field") == [[name, says] for name, says in FIELDS.items()]


def test_the_page_lists_every_metric_as_the_code_does() -> None:
    told = [
        [m.name, m.kind, m.unit, m.says, ", ".join(m.attributes).replace("upstream_status", "status_class")]
        for m in METRICS
    ]
    assert rows("metric") == told


def test_the_fields_are_those_of_the_events_in_alphabetical_order() -> None:
    assert sorted({field for event in EVENTS.values() for field in event.fields}) == list(FIELDS)


def test_the_switches_are_named() -> None:
    assert [name for name in SWITCHES if f"`{name}=true`" not in PAGE] == []


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_asks_for_what_is_logged(query: str) -> None:
    assert faults(query) == []
    assert re.search(r"\"event\": \"\w+\"'|message has|customMetrics", query), "it reads everything"


def test_the_queries_are_all_there() -> None:
    assert len(QUERIES) == 16


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('where message startswith \'{"event": "mint"\'', ["event mint"]),
        ('where message startswith \'{"event": "minted"\' | extend e.seconds', ["field seconds"]),
        ('where message startswith \'{"event": "request_failed"\' and tostring(e.code) == "slow"', ["code slow"]),
        ('where name in ("voicemint.mint")', ["metric voicemint.mint"]),
    ],
)
def test_a_query_that_asks_for_more_is_found(query: str, found: list[str]) -> None:
    assert faults(query) == found


def calls_of_log() -> list[tuple[str, str, set[str]]]:
    """Place, event and fields of every `log(...)` in the product."""
    found = []
    for path in sorted((ROOT / "voicemint").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log":
                name = ast.literal_eval(node.args[0])
                fields = {keyword.arg for keyword in node.keywords if keyword.arg} - {"level"}
                found.append((f"{path.name}:{node.lineno}", name, fields))
    return found


def test_everything_that_is_logged_is_in_the_table() -> None:
    calls = calls_of_log()

    assert len(calls) > 5
    for place, event, fields in calls:
        assert event in EVENTS, f"{place}: not an event: {event}"
        assert fields <= set(EVENTS[event].fields), f"{place}: {event} has no {fields - set(EVENTS[event].fields)}"


def test_everything_in_the_table_is_logged_somewhere() -> None:
    assert EVENTS.keys() - {event for _, event, _ in calls_of_log()} == set()
