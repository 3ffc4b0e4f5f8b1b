"""Every probe of the live smoke script against the offline service: that it asks, understands and lets nothing leak.

What the offline service answers is what the project believes of Azure. Each probe is also shown a service that answers
otherwise, and must say so.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from devtools.live_smoke import call_probes, mint_probes
from devtools.live_smoke.__main__ import ask
from devtools.live_smoke.answers import CannotAsk, Probe, Verdict, table
from devtools.live_smoke.bench import Bench
from devtools.live_smoke.probes import PROBES
from devtools.live_smoke.resource import Authorise, Resource
from simulator.clock import RealClock
from simulator.knobs import Fault, Knobs
from simulator.wire.access import Access
from tests.integration.offline_resource import KEY, TOKEN, new_resource
from tests.integration.serving import serving

pytestmark = pytest.mark.anyio

SCRIPT = {"weather": "Mild, with rain now and then.", "lighthouse": "word " * 200}
CATALOGUE = [
    {"model": {"name": name, "version": version, "lifecycleStatus": "GenerallyAvailable",
               "deprecation": {"inference": f"{end}T00:00:00Z"}}}
    for name, version, end in (
        ("gpt-realtime-2.1", "2026-07-07", "2027-06-25"),
        ("gpt-realtime-2.1-mini", "2026-07-07", "2027-06-25"),
        ("gpt-realtime-1.5", "2026-02-23", "2027-08-24"),
    )
]  # fmt: skip
"""Azure's catalogue, shaped as a captured `az cognitiveservices model list`, with the dates of models.json."""


