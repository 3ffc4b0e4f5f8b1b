"""The whole app among the doubles: what a mint costs and what it says in trouble.

The app is `python -m local_host` in a child process; it reaches Key Vault, managed identity and Azure OpenAI by their
real names with certificates checked. It keeps its limits in memory; `test_hosted.py` has it with storage, hosted.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

from simulator.azure.doubles import SECRET_NAME, Auth, AzureDoubles, child_environment, start
from simulator.azure.identity import OPENAI_USER, SECRETS_USER
from simulator.knobs import Fault
from tests.integration.offline_azure import bare_environment, silent_openai

REPOSITORY = Path(__file__).parents[2]
ORIGIN = "https://page.example"
OPEN = {"ALLOW_ANONYMOUS": "true", "ALLOWED_ORIGINS": ORIGIN, "RATE_LIMIT_PER_MINUTE": "600"}


class Running:
    """The running app: `mint` asks it for sessions, `log` is what it has written."""

    def __init__(self, url: str, written: IO[str]) -> None:
        self._url = url
        self._written = written

    def mint(self, times: int = 1) -> list[httpx.Response]:
        """Ask `times` times at once, each on its own connection."""
        together = threading.Barrier(times)
        any_number = httpx.Limits(max_connections=None)

        def ask(_: int) -> httpx.Response:
            together.wait(60)
            return client.post("/api/session", json={}, headers={"origin": ORIGIN})

        with (
            httpx.Client(base_url=self._url, trust_env=False, timeout=60, limits=any_number) as client,
            ThreadPoolExecutor(times) as people,
        ):
            return list(people.map(ask, range(times)))

    @property
    def log(self) -> str:
        self._written.seek(0)
        return self._written.read()


@contextmanager
def running_app(doubles: AzureDoubles, auth: Auth) -> Iterator[Running]:
    """The app with managed identity as Azure offers it, ended with the block."""
    # A file for what it writes: nobody reads a pipe meanwhile, and a full one would stop the app.
    with tempfile.TemporaryFile("w+") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_host", "--port", "0"],
            cwd=REPOSITORY,
            env=child_environment(bare_environment(), {**doubles.environment(auth), **OPEN}),
            text=True,
            stdout=subprocess.PIPE,
            stderr=written,
        )
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            app = Running(ready.removeprefix("ready ").strip(), written)
            assert ready.startswith("ready http://127.0.0.1:"), app.log
            yield app
        finally:
            process.terminate()
            process.communicate(timeout=30)


@pytest.fixture
def doubles() -> Iterator[AzureDoubles]:
    with start(silent_openai) as running:
        yield running


@pytest.mark.parametrize(("auth", "secret_reads"), [("key_vault", 1), ("entra", 0)])
def test_a_hundred_first_mints_at_once(doubles: AzureDoubles, auth: Auth, secret_reads: int) -> None:
    with running_app(doubles, auth) as app:
        replies = app.mint(100)
        log = app.log
    assert [reply.status_code for reply in replies] == [200] * 100
    assert len({reply.json()["client_secret"]["value"] for reply in replies}) == 100
    assert (doubles.identity.calls, doubles.vault.reads) == (1, secret_reads)
    assert doubles.vault.challenges <= 1
    assert 1 <= doubles.openai_server.connections <= 10
    written = log + "".join(reply.text for reply in replies)
    assert doubles.key not in written
    assert not any(token in written for token in doubles.identity.issued())
    assert not any(reply.json()["client_secret"]["value"] in log for reply in replies)


def without_vault_role(doubles: AzureDoubles) -> None:
    doubles.identity.roles.discard(SECRETS_USER)


def without_openai_role(doubles: AzureDoubles) -> None:
    doubles.identity.roles.discard(OPENAI_USER)


def without_secret(doubles: AzureDoubles) -> None:
    doubles.vault.remove(SECRET_NAME)


def with_an_old_key(doubles: AzureDoubles) -> None:
    doubles.vault.set(SECRET_NAME, "0123456789abcdef-not-the-key")


def with_identity_down(doubles: AzureDoubles) -> None:
    doubles.knobs.faults = [Fault("token", "503", times=-1)]


def with_a_stranger_for_an_identity(doubles: AzureDoubles) -> None:
    doubles.knobs.faults = [Fault("token", "wrong_content_type", times=-1)]


def with_a_stranger_for_a_vault(doubles: AzureDoubles) -> None:
    doubles.knobs.faults = [Fault("secret", "wrong_content_type", times=-1)]


def with_vault_down(doubles: AzureDoubles) -> None:
    doubles.knobs.faults = [Fault("secret", "503", times=-1)]


@pytest.mark.parametrize(
    ("auth", "trouble", "status", "code"),
    [
        ("key_vault", without_vault_role, 503, "credentials_unavailable"),
        ("key_vault", without_secret, 503, "credentials_unavailable"),
        ("key_vault", with_vault_down, 503, "credentials_unavailable"),
        ("key_vault", with_identity_down, 503, "credentials_unavailable"),
        ("key_vault", with_a_stranger_for_an_identity, 503, "credentials_unavailable"),
        ("key_vault", with_a_stranger_for_a_vault, 503, "credentials_unavailable"),
        ("entra", with_a_stranger_for_an_identity, 503, "credentials_unavailable"),
        ("key_vault", with_an_old_key, 502, "upstream_auth"),
        ("entra", with_identity_down, 503, "credentials_unavailable"),
        ("entra", without_openai_role, 502, "upstream_auth"),
    ],
)
def test_trouble_has_a_name(doubles: AzureDoubles, auth: Auth, trouble: object, status: int, code: str) -> None:
    assert callable(trouble)
    trouble(doubles)
    with running_app(doubles, auth) as app:
        reply = app.mint()[0]
        log = app.log
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert doubles.key not in log + reply.text


def test_once_the_role_is_given_the_same_process_mints(doubles: AzureDoubles) -> None:
    doubles.identity.roles.discard(SECRETS_USER)
    with running_app(doubles, "key_vault") as app:
        refused = app.mint()[0]
        doubles.identity.roles.add(SECRETS_USER)
        granted = app.mint()[0]
    assert (refused.status_code, granted.status_code) == (503, 200)
