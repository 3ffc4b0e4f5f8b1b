"""A child of the tests: `dev.py doctor` and `dev.py hook`, in another folder and at another time, without pauses.

python -m tests.integration.azure_doubles.command FOLDER ARGUMENTS
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from devtools import cli
from devtools.doctor import run as doctor
from devtools.doctor import world
from devtools.hooks import run as hooks

NOW, PATIENCE = "VOICEMINT_TEST_NOW", "VOICEMINT_TEST_PATIENCE"


def placed(root: Path, now: str, patience: list[str]) -> Callable[[], world.World]:
    """This machine, but for folder, time and patience, and with a free port. Everything else is real."""
    here = world.this_machine()
    seconds = dict(zip(("udp", "tcp"), map(float, patience), strict=True))
    moved = replace(
        here,
        root=root,
        wait=lambda _: None,
        is_free=lambda _: True,
        exchange=lambda letters, _, heard: here.exchange(letters, seconds[letters[0].transport], heard),
    )
    return lambda: replace(moved, now=lambda: float(now)) if now else moved


if __name__ == "__main__":
    make = placed(Path(sys.argv[1]), os.environ.get(NOW, ""), os.environ[PATIENCE].split())
    doctor.this_machine = make  # type: ignore[assignment]
    hooks.this_machine = make  # type: ignore[assignment]
    sys.exit(cli.main(sys.argv[2:]))
