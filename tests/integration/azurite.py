"""Azurite, Microsoft's storage emulator, as a process of this machine for as long as a test needs it.

`running()` gives one that keeps everything in memory. With a folder it keeps everything there and may be stopped,
killed and started again on the same ports: `stop` lets it save, `kill` does not.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from voicemint.azure.emulator import EMULATOR_ACCOUNT

PROGRAM = Path(__file__).parents[2] / "static_site" / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
SERVICES = ("blob", "queue", "table")

_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at https?://127\.0\.0\.1:(\d+)")


class Azurite:
    """One emulator. `more` are further arguments of the program."""

    def __init__(self, folder: Path | None = None, more: tuple[str, ...] = (), *, scheme: str = "http") -> None:
        self._kept = ("--inMemoryPersistence",) if folder is None else ("--location", str(folder))
        self._more = more
        self._scheme = scheme
        self._ports = dict.fromkeys(SERVICES, 0)
        self._process: subprocess.Popen[str] | None = None

    @property
    def tables(self) -> str:
        """The account's table endpoint, as in TABLES_ENDPOINT. Stays the same when it is started again."""
        return self._endpoint("table")

    @property
    def queues(self) -> str:
        """The account's queue endpoint, as in CALL_QUEUE__queueServiceUri."""
        return self._endpoint("queue")

    def start(self) -> None:
        """Return when all of it accepts. Raises RuntimeError, with its last words, if it does not."""
        node = shutil.which("node")
        if node is None or not PROGRAM.exists():
            pytest.skip("Azurite is not installed: `python3 dev.py check` installs the page's packages")
        ports = [word for name in SERVICES for word in (f"--{name}Port", str(self._ports[name]))]
        command = [node, str(PROGRAM), "--silent", "--disableTelemetry", "--skipApiVersionCheck", *ports]
        self._process = subprocess.Popen(
            [*command, *self._kept, *self._more],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._wait_until_it_listens(self._process)

    def stop(self) -> None:
        """End it, and let it save what it has. Nothing to do if it does not run."""
        self._end(kill=False)

    def kill(self) -> None:
        """End it at once."""
        self._end(kill=True)

    def _endpoint(self, service: str) -> str:
        return f"{self._scheme}://127.0.0.1:{self._ports[service]}/{EMULATOR_ACCOUNT}"

    def _wait_until_it_listens(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        impatience = threading.Timer(START_SECONDS, process.kill)
        impatience.start()
        said, missing = [], set(SERVICES)
        for line in process.stdout:
            said.append(line)
            if match := _LISTENING.search(line):
                self._ports[match[1].lower()] = int(match[2])
                missing.discard(match[1].lower())
            if not missing:
                break
        impatience.cancel()
        impatience.join()
        if missing:
            self.kill()
            raise RuntimeError(f"Azurite did not start: {''.join(said[-10:])}")

    def _end(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            process.kill()
        else:
            process.terminate()
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@contextmanager
def running(folder: Path | None = None, more: tuple[str, ...] = (), *, scheme: str = "http") -> Iterator[Azurite]:
    """An emulator that accepts, ended with the block."""
    azurite = Azurite(folder, more, scheme=scheme)
    try:
        azurite.start()
        yield azurite
    finally:
        azurite.stop()
