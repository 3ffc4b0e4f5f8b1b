"""`dev.py test`: every test, offline, in groups from quick to slow, closed by one line.

What could not run is said last and loudly; with REQUIRE_ALL=1 it fails the run instead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from devtools import ROOT, browsers, counts, environment, node
from devtools.console import say
from devtools.counts import Counts
from devtools.processes import Interrupted

ORDER = ("unit", "contract", "conformance", "integration", "fuzz", "e2e")
SIDE_BY_SIDE = {"unit": 2, "integration": 2, "fuzz": 2, "e2e": 2}
"""How many processes share the files of a group. Tests with browsers and servers mostly wait, for speech above all."""
TRIED_AGAIN = {"e2e": 3}
"""How many failed tests of a group are run once more, alone: people talk there in real time, and a machine that stalls
in the middle of a word changes what is heard. More than so many are no accident."""
ONE_TEST = {
    "examples/agents": "OpenAI's SDK",
    "tests/e2e/static_web_apps_cli": "the Static Web Apps CLI",
}
"""Folders with npm's packages of their own, by what the one test that needs them is with."""
TIDY_SECONDS = 10.0
"""How long interrupted tests may take to tidy up, before and after they are told."""
RunOne = Callable[[Sequence[str], Mapping[str, str]], tuple[str, int]]
PASSED = ("\u2714", "\x1b[32m\u2714")
"""What Node prints before the name of a test that passed, plain and in colour."""


class Ledger:
    """What a run of the tests comes to: counts, failed groups, and what could not run and why."""

    def __init__(self, not_run: Sequence[str] = ()) -> None:
        self.counts = Counts()
        self.failed: list[str] = []
        self.not_run = list(not_run)
        self.late: list[str] = []

    def add(self, group: str, found: Counts, code: int) -> None:
        """Note a finished group. A group that ran no test at all, or ended oddly, has failed."""
        self.counts += found
        if code != 0 or found.total == 0:
            self.failed.append(f"{group} (exit code {code}, {found})")

    def close(self, *, require_all: bool, seconds: float) -> int:
        """Say how it went, the counts last, and return the exit code."""
        say()
        for reason in self.not_run:
            say(f"NOT RUN: {reason}")
        for group in self.late:
            say(f"AT THE SECOND ATTEMPT ONLY: {group}")
        for group in self.failed:
            say(f"FAILED: {group}")
        if self.not_run and require_all:
            say("REQUIRE_ALL=1: what could not run counts as failed.")
        say(f"All of it took {seconds:.0f} s.")
        failures = self.not_run if require_all else []
        good = not self.failed and not failures
        shown = self.counts + Counts(failed=len(failures))
        if not good and not shown.failed:
            shown += Counts(failed=1)  # a group that broke without a failing test must not read as success
        say(str(shown))
        return 0 if good else 1


