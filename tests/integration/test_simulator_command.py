"""`python -m simulator` as a person runs it: ready line, start-up table, clean end, a busy port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.canaries import CANARY_KEY


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "SIMULATOR_API_KEY": CANARY_KEY}
    command = [sys.executable, "-m", "simulator", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def lines_until_ready(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("ready "):
            return lines
    raise AssertionError(f"it ended before it was ready: {lines}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_what_it_is_made_of_serves_and_ends_cleanly(number: signal.Signals) -> None:
    with running("--port", "0") as process:
        lines = lines_until_ready(process)
        url = lines[-1].removeprefix("ready ")
        roles = ("connection", "voice activity", "speech to text", "text to speech", "brain")
        assert all(any(line.strip().startswith(role) for line in lines) for role in roles)
        reply = httpx.post(
            f"{url}/openai/v1/realtime/client_secrets",
            headers={"api-key": CANARY_KEY},
            json={"session": {"type": "realtime", "model": "gpt-realtime"}},
        )
        assert reply.status_code == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "Traceback" not in err
        assert CANARY_KEY not in "".join(lines) + out + err
        assert reply.json()["value"] not in out + err


def test_a_busy_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running("--port", str(port)) as process:
            out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert err.startswith(f"Port {port} is in use.")
    assert len(err.splitlines()) == 1


def test_a_wrong_option_is_one_sentence() -> None:
    with running("--port", "0", "--knobs", '{"odd": 1}') as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err == "--knobs is wrong: Unknown parameter: 'odd'.\n"
