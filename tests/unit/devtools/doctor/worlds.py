"""A world for a check: programs and addresses that answer what the test says."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

from devtools import ROOT
from devtools.doctor.exchange import Exchange
from devtools.doctor.world import NOT_THERE, Answer, Reply, World

NOW = 1_795_262_400.0
"""2026-11-21, noon UTC."""


def world(
    programs: Mapping[str, Answer] | None = None,
    addresses: Mapping[str, Reply] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    root: Path = ROOT,
    now: float = NOW,
    taken: tuple[int, ...] = (),
    python: tuple[int, int] = (3, 13),
    exchange: Exchange = lambda *_: None,
) -> World:
    """By the beginning of a command, and by method and address; whatever is not named is not there.

    Random bytes are numbered, so that no two are the same and each run has the same.
    """
    numbers = itertools.count(1)
    known = programs or {}

    def run(command: object) -> Answer:
        asked = " ".join(command)  # type: ignore[call-overload]
        fitting = [one for one in known if asked.startswith(one)]
        return known[max(fitting, key=len)] if fitting else Answer(NOT_THERE, "", "command not found")

    return World(
        run=run,
        ask=lambda request: (addresses or {}).get(f"{request.method} {request.url}", Reply(0, failure="dns")),
        environ=environ or {},
        root=root,
        now=lambda: now,
        wait=lambda _: None,
        is_free=lambda port: port not in taken,
        python=python,
        exchange=exchange,
        random_bytes=lambda size: next(numbers).to_bytes(size, "big"),
    )
