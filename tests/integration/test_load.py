"""A thousand requests at once over HTTP to one process: each is answered, and neither side is swamped."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.hosts import BY_ADDRESS, WIDE, address, codes, crowd, hang_up, local_host, start
from tests.integration.switchboard import Switchboard, switchboard
from tests.integration.wire import Answer
from tests.programs import Program
from voicemint.azure.upstream_client import MAX_CONNECTIONS

CROWD = 1000
LIMIT = 25

FLOOD_MEGABYTES = 96.0
"""What the first flood may cost: a thousand connections and requests at once (30 MB were measured)."""

NEXT_FLOOD_MEGABYTES = 24.0
"""What every further one may add, if nothing of the first is kept (1 MB was measured)."""

CAME_TOO_LATE = "upstream_timeout"
"""The one refusal that a flood may cause: on a slow machine the last of the queue wait longer than a mint may take."""


@pytest.fixture(scope="module", autouse=True)
def many_files() -> Iterator[None]:
    """A thousand connections at both ends are more than some systems give a process that does not ask."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 4 * CROWD
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.skip(f"platform: a process may open {hard} files here, and this takes {needed}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed) if soft >= 0 else soft, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def peak_megabytes(host: Program) -> float | None:
    """The most memory that the process has had so far; None where the system does not tell."""
    file = Path(f"/proc/{host.pid}/status")
    if not file.exists():
        return None
    (line,) = [line for line in file.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


class Flood:
    """A process and the realtime service behind it; `answers` are what a thousand different callers at once got."""

    def __init__(self, host: Program, board: Switchboard, path: str) -> None:
        self.host = host
        self.board = board
        self.path = path
        asyncio.run(start(host.url, [address(0)]))  # what is made once is no growth
        self.peaks = [peak_megabytes(host)]
        self.answers = self.of([address(1 + n) for n in range(CROWD)])

    def of(self, callers: list[tuple[str, str]]) -> list[Answer]:
        """All of `callers` at once."""
        answers = asyncio.run(crowd([self.host.url], self.path, [[caller] for caller in callers]))
        self.peaks.append(peak_megabytes(self.host))
        return answers


@pytest.fixture(scope="module")
def minting() -> Iterator[Flood]:
    limits = {**WIDE, "RATE_LIMIT_PER_MINUTE": str(LIMIT)}
    with switchboard() as board, local_host(board.url, **BY_ADDRESS, **limits) as host:
        yield Flood(host, board, "/api/session")


@pytest.fixture(scope="module")
def relaying() -> Iterator[Flood]:
    with switchboard() as board, local_host(board.url, CALL_MODE="relay", **BY_ADDRESS, **WIDE) as host:
        yield Flood(host, board, "/api/call")


def test_a_thousand_mints_are_each_answered(minting: Flood) -> None:
    outcomes = codes(minting.answers)
    minted = [answer.json["client_secret"]["value"] for answer in minting.answers if answer.status == 200]

    assert outcomes.total() == CROWD
    assert set(outcomes) <= {"ok", CAME_TOO_LATE}
    assert len(set(minted)) == outcomes["ok"] > 0
    assert minting.board.most_connections <= MAX_CONNECTIONS
    assert minting.board.mints <= CROWD + 1, "nothing was asked for twice"


def test_one_caller_at_a_thousand_at_once_gets_what_the_limit_allows(minting: Flood) -> None:
    minted = minting.board.mints
    outcomes = codes(minting.of([address(5000)] * CROWD))

    assert outcomes == {"ok": LIMIT, "rate_limited": CROWD - LIMIT}
    assert minting.board.mints == minted + LIMIT, "what is refused never reaches Azure"
    assert minting.board.most_connections <= MAX_CONNECTIONS


def test_after_a_flood_the_next_caller_is_served(minting: Flood) -> None:
    assert asyncio.run(start(minting.host.url, [address(6000)])).status == 200


def test_behind_a_slow_service_those_who_come_too_late_are_told_and_never_sent(minting: Flood) -> None:
    board = minting.board
    minted, board.knobs.mint_latency_ms = board.mints, 100  # a connection makes 80 of them in a mint's 8 seconds
    outcomes = codes(minting.of([address(10_000 + n) for n in range(CROWD)]))
    board.knobs.mint_latency_ms = 0

    assert outcomes.total() == CROWD
    assert set(outcomes) == {"ok", CAME_TOO_LATE}
    # They came one after another and so give up one after another: a place that comes free serves one more in vain.
    assert board.mints - minted <= outcomes["ok"] + 2 * MAX_CONNECTIONS
    assert board.most_connections <= MAX_CONNECTIONS
    assert asyncio.run(start(minting.host.url, [address(20_000)])).status == 200


def test_a_flood_costs_a_bounded_amount_of_memory_once(minting: Flood) -> None:
    before, first, *_, last = minting.peaks
    if before is None or first is None or last is None:
        pytest.skip("platform: only /proc tells what a process has had, so nobody looked at its memory")

    assert first - before < FLOOD_MEGABYTES
    assert last - first < NEXT_FLOOD_MEGABYTES


def test_a_thousand_calls_are_each_answered_and_known_by_their_callers(relaying: Flood) -> None:
    outcomes = codes(relaying.answers)
    places = {n: answer.header("location") or "" for n, answer in enumerate(relaying.answers) if answer.status == 201}

    assert outcomes.total() == CROWD
    assert set(outcomes) <= {"ok", CAME_TOO_LATE}
    assert len(set(places.values())) == outcomes["ok"] > 0
    assert relaying.board.most_connections <= MAX_CONNECTIONS
    # What was under way when time ran out may have become a call that nobody has the answer of, so nobody can talk.
    assert 0 <= len(relaying.board.open) - outcomes["ok"] <= MAX_CONNECTIONS

    async def end_some() -> list[Answer]:
        some = list(places.items())[:20]
        return await asyncio.gather(*(hang_up(relaying.host.url, place, [address(1 + n)]) for n, place in some))

    open_before = len(relaying.board.open)
    assert {answer.status for answer in asyncio.run(end_some())} == {204}
    assert len(relaying.board.open) == open_before - 20
