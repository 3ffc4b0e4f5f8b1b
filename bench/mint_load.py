"""What the mint adds to the service behind it: `python -m bench.mint_load`.

The same session is minted three ways over HTTP: straight at the offline service, through the function with its limits
in memory, and with its limits in a table (Azurite). The three take turns within each round, so that a busy machine is
busy for all of them, and each is compared with the bare service of its own round. Prints a table and writes it to
bench/results/mint_load.json. Generator, service, function and table share one machine: read the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.canaries import CANARY_KEY
from tests.e2e.offline import Offline
from tests.integration.azurite import running
from tests.integration.hosts import BY_ADDRESS, address
from tests.integration.wire import Answer, ask
from tests.mint_support import PERSONAS, settings
from voicemint.choices import Choices
from voicemint.sessions import build_session

RESULTS = Path(__file__).parent / "results" / "mint_load.json"
BARE = "the service alone"
TTL_SECONDS = 10
WARM_UP_MINTS = 20

Mint = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True)
class Measured:
    """One way in one round: mints a second, and milliseconds of the median and of the slowest twentieth."""

    per_second: float
    p50: float
    p95: float


def bare(service: str) -> Mint:
    """Mint as the function does, without the function."""
    session = build_session(Choices(), PERSONAS, settings()).body
    body = {"expires_after": {"anchor": "created_at", "seconds": TTL_SECONDS}, "session": session}
    path = "/openai/v1/realtime/client_secrets"
    return lambda: ask(service, "POST", path, [("api-key", CANARY_KEY)], body)


def through(url: str, callers: Iterator[int]) -> Mint:
    """Mint through a function, each time as somebody else: nobody meets a limit, and every limit is looked at."""
    return lambda: ask(url, "POST", "/api/session", [address(next(callers))], {})


async def measure(mint: Mint, mints: int, at_once: int) -> Measured:
    """So many mints, `at_once` of them under way at any time. Raises RuntimeError if one of them fails."""
    took: list[float] = []
    left = itertools.repeat(None, mints)

    async def person() -> None:
        for _ in left:
            began = time.perf_counter()
            answer = await mint()
            took.append(1000 * (time.perf_counter() - began))
            if answer.status != 200:
                raise RuntimeError(f"A mint was refused: {answer.status} {answer.code}")

    began = time.perf_counter()
    async with asyncio.TaskGroup() as people:
        for _ in range(at_once):
            people.create_task(person())
    seconds = time.perf_counter() - began
    return Measured(mints / seconds, statistics.median(took), statistics.quantiles(took, n=20)[-1])


def run(ways: dict[str, Mint], rounds: int, mints: int, at_once: int) -> dict[str, list[Measured]]:
    """Every way in every round; each round begins with another one."""
    measured: dict[str, list[Measured]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            measured[name].append(asyncio.run(measure(ways[name], mints, at_once)))
    return measured


def row(found: list[Measured], peer: list[Measured]) -> dict[str, object]:
    """Medians over the rounds, and the ratio to the bare service round by round: median, least and greatest."""
    ratios = sorted(theirs.per_second / ours.per_second for ours, theirs in zip(found, peer, strict=True))
    rates = sorted(one.per_second for one in found)
    return {
        "mints a second": round(statistics.median(rates)),
        "spread": [round(rates[0]), round(rates[-1])],
        "p50 ms": round(statistics.median(one.p50 for one in found), 1),
        "p95 ms": round(statistics.median(one.p95 for one in found), 1),
        "times the service alone": round(statistics.median(ratios), 2),
        "ratio spread": [round(ratios[0], 2), round(ratios[-1], 2)],
    }


def table(rows: dict[str, dict[str, object]]) -> str:
    """As Markdown."""
    heads = ["", *next(iter(rows.values()))]
    lines = [heads, ["---"] * len(heads)]
    for name, values in rows.items():
        cells = [f"{value[0]} to {value[1]}" if isinstance(value, list) else str(value) for value in values.values()]
        lines.append([name, *cells])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure mints through one process against the service alone.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each number at once (default 7)")
    parser.add_argument("--mints", type=int, default=200, help="mints of each way in a round (default 200)")
    options = parser.parse_args()
    callers = itertools.count()
    limits = {**BY_ADDRESS, "TOKEN_TTL_SECONDS": str(TTL_SECONDS)}
    rows: dict[str, dict[str, object]] = {}
    offline = Offline()
    try:
        with running() as azurite:
            ways = {
                BARE: bare(offline.service),
                "limits in memory": through(offline.another_page(**limits), callers),
                "limits in a table": through(offline.another_page(**limits, TABLES_ENDPOINT=azurite.tables), callers),
            }
            run(ways, 1, WARM_UP_MINTS, 1)
            for at_once in (1, 16):
                measured = run(ways, options.rounds, options.mints, at_once)
                rows |= {f"{name}, {at_once} at once": row(found, measured[BARE]) for name, found in measured.items()}
    finally:
        offline.stop()
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    print(f"{options.rounds} rounds of {options.mints} mints; load of the machine at the end: {load}\n\n{table(rows)}")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    told = {"machine": machine, "load average": load, "rounds": options.rounds, "mints": options.mints, "figures": rows}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
