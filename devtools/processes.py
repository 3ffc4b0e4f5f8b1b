"""Child processes with prefixed output that start in order and end together, with all of their own children.

On POSIX every child leads a process group of its own, so one signal reaches all that it started; on Windows `taskkill`
ends the tree. One thread a child reads its output; everything else happens in the caller's thread.
"""

from __future__ import annotations

import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from devtools.console import Problem, say

READY = "ready http"
LAST_LINES = 15
POLL_SECONDS = 0.5
"""A wait is cut into pieces of this length, because on Windows Ctrl-C cannot interrupt a longer one."""
GRACE_SECONDS = 5.0


class Child:
    """One running process and the last lines that it printed."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self.process = process
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self.silent = threading.Event()
        """Set when nobody holds the child's output any more: it and all that it started are gone."""


class Children:
    """All child processes of one command. Use it as a context: leaving it ends every one of them.

    `show` is told each line that a child prints, with the child's name. A child that is asked to end has
    `grace_seconds` before it is killed.
    """

    def __init__(self, show: Callable[[str, str], None] | None = None, grace_seconds: float = GRACE_SECONDS) -> None:
        self._grace_seconds = grace_seconds
        self._show = show or (lambda name, line: say(f"{name:<9} | {line}"))
        self._lines: queue.Queue[tuple[Child, str | None]] = queue.Queue()
        self._children: list[Child] = []

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_all()

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path) -> Child:
        """Start a process. Its errors go where its output goes."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env={**env, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
            cwd=cwd,
            start_new_session=True,  # POSIX: a process group of its own
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        child = Child(name, process)
        self._children.append(child)
        threading.Thread(target=self._read, args=(child,), daemon=True).start()
        return child

    def wait_ready(self, child: Child, limit_seconds: float) -> str:
        """The URL of the child's `ready` line. What is printed meanwhile is shown.

        Raises `Problem` if any child ends, or if the line does not come in time.
        """
        for speaker, line in self._lines_until(time.monotonic() + limit_seconds):
            if speaker is child and line.startswith(READY):
                return line.removeprefix("ready ").strip()
            self._show(speaker.name, line)
        raise Problem(f"{child.name} was not ready within {limit_seconds:.0f} s.", _quote(child))

    def run(self) -> None:
        """Show what the children print until one of them ends, which raises `Problem`."""
        for speaker, line in self._lines_until(math.inf):
            self._show(speaker.name, line)

    def end_all(self) -> None:
        """Ask every child to end, the last one first, and kill what has not ended in time."""
        for child in reversed(self._children):
            _ask_to_end(child.process)
        deadline = time.monotonic() + self._grace_seconds
        for child in self._children:
            child.silent.wait(max(0.0, deadline - time.monotonic()))
            _kill(child.process)
            child.process.wait()
        self._children.clear()

    def _lines_until(self, deadline: float) -> Iterator[tuple[Child, str]]:
        """Lines as they come, until the deadline. Raises `Problem` when a child has ended."""
        while (left := deadline - time.monotonic()) > 0:
            try:
                speaker, line = self._lines.get(timeout=min(POLL_SECONDS, left))
            except queue.Empty:
                continue
            if line is None:
                raise _ended(speaker)
            yield speaker, line

    def _read(self, child: Child) -> None:
        with child.process.stdout or open(os.devnull, encoding="utf-8") as output:
            for raw in output:
                line = raw.rstrip("\r\n")
                child.last_lines.append(line)
                self._lines.put((child, line))
        child.silent.set()
        self._lines.put((child, None))


class Interrupted(Exception):
    """The person, or the machine, asked the command to end."""


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Within the block, Ctrl-C, SIGTERM and a closed terminal raise `Interrupted` in the main thread."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for name in numbers:  # a second Ctrl-C must not cut the tidying short
            signal.signal(name, signal.SIG_IGN)
        raise Interrupted

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended(child: Child) -> Problem:
    try:
        how = f"exit code {child.process.wait(GRACE_SECONDS)}"
    except subprocess.TimeoutExpired:
        how = "it closed its output and hangs"
    return Problem(f"{child.name} ended by itself ({how}), so everything is ended.", _quote(child))


def _quote(child: Child) -> str:
    if not child.last_lines:
        return "It printed nothing."
    return "The last it printed:\n" + "\n".join(f"    {line}" for line in child.last_lines)


if sys.platform == "win32":

    def _ask_to_end(process: subprocess.Popen[str]) -> None:
        if process.poll() is None:
            process.send_signal(signal.CTRL_BREAK_EVENT)

    def _kill(process: subprocess.Popen[str]) -> None:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)

else:

    def _ask_to_end(process: subprocess.Popen[str]) -> None:
        _signal_group(process, signal.SIGTERM)

    def _kill(process: subprocess.Popen[str]) -> None:
        _signal_group(process, signal.SIGKILL)

    def _signal_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
        # The group outlives its leader as long as a member lives, so it is signalled even if the leader is gone.
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        except PermissionError:  # macOS answers so for a group of which only a zombie is left
            return