def run(for_pytest: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run all tests, or one pytest run with the given arguments. Returns the exit code."""
    started = time.monotonic()
    ready = environment.ensure(environment.EVERYTHING)
    env = dict(environ)
    not_run = [*ready.missing, *add_browsers(env, ready.python, can_install=not for_pytest)]
    program, no_node = ready_node(ROOT / "static_site")
    not_run += [reason for reason in (no_node, *map(ready_packages, ONE_TEST)) if reason]
    for reason in not_run:
        say(f"CANNOT RUN: {reason}")
    if for_pytest:
        return stream([str(ready.python), "-m", "pytest", *colour(), *for_pytest], env)[1]
    ledger = Ledger(not_run)
    left_out = environ.get("LEAVE_OUT", "").split()
    for path in left_out:
        say(f"LEFT OUT by LEAVE_OUT: {path}")
    for group in groups(ROOT / "tests"):
        say(f"\n--- {group}")
        options = ["-q", *colour(), *(f"--ignore={path}" for path in left_out)]
        run_group(group, [str(ready.python), "-m", "pytest", *options], env, ledger)
    if program is not None:
        run_javascript(program, env, ledger)
    return ledger.close(require_all=environ.get("REQUIRE_ALL") == "1", seconds=time.monotonic() - started)


def run_group(
    group: str, pytest: Sequence[str], env: Mapping[str, str], ledger: Ledger, run_one: RunOne | None = None
) -> None:
    """Run a group's tests, and where it may be an accident what failed once more; the ledger says so."""
    run_one = run_one or stream
    output, code = run_one([*pytest, *workers(group), f"tests/{group}"], env)
    found = counts.of_pytest(output)
    if code == 1 and found.failed <= TRIED_AGAIN.get(group, 0):
        say(f"\n--- {group}, what failed, once more")
        output, code = run_one([*pytest, "--last-failed", "--last-failed-no-failures=none", f"tests/{group}"], env)
        second = counts.of_pytest(output)
        ledger.late += [f"{group} ({second.passed} of {found.failed})"] if second.passed else []
        # What was not run again, has not passed.
        found += Counts(second.passed, max(second.failed, found.failed - second.passed) - found.failed)
        code = code or int(found.failed > 0)
    ledger.add(group, found, code)


def groups(tests: Path) -> list[str]:
    """The folders that hold Python tests, the quick ones first."""
    found = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    return [name for name in ORDER if name in found] + sorted(found.difference(ORDER))


def workers(group: str, cores: int | None = None) -> list[str]:
    """pytest-xdist's options for a group. A file stays together: its tests share a browser."""
    count = min(SIDE_BY_SIDE.get(group, 1), cores or os.cpu_count() or 1)
    return ["-n", str(count), "--dist", "loadfile"] if count > 1 else []


def add_browsers(env: dict[str, str], python: Path, *, can_install: bool) -> list[str]:
    """Put the browsers' paths into `env`, installing them if that is allowed; a sentence for each that is missing."""
    missing = []
    for browser in (browsers.CHROMIUM, browsers.FIREFOX):
        path = browsers.find(browser, env, Path.home())
        if path is None and can_install:
            say(f"{browser.title} is not on this machine; trying to install it.")
            if browsers.install(browser, python):
                path = browsers.find(browser, env, Path.home())
        if path is None:
            missing.append(f"the tests in {browser.title}: it was not found; {browser.variable} may name its program")
        else:
            env[browser.variable] = str(path)
    return missing


def ready_node(site: Path) -> tuple[Path | None, str]:
    """Node with the page's test packages in place, or None and a sentence. The end-to-end tests need both, too."""
    program, why = node.find()
    why = why or node.install_packages(site)
    if program is None or why:
        return None, f"the page's own tests and those of accessibility: {why}"
    return program, ""


def ready_packages(folder: str) -> str:
    """The packages in place that one test needs besides: "", or a sentence why not."""
    _, why = node.find()
    why = why or node.install_packages(ROOT / folder)
    return f"the test with {ONE_TEST[folder]}: {why}" if why else ""


def run_javascript(program: Path, env: Mapping[str, str], ledger: Ledger) -> None:
    """The page's own tests, in Node."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").glob("*.test.*js"))
    if not files:
        return
    say("\n--- js")
    coloured = {**env, "FORCE_COLOR": "1"} if colour() else env
    output, code = stream([str(program), "--test", "--test-reporter=spec", *files], coloured, _say_unless_passed)
    ledger.add("js", counts.of_node(output), code)


def _say_unless_passed(line: str) -> None:
    """Node names every test that passed, and there are hundreds; what is left is failures and counts."""
    if not line.lstrip().startswith(PASSED):
        say(line)


def stream(command: Sequence[str], env: Mapping[str, str], show: Callable[[str], None] = say) -> tuple[str, int]:
    """Run a command in the repository, show its output as it comes, and return it with the exit code."""
    kept: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**env, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for raw in process.stdout or ():
                line = raw.rstrip("\r\n")
                kept.append(line)
                show(line)
        except Interrupted:
            show(_let_tidy_up(process))
            raise
    return "\n".join(kept), process.returncode


def _let_tidy_up(process: subprocess.Popen[str]) -> str:
    """Tests that got the same Ctrl-C tidy up by themselves; after a SIGTERM to this process alone, they are told."""
    try:
        return process.communicate(timeout=TIDY_SECONDS)[0]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
    try:
        return process.communicate(timeout=TIDY_SECONDS)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def colour() -> list[str]:
    """pytest's option in a terminal. A variable would also colour what programs say that tests start."""
    return ["--color=yes"] if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else []
