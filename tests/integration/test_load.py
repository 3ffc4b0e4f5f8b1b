"""A thousand requests at once over HTTP to one process: each is answered, and neither side is swamped."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.hosts import BY_ADDRESS, WIDE, address, crowd, local_host, start, start_call
from tests.integration.switchboard import Switchboard, switchboard
from tests.integration.wire import Answer
from tests.programs import Program
from voicemint.azure.upstream_client import MAX_CONNECTIONS

CROWD = 1000
LIMIT = 25
MOST_MEGABYTES = 96
"""By which the process may grow at most: a thousand requests on a thousand connections, with some room."""


@dataclass(frozen=True)
class Flooded:
    """A process after its flood. `grown` is in megabytes, None where the system does not tell."""

    host: Program
    board: Switchboard
    answers: list[Answer]
    grown: float | None

    @property
    def outcomes(self) -> Counter[str]:
        """`ok` or the code of the refusal."""
        return Counter(answer.code or "ok" for answer in self.answers)


@pytest.fixture(scope="module", autouse=True)
def many_files() -> Iterator[None]:
    """A thousand connections at both ends, which is more than some systems allow a process without being asked."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 4 * CROWD
    if hard not in (resource.RLIM_INFINITY, -1) and hard < needed:
        pytest.skip(f"platform: a process may have {hard} open files here, and this needs {needed}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def status(pid: int, name: str) -> int | None:
    """A value in kilobytes of `/proc/PID/status`, where there is one."""
    file = Path(f"/proc/{pid}/status")
    if not file.exists():
        return None
    (line,) = [line for line in file.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1])


def flood(host: Program, board: Switchboard, path: str) -> Flooded:
    """A thousand callers at once, each with an address of their own."""
    asyncio.run(crowd([host.url], path, [[address(n)] for n in range(20)]))  # what is made once is no growth
    before = status(host.pid, "VmHWM")
    answers = asyncio.run(crowd([host.url], path, [[address(1000 + n)] for n in range(CROWD)]))
    after = status(host.pid, "VmHWM")
    grown = None if before is None or after is None else (after - before) / 1024
    return Flooded(host, board, answers, grown)


@pytest.fixture(scope="module")
def minting() -> Iterator[Flooded]:
    limits = {**BY_ADDRESS, **WIDE, "RATE_LIMIT_PER_MINUTE": str(LIMIT)}
    with switchboard() as board, local_host(board.url, **limits) as host:
        yield flood(host, board, "/api/session")


@pytest.fixture(scope="module")
def relaying() -> Iterator[Flooded]:
    with switchboard() as board, local_host(board.url, CALL_MODE="relay", **BY_ADDRESS, **WIDE) as host:
        yield flood(host, board, "/api/call")

def test_x(minting, relaying):
    for f in (minting, relaying):
        print(f.outcomes, f.grown, f.board.mints, f.board.most_connections, len(f.board.open), f.board.connections, len(f.board.asked_to_hang_up), Counter(a.status for a in f.answers))
        import re
        ts=sorted(float(re.search(r"total;dur=([\d.]+)", a.header("server-timing"))[1]) for a in f.answers)
        print(ts[0],ts[500],ts[-1])
    assert 0
