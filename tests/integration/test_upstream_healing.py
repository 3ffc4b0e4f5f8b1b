"""Credentials that heal, among the doubles and with Microsoft's SDKs: rotation under load, outages, a crowd.

The minting process is `upstream_process.py`; the doubles are in this one, where they can be disturbed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

import simulator.azure.identity as identity_double
from simulator.azure.doubles import SECRET_NAME, Auth, AzureDoubles, child_environment, start
from simulator.azure.identity import Identity
from simulator.knobs import Fault, Knobs
from tests.integration.offline_azure import bare_environment, silent_openai

REPOSITORY = Path(__file__).parents[2]
PER_SECOND = 50
NEW_KEY = "0123456789abcdef0123456789abcdef-rotated"


class Resource:
    """The Azure OpenAI resource whose key can be changed while it is asked."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None

    def open(self, identity: Identity, knobs: Knobs, key: str) -> ASGIApp:
        self._identity, self._knobs = identity, knobs
        self._app = silent_openai(identity, knobs, key)
        return self

    def take_only(self, key: str) -> None:
        self._app = silent_openai(self._identity, self._knobs, key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None
        await self._app(scope, receive, send)


class Minting:
    """The minting process: `mints` asks for some and gives the outcomes as they come."""

    def __init__(self, process: subprocess.Popen[str], written: IO[str]) -> None:
        self._process = process
        self._written = written

    def mints(self, count: int, per_second: float = PER_SECOND) -> Iterator[str]:
        return self._ask({"mints": count, "per_second": per_second})

    def advance(self, seconds: float) -> None:
        """Move the calendar of the process on."""
        assert list(self._ask({"advance": seconds})) == []

    def _ask(self, command: dict[str, float]) -> Iterator[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        while (line := self._process.stdout.readline()) != "done\n":
            assert line, self.log
            yield line.strip()

    @property
    def log(self) -> str:
        self._written.seek(0)
        return self._written.read()


@contextmanager
def minting(doubles: AzureDoubles, auth: Auth) -> Iterator[Minting]:
    with tempfile.TemporaryFile("w+") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.upstream_process"],
            cwd=REPOSITORY,
            env=child_environment(bare_environment(), doubles.environment(auth)),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
        )
        try:
            yield Minting(process, written)
        finally:
            process.terminate()
            process.communicate(timeout=30)


@pytest.fixture
def resource() -> Resource:
    return Resource()


@pytest.fixture
def doubles(resource: Resource) -> Iterator[AzureDoubles]:
    with start(resource.open) as running:
        yield running


def test_a_key_that_is_rotated_during_a_load_costs_no_mint(doubles: AzureDoubles, resource: Resource) -> None:
    outcomes: Counter[str] = Counter()
    with minting(doubles, "key_vault") as process:
        for number, outcome in enumerate(process.mints(4 * PER_SECOND)):
            outcomes[outcome] += 1
            if number == PER_SECOND:
                doubles.vault.set(SECRET_NAME, NEW_KEY)
                resource.take_only(NEW_KEY)
        log = process.log

    assert outcomes == {"ok": 4 * PER_SECOND}
    refused = log.count('"upstream_refused"')
    assert refused > 0, "somebody met the rotated key"
    # One read that began before the rotation may have served; then one more after the pause.
    assert 2 <= doubles.vault.reads <= 3
    assert NEW_KEY not in log
    assert doubles.key not in log


def test_a_vault_that_is_down_after_the_first_read_costs_no_mint_for_most_of_an_hour(doubles: AzureDoubles) -> None:
    with minting(doubles, "key_vault") as process:
        outcomes = list(process.mints(5))
        doubles.knobs.faults = [Fault("secret", "503", times=-1)]
        for _ in range(5):
            process.advance(660)
            outcomes += process.mints(25)
        log = process.log

    assert Counter(outcomes) == {"ok": 130}
    assert doubles.vault.reads == 1
    assert '"credential_failed"' in log, "a renewal fell into the outage"


def test_an_identity_that_is_down_for_a_minute_costs_no_mint_while_the_token_is_good(
    doubles: AzureDoubles, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Short-lived, so that renewals fall into the outage and Microsoft's own cache, which keeps longer ones, is no help.
    monkeypatch.setattr(identity_double, "LIFETIME_SECONDS", 120)
    with minting(doubles, "entra") as process:
        outcomes = list(process.mints(5))
        doubles.knobs.faults = [Fault("token", "503", times=-1)]
        process.advance(31)
        for _ in range(6):
            process.advance(10)
            outcomes += process.mints(20)
        asked_in_vain = doubles.identity.calls - 1
        doubles.knobs.faults = []
        process.advance(10)
        outcomes += process.mints(20)
        log = process.log

    assert Counter(outcomes) == {"ok": 145}
    assert asked_in_vain > 0, "a renewal fell into the outage"
    assert '"credential_failed"' in log


def test_a_thousand_at_once_are_each_answered_over_a_handful_of_connections(doubles: AzureDoubles) -> None:
    with minting(doubles, "entra") as process:
        outcomes = Counter(process.mints(1000, per_second=0))

    assert outcomes.total() == 1000
    assert set(outcomes) <= {"ok", "upstream_timeout"}, "time may run out on a slow machine, nothing else may happen"
    assert outcomes["ok"] > 0
    assert doubles.openai_server.connections <= 10
    assert doubles.identity.calls == 1
