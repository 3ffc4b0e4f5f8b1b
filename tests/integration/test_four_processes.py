"""Four instances of the product share one table: together they give one person what the limits allow, over HTTP."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.integration.azurite import Azurite, running
from tests.integration.hosts import BY_ACCOUNT, codes, crowd, hang_up, local_host, start, start_call
from tests.integration.switchboard import Switchboard, switchboard
from tests.integration.wire import Headers
from tests.principals import principal
from voicemint.callers.principal import HEADER

PROCESSES = 4
ATTEMPTS = 200
OPEN_CALLS = 2


@pytest.fixture(scope="module")
def storage() -> Iterator[Azurite]:
    with running() as emulator:
        yield emulator


@pytest.fixture
def board() -> Iterator[Switchboard]:
    with switchboard() as started:
        yield started


@contextmanager
def instances(board: Switchboard, storage: Azurite, **settings: str) -> Iterator[list[str]]:
    """The addresses of four processes that differ in nothing. Each has served somebody already."""
    shared = {**BY_ACCOUNT, **settings, "TABLES_ENDPOINT": storage.tables}
    with ExitStack() as stack:
        urls = [stack.enter_context(local_host(board.url, **shared)).url for _ in range(PROCESSES)]
        for number, url in enumerate(urls):
            begin = start_call if settings.get("CALL_MODE") == "relay" else start
            assert asyncio.run(begin(url, person(f"first-at-{number}"))).status in (200, 201)
        yield urls


def person(name: str) -> Headers:
    return [(HEADER, principal(user=name))]


def test_two_hundred_attempts_of_one_person_at_ten_a_minute_are_ten_calls(board: Switchboard, storage: Azurite) -> None:
    with instances(board, storage, RATE_LIMIT_PER_MINUTE="10") as urls:
        before = board.mints
        answers = asyncio.run(crowd(urls, "/api/session", [person("somebody")] * ATTEMPTS))
        minted = board.mints - before
        others = asyncio.run(crowd(urls, "/api/session", [person(f"other-{n}") for n in range(PROCESSES)]))
        again = asyncio.run(crowd(urls, "/api/session", [person("somebody")] * PROCESSES))

    assert codes(answers) == {"ok": 10, "rate_limited": ATTEMPTS - 10}
    assert {answer.status for answer in answers} == {200, 429}
    assert all(1 <= int(answer.header("retry-after") or 0) <= 60 for answer in answers if answer.status == 429)
    assert minted == 10
    assert codes(others) == {"ok": PROCESSES}, "another person is not affected"
    assert codes(again) == {"rate_limited": PROCESSES}, "each of the four knows"


def test_two_open_calls_are_two_however_often_and_wherever_one_tries(board: Switchboard, storage: Azurite) -> None:
    limits = {"CALL_MODE": "relay", "MAX_CONCURRENT_CALLS": str(OPEN_CALLS), "RATE_LIMIT_PER_MINUTE": "600"}
    with instances(board, storage, **limits) as urls:
        board.forget()
        caller = person("talkative")

        async def call_and_hang_up(number: int, times: int) -> Counter[str]:
            """Start calls, each at the next process, and end each that came about at the one after that."""
            told: Counter[str] = Counter()
            at = itertools.islice(itertools.cycle(urls), number, None)
            for _ in range(times):
                answer = await start_call(next(at), caller)
                told[answer.code or "ok"] += 1
                if answer.status == 201:
                    assert (await hang_up(next(at), answer.header("location") or "", caller)).status == 204
            return told

        async def everybody() -> Counter[str]:
            return sum(await asyncio.gather(*(call_and_hang_up(n, 5) for n in range(8))), Counter())

        outcomes = asyncio.run(everybody())
        assert board.open == set()
        at_once = codes(asyncio.run(crowd(urls, "/api/call", [caller] * 40)))

    assert set(outcomes) <= {"ok", "too_many_calls"}
    assert outcomes["ok"] >= OPEN_CALLS
    assert at_once == {"ok": OPEN_CALLS, "too_many_calls": 40 - OPEN_CALLS}
    assert board.most_open == OPEN_CALLS
