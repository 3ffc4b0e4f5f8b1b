"""The plugins of this test suite: a leak and a needed skip must fail a run. Real pytest, in a process of its own."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.canaries import CANARY_INSTRUCTIONS, CANARY_KEY, CANARY_TOKEN
from tests.canary_hunt import found_in

ROOT = Path(__file__).resolve().parents[3]


def run_pytest(folder: Path, files: dict[str, str], plugin: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run some test files in a process of its own, with nothing of this run but one plugin."""
    for name, code in files.items():
        (folder / f"test_{name}.py").write_text("import pytest\nfrom tests.canaries import *\n" + code)
    (folder / "pytest.ini").write_text("[pytest]\nlog_level = INFO\n")
    clean = {name: value for name, value in os.environ.items() if name not in ("REQUIRE_ALL", "PYTEST_ADDOPTS")}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-ra",
            "-p",
            "no:cacheprovider",
            "-p",
            plugin,
            "--continue-on-collection-errors",
        ],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        check=False,
    )


LEAKS = {
    "stdout": "print('key=' + CANARY_KEY)",
    "stderr": "import sys; sys.stderr.write(CANARY_TOKEN)",
    "log": "import logging; logging.getLogger('x').info('session: %s', CANARY_INSTRUCTIONS)",
    "part": "print(CANARY_KEY[:20])",
    "encoded": "import base64; print(base64.b64encode(CANARY_TOKEN.encode()).decode())",
}


def leaking(leak: str, phase: str) -> str:
    """A test file that leaks in one phase of its only test."""
    setup, call, teardown = (leak if phase == name else "pass" for name in ("setup", "call", "teardown"))
    fixture = f"@pytest.fixture\ndef around():\n    {setup}\n    yield\n    {teardown}\n"
    return fixture + f"def test_leak(around):\n    {call}\n"


def test_every_leak_in_every_phase_fails_and_is_not_repeated(tmp_path: Path) -> None:
    files = {
        f"{name}_{phase}": leaking(leak, phase)
        for name, leak in LEAKS.items()
        for phase in ("setup", "call", "teardown")
    }
    done = run_pytest(tmp_path, files | {"quiet": "def test_quiet():\n    print('hello')\n"}, "tests.canary_hunt")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].strip("= ").startswith("5 failed, 6 passed, 10 errors")
    assert done.stdout.count("A secret shows in Captured") >= 15
    assert found_in(done.stdout + done.stderr) == []


def test_a_run_without_leaks_passes(tmp_path: Path) -> None:
    assert (
        run_pytest(tmp_path, {"quiet": "def test_quiet():\n    print('hello')\n"}, "tests.canary_hunt").returncode == 0
    )


def test_a_test_that_fails_and_leaks_shows_both_reasons(tmp_path: Path) -> None:
    code = "def test_both():\n    print(CANARY_KEY)\n    assert 1 == 2\n"
    done = run_pytest(tmp_path, {"both": code}, "tests.canary_hunt")
    assert done.returncode == 1
    assert "assert 1 == 2" in done.stdout
    assert "A secret shows in Captured stdout call: the canary key." in done.stdout


def test_text_that_pytest_cannot_see_is_offered_by_hand(hunt: Callable[[str, str], None]) -> None:
    hunt("nothing here", "the reply")
    with pytest.raises(pytest.fail.Exception, match="shows in the reply: the canary key and token") as raised:
        hunt(f"{CANARY_KEY} {CANARY_TOKEN}", "the reply")
    assert found_in(str(raised.value)) == []


@pytest.mark.parametrize(
    "secret", [CANARY_KEY, CANARY_TOKEN, CANARY_INSTRUCTIONS], ids=["key", "token", "instructions"]
)
def test_whole_part_and_base64_are_found_and_a_masked_one_is_not(secret: str) -> None:
    assert found_in(f"x{secret}x")
    assert found_in(secret[-16:])
    assert found_in(base64.b64encode(secret.encode()).decode())
    assert not found_in(f"{secret[:4]}...{secret[-4:]}")


SKIPS = {
    "at_once": "def test_it():\n    pytest.skip('no browser')\n",
    "by_mark": "@pytest.mark.skip(reason='no browser')\ndef test_it():\n    pass\n",
    "whole_file": "pytest.skip('no browser', allow_module_level=True)\n",
    "no_import": "pytest.importorskip('no_such_module', reason='no browser')\n",
}


def test_a_skip_is_a_skip_where_nothing_is_required(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, SKIPS, "tests.require_all")
    assert "4 skipped" in done.stdout
    assert "failed" not in done.stdout


def test_with_require_all_every_kind_of_skip_fails_with_its_reason(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, SKIPS, "tests.require_all", REQUIRE_ALL="1")
    assert done.returncode == 1
    assert "skipped in" not in done.stdout
    for name in SKIPS:
        assert f"test_{name}.py" in done.stdout.partition("short test summary")[2]
    assert done.stdout.count("REQUIRE_ALL=1, but this was skipped: no browser") >= len(SKIPS)


def test_a_skip_for_the_platform_stays_a_skip_and_an_expected_failure_stays_one(tmp_path: Path) -> None:
    code = "def test_it():\n    pytest.skip('platform: signals of POSIX')\n"
    code += "@pytest.mark.xfail\ndef test_other():\n    assert 1 == 2\n"
    done = run_pytest(tmp_path, {"platform": code}, "tests.require_all", REQUIRE_ALL="1")
    assert done.returncode == 0
    assert "1 skipped, 1 xfailed" in done.stdout
