"""The script's command line, its table, and what it shows of a reply."""

from __future__ import annotations

import httpx
import pytest

from devtools.live_smoke import call_probes
from devtools.live_smoke.__main__ import chosen, credential, main
from devtools.live_smoke.answers import Answer, Row, Verdict, table
from devtools.live_smoke.probes import PROBES
from devtools.live_smoke.resource import Resource, call_id, life


async def _nobody(scope: str) -> dict[str, str]:
    return {}


def resource() -> Resource:
    return Resource(httpx.AsyncClient(base_url="http://127.0.0.1:9"), "voice", _nobody, secrets={"ek_secret"})


def test_a_dry_run_prints_every_question_and_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dry-run"]) == 0
    told = capsys.readouterr().out
    assert all(probe.question in told and probe.expected in told for probe in PROBES)
    assert all(step in told for probe in PROBES for step in probe.steps)


def test_a_dry_run_of_one_question_prints_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dry-run", "--only", "4a"]) == 0
    assert capsys.readouterr().out.count("expected:") == 1


def test_a_question_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--dry-run", "--only", "11"])
    assert stopped.value.code == 2
    assert "no question 11" in capsys.readouterr().err


def test_without_an_endpoint_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT", raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(["--deployment", "voice"])
    assert stopped.value.code == 2


def test_the_ten_questions_are_all_there_and_the_flood_comes_last() -> None:
    names = [probe.name for probe in chosen("")]
    assert {name.rstrip("ab") for name in names} == {str(number) for number in range(1, 11)}
    assert names[-1] == "4b"
    assert [probe.name for probe in chosen("4b, 1")] == ["1", "4b"]


@pytest.mark.anyio
async def test_a_key_is_used_where_there_is_one() -> None:
    authorise, entra = credential({"AZURE_OPENAI_API_KEY": "k"})
    assert (await authorise("any"), entra) == ({"api-key": "k"}, False)
    assert credential({})[1] is True


def test_the_table_is_one_line_a_row_whatever_was_seen() -> None:
    rows = [Row(PROBES[0], Answer("a|b\nc", Verdict.DIFFERENT))]
    assert table(rows).splitlines()[2].endswith("| a\\|b c | DIFFERENT |")
    assert len(table(rows).splitlines()) == 3


def test_an_error_is_shown_short_and_without_the_secret() -> None:
    reply = httpx.Response(401, json={"error": {"code": "401", "message": "no ek_secret " + "x" * 500}})
    shown = resource().shown(reply)
    assert shown.startswith('401 `401`: "no … x')
    assert len(shown) < 160


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"error": "text"}', b"\xff"])
def test_a_reply_of_another_shape_is_its_status(content: bytes) -> None:
    assert resource().shown(httpx.Response(502, content=content)) == "502"


def test_a_life_is_counted_by_the_services_clock_if_it_tells_the_time() -> None:
    told = {"date": "Sat, 21 Nov 2026 12:00:00 GMT"}
    body = {"expires_at": 1795262460}
    assert life(httpx.Response(200, headers=told, json=body), now=0) == 60
    assert life(httpx.Response(200, json=body), now=1795262450) == 10


@pytest.mark.parametrize("location", ["/v1/realtime/calls/rtc_1", "https://x/openai/v1/realtime/calls/rtc_1", "rtc_1"])
def test_a_call_id_is_the_last_part_of_any_location(location: str) -> None:
    assert call_id(httpx.Response(201, headers={"location": location})) == "rtc_1"


def test_an_order_is_that_of_the_first_times() -> None:
    one, two, three = call_probes.BARGE_IN
    assert call_probes.ordered(["x", two, one, two, three, one]) == [two, one, three]
