"""One run of pip as a child process, line by line as it happens, with its whole output kept in a log."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from devtools import virtual_env

RAW_PROGRESS_SINCE = (24, 1)
"""The first pip that prints `Progress 5 of 10` for programs to read."""

_UNWANTED = ("PIP_REQUIRE_VIRTUALENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH")


class PipRun:
    """`pip install` of some requirements. `code` is its exit code once `lines` has come to an end."""

    def __init__(self, folder: Path, wanted: Sequence[str], constraints: Path, *, only_wheels: bool, log: Path) -> None:
        self.code: int | None = None
        self._log = log
        self._kept: list[str] = []
        progress = "raw" if virtual_env.pip_version(folder) >= RAW_PROGRESS_SINCE else "off"
        self._command = [str(virtual_env.python_of(folder)), "-m", "pip", "install", "--no-input"]
        self._command += ["--disable-pip-version-check", "--retries", "2", "--progress-bar", progress]
        self._command += ["--only-binary", ":all:"] if only_wheels else []
        self._command += ["--constraint", str(constraints), *wanted]

    @property
    def output(self) -> str:
        """All that pip has said so far."""
        return "\n".join(self._kept)

    def lines(self) -> Iterator[str]:
        """Run it. Lines come as pip prints them, its errors among them."""
        env = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
        env |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with (
            self._log.open("a", encoding="utf-8") as log,
            subprocess.Popen(
                self._command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=env,
            ) as process,
        ):
            try:
                for raw in process.stdout or ():
                    line = raw.rstrip("\r\n")
                    if not line.startswith("Progress "):  # hundreds, and worth nothing afterwards
                        self._kept.append(line)
                        log.write(line + "\n")
                    yield line
            except BaseException:
                process.terminate()
                raise
        self.code = process.returncode
