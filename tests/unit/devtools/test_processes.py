"""Real, tiny child processes: they announce themselves, end together, and take their own children with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools import ROOT
from devtools.console import Problem
from devtools.processes import Child, Children, Interrupted, ending_on_signals

LIMIT = 30.0
STAY = "import threading; threading.Event().wait()"


class Stage:
    """Children whose every line is kept."""

    def __init__(self, folder: Path, grace_seconds: float = LIMIT) -> None:
        self.shown: list[tuple[str, str]] = []
        self.children = Children(lambda name, line: self.shown.append((name, line)), grace_seconds)
        self._folder = folder

    def start(self, name: str, code: str) -> Child:
        return self.children.start(name, [sys.executable, "-c", code], os.environ, self._folder)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    with stage.children:
        yield stage


def test_the_ready_line_is_awaited_and_everything_else_is_shown_with_its_speaker(stage: Stage) -> None:
    child = stage.start("page", f"print('starting'); print('ready http://127.0.0.1:7071'); {STAY}")
    assert stage.children.wait_ready(child, LIMIT) == "http://127.0.0.1:7071"
    assert stage.shown == [("page", "starting")]


def test_errors_are_shown_too_and_odd_bytes_do_no_harm(stage: Stage) -> None:
    child = stage.start(
        "page",
        "import os, sys; sys.stderr.write('warning\\n'); sys.stderr.flush(); os.write(1, b'\\xff\\xfe\\n');"
        f"print('ready http://127.0.0.1:1'); {STAY}",
    )
    stage.children.wait_ready(child, LIMIT)
    assert stage.shown == [("page", "warning"), ("page", "\ufffd\ufffd")]


def test_a_child_that_ends_early_is_quoted(stage: Stage) -> None:
    child = stage.start("simulator", "print('no deployment'); raise SystemExit(3)")
    with pytest.raises(Problem, match=r"simulator ended by itself \(exit code 3\)") as raised:
        stage.children.wait_ready(child, LIMIT)
    assert "no deployment" in raised.value.hint


def test_a_child_that_never_gets_ready_is_given_up(stage: Stage) -> None:
    child = stage.start("simulator", f"print('thinking'); {STAY}")
    with pytest.raises(Problem, match="simulator was not ready within 0 s"):
        stage.children.wait_ready(child, 0.0)


def test_when_one_dies_the_rest_is_ended(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    with pytest.raises(Problem, match="page ended by itself"), stage.children:  # noqa: PT012 - the block is the subject
        other = stage.start("simulator", f"print('ready http://127.0.0.1:1'); {STAY}")
        stage.children.wait_ready(other, LIMIT)
        stage.start("page", "print('bye')")
        stage.children.run()
    assert other.process.returncode is not None


def test_grandchildren_are_ended_even_if_they_ignore_the_polite_request(tmp_path: Path) -> None:
    stage = Stage(tmp_path, grace_seconds=0.2)
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); {STAY}"
    parent = (
        "import subprocess, sys; "
        f"grandchild = subprocess.Popen([sys.executable, '-c', {stubborn!r}], stdout=subprocess.PIPE, text=True); "
        f"grandchild.stdout.readline(); print('ready http://127.0.0.1:1', flush=True); {STAY}"
    )
    with stage.children:
        child = stage.start("page", parent)
        stage.children.wait_ready(child, LIMIT)
    # The grandchild inherited the child's stderr, which is the same pipe: it closes when both are gone.
    assert child.silent.wait(LIMIT)


def test_ending_twice_and_ending_the_dead_is_harmless(stage: Stage) -> None:
    child = stage.start("page", "pass")
    assert child.silent.wait(LIMIT)
    stage.children.end_all()
    stage.children.end_all()
    assert child.process.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="platform: signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_and_all_of_its_children(tmp_path: Path, number: signal.Signals) -> None:
    command = f"""
import os, sys
from pathlib import Path
from devtools.processes import Children, Interrupted, ending_on_signals
try:
    with ending_on_signals(), Children() as children:
        code = "import os; print('ready http://' + str(os.getpid())); {STAY}"
        child = children.start("page", [sys.executable, "-c", code], os.environ, Path({str(tmp_path)!r}))
        print(children.wait_ready(child, {LIMIT}), flush=True)
        children.run()
except Interrupted:
    print("ended", child.process.returncode is not None, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child_id = int(process.stdout.readline().removeprefix("http://"))
        process.send_signal(number)
        assert process.stdout.readline() == "ended True\n"
    with pytest.raises(ProcessLookupError):
        os.kill(child_id, 0)


@pytest.mark.skipif(os.name != "posix", reason="platform: signals of POSIX")
def test_signals_mean_what_they_meant_before_once_the_block_is_left() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted), ending_on_signals():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
