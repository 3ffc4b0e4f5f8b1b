"""The product as a newcomer gets it: the simulator and the local host as processes of their own, on free ports."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.request import Request, urlopen

from devtools.demo import offline_settings
from tests.canaries import CANARY_KEY
from tests.programs import Program

WIDE_LIMITS = {"RATE_LIMIT_PER_MINUTE": "600", "MAX_CALLS_PER_DAY": "999999"}


class Offline:
    """Both programs. The function sends the canary key to the simulator, so any leak of it can be found."""

    def __init__(self) -> None:
        self._programs: list[Program] = []
        self.service = self._start("simulator", {"SIMULATOR_API_KEY": CANARY_KEY}).url
        self.page = self.another_page()

    def another_page(self, **settings: str) -> str:
        """One more local host beside the same simulator, with these settings on top of the demo's; its address."""
        return self.another_host(**settings).url

    def another_host(self, **settings: str) -> Program:
        """The same as a program that a test may kill. Its limits are wide: tests come from one address, and quickly."""
        return self._start("local_host", {**offline_settings(self.service, CANARY_KEY), **WIDE_LIMITS, **settings})

    def _start(self, module: str, settings: Mapping[str, str]) -> Program:
        self._programs.append(Program(module, {**os.environ, **settings}))
        return self._programs[-1]

    def stop(self) -> str:
        """End all and return everything they printed."""
        for program in reversed(self._programs):
            program.stop()
        return "\n".join(line for program in self._programs for line in program.said)

    def turn(self, **knobs: Any) -> None:
        """Set knobs of the simulator."""
        self._ask("PUT", "/simulator/knobs", json.dumps(knobs).encode())

    def fail(self, on: str, kind: str, **more: Any) -> None:
        """Have the simulator fail once."""
        self.turn(faults=[{"on": on, "kind": kind, **more}])

    def sessions(self) -> list[dict[str, Any]]:
        """The sessions that the simulator holds open."""
        listed: list[dict[str, Any]] = json.loads(self._ask("GET", "/simulator/sessions"))
        return listed

    def hang_up(self, call_id: str) -> None:
        """End a call from the server's side, as the owner of the key may."""
        self._ask("POST", f"/openai/v1/realtime/calls/{call_id}/hangup", b"", {"api-key": CANARY_KEY})

    def _ask(self, method: str, path: str, body: bytes | None = None, more: Mapping[str, str] | None = None) -> bytes:
        headers = {"Content-Type": "application/json", **(more or {})}
        request = Request(self.service + path, data=body, method=method, headers=headers)  # noqa: S310 - loopback
        with urlopen(request, timeout=10) as reply:  # noqa: S310
            answer: bytes = reply.read()
        return answer
