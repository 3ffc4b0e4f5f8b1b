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

NOW = "VOICEMINT_TEST_NOW"


def placed(root: Path, now: str) -> Callable[[], world.World]:
    """This machine, but for folder and time, and with a free port. Everything else is real."""
    here = world.this_machine()
    moved = replace(here, root=root, wait=lambda _: None, is_free=lambda _: True)
    return lambda: replace(moved, now=lambda: float(now)) if now else moved


if __name__ == "__main__":
    make = placed(Path(sys.argv[1]), os.environ.get(NOW, ""))
    doctor.this_machine = make  # type: ignore[assignment]
    hooks.this_machine = make  # type: ignore[assignment]
    sys.exit(cli.main(sys.argv[2:]))
