"""A program of this project as a process of its own, for as long as a test needs it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from devtools.console import Problem
from devtools.processes import Children

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


class Program:
    """`python -m MODULE` on a free port with this environment and no other, until `stop`.

    `url` is where it can be used, `said` every line it printed, complete once it has been stopped. `before` is a
    command that starts another, such as in another network.
    """

    def __init__(
        self, module: str, environment: Mapping[str, str], *arguments: str, before: Sequence[str] = ()
    ) -> None:
        self.said: list[str] = []
        self._children = Children(show=lambda name, line: self.said.append(f"{name}: {line}"))
        command = [*before, sys.executable, "-m", module, "--port", "0", *arguments]
        self._child = self._children.start(module, command, environment, ROOT)
        try:
            self.url = self._children.wait_ready(self._child, START_SECONDS)
        except BaseException:
            self._children.end_all()
            raise
        # Someone has to empty the child's pipe while the tests run.
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def _listen(self) -> None:
        try:
            self._children.run()
        except Problem as problem:
            self.said.append(str(problem))

    @property
    def pid(self) -> int:
        return self._child.process.pid

    def kill(self) -> None:
        """End it as a crash of the machine would: at once, and without a chance to tidy up."""
        self._child.process.kill()
        self._listening.join()

    def stop(self) -> None:
        self._children.end_all()
        self._listening.join()