class AheadClock(RealClock):
    """The machine's time, and what was slept instead of waited for."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def signed_in(token: str) -> Authorise:
    async def authorise(scope: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {token}"}

    return authorise


async def by_key(scope: str) -> Mapping[str, str]:
    return {"api-key": KEY}


def fake_az(answers: Mapping[str, Any]) -> Callable[[Sequence[str]], Any]:
    def az(arguments: Sequence[str]) -> Any:
        if arguments[0] not in answers:
            raise CannotAsk("no such answer")
        return answers[arguments[0]]

    return az


@asynccontextmanager
async def bench(knobs: Knobs | None = None, **changes: Any) -> AsyncIterator[tuple[Bench, Any]]:
    """A bench at the offline service, and that service. It speaks in real time, so that it can be interrupted."""
    clock = AheadClock()
    offline = new_resource(SCRIPT, clock=clock, knobs=knobs or Knobs(generation_speed=1.5))

    async def sleep(seconds: float) -> None:
        clock.ahead += seconds

    async with (
        serving(offline) as address,
        httpx.AsyncClient(base_url=f"http://{address}", timeout=20) as http,
    ):
        resource = Resource(http, "gpt-realtime", signed_in(TOKEN))
        az = fake_az({"cognitiveservices": CATALOGUE})
        made = Bench(resource, clock.time, sleep, az, entra=True, region="eastus2", flood=80)
        yield replace(made, **changes), offline
        async with asyncio.timeout(20):
            await offline.live.empty.wait()


def named(name: str) -> Probe:
    return next(probe for probe in PROBES if probe.name == name)


async def verdict(name: str, made: Bench) -> tuple[Verdict, str]:
    [row] = await ask([named(name)], made)
    return row.answer.verdict, row.answer.seen


async def test_the_offline_service_answers_every_question_as_the_project_believes(
    hunt: Callable[[str, str], None],
) -> None:
    async with bench(Knobs(generation_speed=1.5, requests_per_minute=60)) as (made, _):
        rows = await ask(PROBES, made)

    told = {row.probe.name: (row.answer.verdict, row.answer.seen) for row in rows}
    noted = {name for name, (kind, _) in told.items() if kind is Verdict.NOTED}
    assert {name: one for name, one in told.items() if one[0] is Verdict.DIFFERENT} == {}
    assert noted == {"3", "8"}, told
    assert re.fullmatch(r"60 s asked for: (60|61) s; nothing asked for: 720[01] s", told["1"][1])
    assert "output_audio_buffer.cleared" in told["8"][1]
    assert "Retry-After" in told["4b"][1]
    assert "absent" not in told["4b"][1]
    assert all(len(seen) < 400 for _, seen in told.values())
    hunt(table(rows), "the table of answers")
    assert "ek_" not in table(rows)


async def test_without_webrtc_the_questions_of_a_call_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "devtools.live_smoke.call", None)
    async with bench() as (made, _):
        assert (await verdict("7", made))[0] is Verdict.NOT_ASKED
        assert (await verdict("1", made))[0] is Verdict.EXPECTED


async def test_with_a_key_the_questions_of_entra_are_not_asked() -> None:
    async with bench(entra=False) as (made, _):
        made.resource.authorise = by_key
        assert (await verdict("2", made))[0] is Verdict.NOT_ASKED
        assert (await verdict("3", made))[0] is Verdict.NOT_ASKED
        assert (await verdict("1", made))[0] is Verdict.EXPECTED


async def test_one_role_alone_is_an_answer_and_more_are_noted() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"oid": "11"}).encode()).decode().rstrip("=")
    token = f"head.{claims}.signature"
    async with bench() as (made, offline):
        offline.access = Access(KEY, {token: "ok"}.get)
        made.resource.authorise = signed_in(token)

        async def with_roles(*names: str) -> tuple[Verdict, str]:
            told = [{"roleDefinitionName": name} for name in names]
            asked: list[Sequence[str]] = []

            def az(arguments: Sequence[str]) -> Any:
                asked.append(arguments)
                return told

            answer = await verdict("3", replace(made, az=az))
            assert asked[0][-1] == "11"
            return answer

        kind, seen = await with_roles(mint_probes.OPENAI_USER)
        assert (kind, seen.endswith(f"with: {mint_probes.OPENAI_USER}")) == (Verdict.EXPECTED, True)
        kind, seen = await with_roles(mint_probes.OPENAI_USER, "Owner")
        assert (kind, seen.endswith(f"but with: {mint_probes.OPENAI_USER}, Owner")) == (Verdict.NOTED, True)


async def test_a_secret_that_lives_longer_than_asked_is_different() -> None:
    async with bench() as (made, offline):
        plain = offline.secrets.mint
        offline.secrets.mint = lambda config, seconds=7200: plain(config, 600)
        kind, seen = await verdict("1", made)
        assert kind is Verdict.DIFFERENT
        assert re.fullmatch(r"60 s asked for: 60[01] s; nothing asked for: 60[01] s", seen)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("1", Fault("mint", "missing_role", -1)),
        ("2", Fault("mint", "missing_role", 1)),
        ("3", Fault("hangup", "missing_role", -1)),
        ("4a", Fault("calls", "500", -1)),
        ("4b", Fault("mint", "500", -1)),
        ("4b", Fault("mint", "429", -1)),
        ("5", Fault("calls", "403", -1)),
        ("7", Fault("mint", "reset", -1)),
        ("9", Fault("hangup", "500", -1)),
    ],
)
async def test_a_service_that_refuses_is_different(name: str, fault: Fault) -> None:
    async with bench(Knobs(generation_speed=0, faults=[fault]), patience=1.0) as (made, _):
        kind, seen = await verdict(name, made)
        assert kind is Verdict.DIFFERENT, seen


async def test_rate_limits_that_are_sent_are_different() -> None:
    async with bench(Knobs(generation_speed=0, send_rate_limits=True), patience=3.0) as (made, _):
        assert (await verdict("7", made))[0] is Verdict.DIFFERENT


async def test_a_filter_that_also_hides_the_change_from_the_session_is_different(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(call_probes, "OTHER_INSTRUCTIONS", None)  # a change that the service refuses
    async with bench(patience=1.0) as (made, _):
        kind, seen = await verdict("6", made)
        assert (kind, "not changed" in seen) == (Verdict.DIFFERENT, True)


async def test_without_a_flood_or_a_region_nothing_is_asked() -> None:
    async with bench(flood=0, region="") as (made, offline):
        assert (await verdict("4b", made))[0] is Verdict.NOT_ASKED
        assert (await verdict("10", made))[0] is Verdict.NOT_ASKED
        assert len(offline.secrets) == 0


async def test_a_flood_that_is_let_through_is_noted() -> None:
    async with bench(flood=5) as (made, _):
        assert (await verdict("4b", made))[0] is Verdict.NOTED


async def test_a_catalogue_with_another_end_or_without_a_model_is_different() -> None:
    moved = json.loads(json.dumps(CATALOGUE).replace("2027-08-24", "2026-12-31"))
    for told in (moved, CATALOGUE[1:]):
        async with bench(az=fake_az({"cognitiveservices": told})) as (made, _):
            assert (await verdict("10", made))[0] is Verdict.DIFFERENT
