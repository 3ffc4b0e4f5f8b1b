"""The product as a newcomer gets it: the simulator and the local host as processes of their own, on free ports."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from devtools.demo import offline_settings
from devtools.processes import Children
from tests.canaries import CANARY_KEY

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


class Offline:
    """Both processes. `said` holds every line they print; the canary key is what the function sends to the simulator."""

    def __init__(self) -> None:
        self.said: queue.Queue[str] = queue.Queue()
        self._children = Children(show=lambda name, line: self.said.put(f"{name}: {line}"))
        self.service = ""
        self.page = ""

    def start(self, settings: Mapping[str, str] | None = None, *simulator_arguments: str) -> None:
        """Start both. `settings` go on top of those of the demo."""
        self.service = self._start("simulator", ["--port", "0", *simulator_arguments], {"SIMULATOR_API_KEY": CANARY_KEY})
        chosen = {**offline_settings(self.service, CANARY_KEY), **(settings or {})}
        self.page = self._start("local_host", ["--port", "0"], chosen)
        # Someone has to empty the children's pipes while the tests run.
        threading.Thread(target=self._listen, daemon=True).start()

    def _start(self, module: str, arguments: list[str], settings: Mapping[str, str]) -> str:
        command = [sys.executable, "-m", module, *arguments]
        child = self._children.start(module, command, {**os.environ, **settings}, ROOT)
        return self._children.wait_ready(child, START_SECONDS)

    def _listen(self) -> None:
        from devtools.console import Problem

        try:
            self._children.run()
        except Problem as problem:
            self.said.put(str(problem))

    def stop(self) -> str:
        """End both and return everything they printed."""
        self._children.end_all()
        lines = []
        while not self.said.empty():
            lines.append(self.said.get())
        return "\n".join(lines)

    def turn(self, **knobs: Any) -> None:
        """Set knobs of the simulator."""
        request = Request(  # noqa: S310 - our own loopback address
            f"{self.service}/simulator/knobs", data=json.dumps(knobs).encode(), method="PUT"
        )
        request.add_header("Content-Type", "application/json")
        with urlopen(request, timeout=10):  # noqa: S310
            pass

    def sessions(self) -> list[dict[str, Any]]:
        """The sessions that the simulator holds open."""
        with urlopen(f"{self.service}/simulator/sessions", timeout=10) as reply:  # noqa: S310
            listed: Any = json.load(reply)
        return listed["sessions"] if isinstance(listed, dict) else listed
