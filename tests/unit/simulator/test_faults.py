"""Faults on demand: which answer each kind gives, and that they run out."""

from __future__ import annotations

import asyncio
import json

import pytest

from simulator import faults
from simulator.clock import ManualClock
from simulator.knobs import Fault, Knobs
from simulator.refusals import Refused

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("bad_key", 401),
        ("missing_role", 401),
        ("wrong_tenant", 400),
        ("local_auth_disabled", 403),
        ("deployment_not_found", 404),
        ("operation_not_supported", 400),
        ("not_found", 404),
        ("throttled", 429),
        ("500", 500),
        ("418", 418),
    ],
)
def test_a_refusal_looks_like_azures(kind: str, status: int) -> None:
    with pytest.raises(Refused) as caught:
        faults.answer(Fault("mint", kind))
    assert caught.value.status == status
    assert caught.value.body["error"]["message"]


@pytest.mark.parametrize("kind", ["throttled", "429", "503"])
def test_waiting_time_is_said_when_asked_for(kind: str) -> None:
    for retry_after, expected in ((9, "9"), (None, None)):
        with pytest.raises(Refused) as caught:
            faults.answer(Fault("mint", kind, retry_after=retry_after))
        assert caught.value.headers.get("retry-after") == expected


def test_a_malformed_answer_is_no_json() -> None:
    answer = faults.answer(Fault("mint", "malformed"))
    assert answer is not None
    with pytest.raises(ValueError):
        json.loads(bytes(answer.body))


def test_an_oversized_answer_is_json_of_ten_megabytes() -> None:
    answer = faults.answer(Fault("mint", "oversized"))
    assert answer is not None
    assert len(bytes(answer.body)) > faults.OVERSIZED_BYTES
    assert "value" in json.loads(bytes(answer.body))


def test_the_others_succeed_with_something_useless() -> None:
    empty, page = faults.answer(Fault("mint", "empty")), faults.answer(Fault("mint", "wrong_content_type"))
    assert empty is not None
    assert page is not None
    assert (empty.status_code, bytes(empty.body)) == (200, b"")
    assert page.headers["content-type"].startswith("text/html")


async def test_a_cut_answer_promises_more_than_it_brings() -> None:
    answer = faults.answer(Fault("mint", "reset"))
    assert answer is not None
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await answer({"type": "http"}, None, send)  # type: ignore[arg-type]
    assert (b"content-length", b"1000") in sent[0]["headers"]  # type: ignore[operator]
    assert sent[-1]["more_body"] is True


async def test_a_slow_answer_is_late_and_then_real() -> None:
    clock = ManualClock()
    waiting = asyncio.create_task(faults.interrupt(Knobs(faults=[Fault("mint", "slow")]), "mint", clock))
    await clock.advance(faults.SLOW_SECONDS - 1)
    assert not waiting.done()
    await clock.advance(1)
    assert await waiting is None


async def test_a_fault_meets_its_operation_as_often_as_asked() -> None:
    knobs = Knobs(faults=[Fault("mint", "500", times=2)])
    clock = ManualClock()
    assert await faults.interrupt(knobs, "calls", clock) is None
    for _ in range(2):
        with pytest.raises(Refused):
            await faults.interrupt(knobs, "mint", clock)
    assert await faults.interrupt(knobs, "mint", clock) is None


def test_only_what_can_be_played_is_a_kind() -> None:
    assert all(faults.is_kind(kind) for kind in (*faults.KINDS, "400", "599"))
    assert not any(faults.is_kind(kind) for kind in ("", "200", "600", "4000", "²³⁴", "on fire"))
