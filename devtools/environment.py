"""Fills the project's own Python environment, stage by stage, showing what it is doing.

A second run finds the stamp of the first and takes no time. An environment that was cut short, or whose Python is gone,
is made again. An optional part without a ready-made package for this machine is left out with one clear sentence.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools import ROOT, parts, requirements, stamp, virtual_env
from devtools.console import LiveLine, megabytes, say
from devtools.pip_progress import PipProgress, explain, no_wheel
from devtools.pip_run import PipRun


@dataclass(frozen=True)
class Stage:
    """One requirements file, under the name that a person reads."""

    name: str
    file: str


LOCAL_HOST = Stage("function and page", "local_host/requirements.txt")
SIMULATOR = Stage("offline service", "simulator/requirements.txt")
SPEECH = Stage("speech", "simulator/speech-requirements.txt")
TESTS = Stage("tests and checks", "tests/requirements.txt")

LOG = ".dev/pip.log"

SERVE = (LOCAL_HOST,)
DEMO = (LOCAL_HOST, SIMULATOR, SPEECH)
EVERYTHING = (*DEMO, TESTS)


@dataclass(frozen=True)
class Step:
    """One run of pip: all that a stage cannot do without at once, or one optional part alone."""

    name: str
    wanted: tuple[str, ...]
    optional: bool


@dataclass(frozen=True)
class Environment:
    """A filled environment: its interpreter, and a sentence for each part that this machine cannot have."""

    python: Path
    missing: tuple[str, ...] = ()


@dataclass
class Fetched:
    """Bytes that came over the network, and bytes that pip already had."""

    downloaded: int = 0
    cached: int = 0

    def __str__(self) -> str:
        text = f"{megabytes(self.downloaded)} downloaded"
        return f"{text}, {megabytes(self.cached)} from pip's cache" if self.cached else text


def plan(root: Path, stages: Sequence[Stage]) -> list[Step]:
    """The runs of pip that fill an environment for `stages`. Nothing is asked for twice."""
    steps: list[Step] = []
    asked: set[str] = set()
    for stage in stages:
        wanted = [line for line in requirements.read(root / stage.file) if line not in asked]
        asked.update(wanted)
        needed = tuple(line for line in wanted if parts.part_of(line) is None)
        if needed:
            steps.append(Step(stage.name, needed, optional=False))
        for line in wanted:
            part = parts.part_of(line)
            if part is not None:
                steps.append(Step(part.gives, (line,), optional=True))
    return steps


def ensure(
    stages: Sequence[Stage],
    root: Path = ROOT,
    environ: Mapping[str, str] = os.environ,
    *,
    make: Callable[[Path, Mapping[str, str]], None] = virtual_env.make,
    new_run: Callable[..., PipRun] = PipRun,
) -> Environment:
    """The environment for `stages`, made, mended or completed if needed. `make` makes one, `new_run` is pip.

    Raises `Problem` where it cannot be.
    """
    folder = virtual_env.folder_of(root, environ)
    waiting = "Another dev.py is installing into this environment; waiting for it to finish."
    with stamp.only_one(root / ".dev" / f"{folder.name}.lock", waiting):
        started = time.monotonic()
        known = stamp.read(folder)
        if why := virtual_env.unusable(folder, known, environ):
            say(f"Making the Python environment {folder.name} ({why}).")
            make(folder, environ)
            known = stamp.Stamp()
        steps = plan(root, stages)
        fetched = _complete(folder, steps, known, root, new_run)
    missing = tuple(known.missing[step.name] for step in steps if step.name in known.missing)
    for sentence in missing:
        say(sentence)
    if fetched is not None:
        say(f"Environment ready in {time.monotonic() - started:.0f} s: {fetched}.")
    return Environment(virtual_env.python_of(folder), missing)


def _complete(
    folder: Path, steps: Sequence[Step], known: stamp.Stamp, root: Path, new_run: Callable[..., PipRun]
) -> Fetched | None:
    """Run the steps that the stamp does not vouch for; None if it vouches for all."""
    version = virtual_env.version_of(folder)
    pins = requirements.lines(root / "constraints.txt")
    wanted = {step.name: requirements.fingerprint(step.wanted, pins, f"{version} {sys.platform}") for step in steps}
    todo = [step for step in steps if known.done.get(step.name) != wanted[step.name]]
    if not todo:
        return None
    say(f"Installing into {folder.name} with Python {version[0]}.{version[1]}:")
    fetched = Fetched()
    for step in todo:
        run = new_run(folder, step.wanted, root / "constraints.txt", only_wheels=step.optional, log=root / LOG)
        _fill(folder, step, run, known, fetched)
        known.done[step.name] = wanted[step.name]
        stamp.write(folder, known)
    return fetched


def _fill(folder: Path, step: Step, run: PipRun, known: stamp.Stamp, fetched: Fetched) -> None:
    """Install one step, live. Notes in `known` what this machine cannot have; raises `Problem` for what it must."""
    line = LiveLine(step.name)
    progress = PipProgress()
    for text in run.lines():
        progress.read(text)
        if progress.installing and not known.unfinished:
            # From here until pip ends, files are half in place: whoever finds this note starts afresh.
            known.unfinished = step.name
            stamp.write(folder, known)
        line.update(str(progress))
    fetched.downloaded += progress.downloaded
    fetched.cached += progress.cached
    known.unfinished = ""
    known.missing.pop(step.name, None)
    if run.code == 0:
        line.done(f"ready, {megabytes(progress.downloaded)} downloaded")
        return
    if not (step.optional and no_wheel(run.output)):
        line.done("failed")
        raise explain(run.output, LOG)
    line.done("left out")
    machine = parts.this_machine(virtual_env.version_of(folder))
    known.missing[step.name] = parts.missing_sentence(step.wanted[0], machine)
