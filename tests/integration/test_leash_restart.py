"""`python -m local_host` serves queue triggers, and a call's end outlives the process that was to bring it about."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.azurite import running
from voicemint.leash.leashed_call import LeashedCall, encode
from voicemint.leash.queue_leash import QueueLeash
from voicemint.timing import SystemClock

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0

APP = """
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route="hello", methods=["GET"])
async def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("hello")

@app.queue_trigger(arg_name="message", queue_name="voicemint-call-ends", connection="CALL_QUEUE")
async def end_call(message: func.QueueMessage) -> None:
    print("ended", message.get_body().decode(), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "function_app.py").write_text(APP)
    (tmp_path / "host.json").write_bytes((REPOSITORY / "host.json").read_bytes())
    (tmp_path / "static_site" / "public").mkdir(parents=True)
    return tmp_path


@contextmanager
def local_host(folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A local host of the app in `folder`, killed after the block or when patience is over."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "CALL_QUEUE"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "local_host", "--port", "0"],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(REPOSITORY)} | settings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    impatience = threading.Timer(PATIENCE_SECONDS, process.kill)
    impatience.start()
    try:
        assert line_of(process).startswith("ready http://127.0.0.1:")
        yield process
    finally:
        impatience.cancel()
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def hold(endpoint: str, call: LeashedCall) -> None:
    def no_identity() -> Any:
        raise AssertionError("the emulator needs no identity")

    async def send() -> None:
        leash = QueueLeash(endpoint, no_identity, SystemClock())
        await leash.hold(call)
        await leash.close()

    asyncio.run(send())


def test_a_call_is_ended_by_the_next_process(folder: Path) -> None:
    call = LeashedCall("a" * 32, "b" * 32, "rtc_1", time.time() + 3)
    with running() as azurite:
        with local_host(folder, CALL_QUEUE__queueServiceUri=azurite.queues) as first:
            hold(azurite.queues, call)
            first.send_signal(signal.SIGKILL)
            first.wait(PATIENCE_SECONDS)
        with local_host(folder, CALL_QUEUE__queueServiceUri=azurite.queues) as second:
            assert line_of(second) == f"ended {encode(call)}"
            assert time.time() >= call.ends_at
            second.send_signal(signal.SIGTERM)
            _, complaints = second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 0
    assert "Traceback" not in complaints
    assert "Request URL" not in complaints


def test_without_the_setting_everything_else_is_served(folder: Path) -> None:
    with local_host(folder) as process:
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "CALL_QUEUE__queueServiceUri is not set; function end_call is left out." in complaints
