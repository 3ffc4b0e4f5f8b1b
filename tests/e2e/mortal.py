"""A service that can be killed in the middle of a call, and come back at the same address."""

from __future__ import annotations

import os

from devtools.demo import offline_settings
from tests.canaries import CANARY_KEY
from tests.e2e.offline import WIDE_LIMITS
from tests.programs import Program


class Mortal:
    """A simulator that can be killed and started again at the same address, and a local host beside it."""

    def __init__(self) -> None:
        self._environment = {**os.environ, "SIMULATOR_API_KEY": CANARY_KEY}
        self._simulator = Program("simulator", self._environment)
        self._address = self._simulator.url
        self._programs = [self._simulator]

    def host(self, mode: str) -> Program:
        settings = {**offline_settings(self._address, CANARY_KEY), **WIDE_LIMITS, "CALL_MODE": mode}
        self._programs.append(Program("local_host", {**os.environ, **settings}))
        return self._programs[-1]

    def die(self) -> None:
        self._simulator.kill()

    def rise(self) -> None:
        port = self._address.rsplit(":", 1)[1].rstrip("/")
        self._simulator = Program("simulator", self._environment, "--port", port)
        self._programs.append(self._simulator)
        assert self._simulator.url == self._address

    def stop(self) -> str:
        for program in reversed(self._programs):
            program.stop()
        return "\n".join(line for program in self._programs for line in program.said)
