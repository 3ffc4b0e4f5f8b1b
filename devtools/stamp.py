"""What an environment already holds: one small JSON file inside it, so that the next start is instant.

It also remembers an installation that was cut short while files were being put in place, and it is guarded by a lock
that the operating system lets go of when its holder dies.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from devtools.console import Problem

FILE_NAME = "voicemint-stamp.json"
LOCK_RETRY_SECONDS = 0.5


@dataclass
class Stamp:
    """`done`: fingerprint by step; `missing`: parts that this machine cannot have; `unfinished`: cut short in here."""

    done: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    unfinished: str = ""


def read(environment: Path) -> Stamp:
    """The stamp of an environment; an empty one where there is none or it cannot be read."""
    try:
        raw = json.loads((environment / FILE_NAME).read_text(encoding="utf-8"))
        return Stamp(dict(raw["done"]), dict(raw["missing"]), str(raw["unfinished"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Stamp()


def write(environment: Path, stamp: Stamp) -> None:
    """Replace the stamp in one step, so that nobody reads half of it."""
    draft = environment / (FILE_NAME + ".new")
    draft.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
    draft.replace(environment / FILE_NAME)


@contextmanager
def only_one(lock: Path, waiting: str) -> Iterator[None]:
    """Hold `lock` for the length of the block. While another process holds it, print `waiting` once and wait.

    Raises `Problem` where the lock cannot be written: nothing could be installed beside it either.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("a+b")
    except OSError as failure:
        raise Problem(
            f"{lock.parent} cannot be written: {failure.strerror or failure}.",
            "Copy the project to a folder of your own, or check who owns this one and whether the disk is full.",
        ) from failure
    with file:
        if not _try_lock(file.fileno()):
            print(waiting, flush=True)
            while not _try_lock(file.fileno()):
                time.sleep(LOCK_RETRY_SECONDS)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
