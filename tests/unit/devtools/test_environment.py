"""Stages become runs of pip; the stamp makes the next run instant; what was cut short is made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from devtools import ROOT, environment, stamp
from devtools.console import Problem
from devtools.environment import DEMO, EVERYTHING, SERVE, Stage, Step

STAGES = (Stage("base", "base.txt"), Stage("ears", "ears.txt"))
NO_WHEEL = "ERROR: No matching distribution found for moonshine-voice==0.1.0"


class Pip:
    """A stand-in for pip: it answers from a table of requirement to output and remembers what it was asked for."""

    def __init__(self, failures: Mapping[str, str] | None = None, cut_at: str | None = None) -> None:
        self.asked: list[tuple[tuple[str, ...], bool]] = []
        self._failures = failures or {}
        self._cut_at = cut_at

    def __call__(self, folder: Path, wanted: Sequence[str], constraints: Path, *, only_wheels: bool, log: Path) -> Any:
        self.asked.append((tuple(wanted), only_wheels))
        return Run(self._failures.get(wanted[0], ""), cut=wanted[0] == self._cut_at)


class Run:
    def __init__(self, failure: str, *, cut: bool) -> None:
        self.output = failure
        self.code: int | None = None
        self._cut = cut

    def lines(self) -> Iterator[str]:
        if self.output:
            yield self.output
            self.code = 1
            return
        yield "  Downloading some-1.0-py3-none-any.whl (2.0 MB)"
        yield "Installing collected packages: some"
        if self._cut:
            raise KeyboardInterrupt
        self.code = 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n")
    (tmp_path / "base.txt").write_text("-c constraints.txt\nhttpx==0.28.1\naiortc==1.16.0\n")
    (tmp_path / "ears.txt").write_text("-r base.txt\nmoonshine-voice==0.1.0\n")
    return tmp_path


def make(folder: Path, environ: Mapping[str, str]) -> None:
    """What `python -m venv` leaves, as far as anyone looks."""
    for place in ("bin", "Scripts", "lib/python3.13/site-packages/pip-24.2.dist-info"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / "pyvenv.cfg").write_text("version = 3.13.0\n")
    (folder / "bin/python").touch()
    (folder / "Scripts/python.exe").touch()
    (folder / stamp.FILE_NAME).unlink(missing_ok=True)


def ensure(project: Path, pip: Pip, environ: Mapping[str, str] | None = None) -> environment.Environment:
    return environment.ensure(STAGES, project, environ or {}, make=make, new_run=pip)


def test_a_stage_is_one_run_and_each_optional_part_a_run_of_its_own(project: Path) -> None:
    assert environment.plan(project, STAGES) == [
        Step("base", ("httpx==0.28.1",), optional=False),
        Step("WebRTC", ("aiortc==1.16.0",), optional=True),
        Step("speech recognition", ("moonshine-voice==0.1.0",), optional=True),
    ]


def test_the_projects_own_stages_can_be_planned_and_no_step_comes_twice() -> None:
    for stages in (SERVE, DEMO, EVERYTHING):
        names = [step.name for step in environment.plan(ROOT, stages)]
        assert len(names) == len(set(names))


def test_the_first_run_installs_everything_and_reports_size(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pip = Pip()
    ready = ensure(project, pip)
    assert ready.python.is_relative_to(project / ".venv")
    assert [wanted for wanted, _ in pip.asked] == [("httpx==0.28.1",), ("aiortc==1.16.0",), ("moonshine-voice==0.1.0",)]
    assert [only_wheels for _, only_wheels in pip.asked] == [False, True, True]
    assert "6.0 MB downloaded" in capsys.readouterr().out


def test_the_second_run_asks_pip_nothing_and_prints_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ensure(project, Pip())
    capsys.readouterr()
    again = Pip()
    ensure(project, again)
    assert again.asked == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("file", ["constraints.txt", "base.txt"])
def test_a_changed_pin_is_installed(project: Path, file: str) -> None:
    ensure(project, Pip())
    with (project / file).open("a") as changed:
        changed.write("idna==3.20\n")
    again = Pip()
    ensure(project, again)
    assert again.asked


def test_a_part_without_a_wheel_is_left_out_remembered_and_said_again(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = ensure(project, Pip({"moonshine-voice==0.1.0": NO_WHEEL}))
    assert len(ready.missing) == 1
    assert "speech recognition" in ready.missing[0]
    capsys.readouterr()
    again = Pip()
    assert ensure(project, again).missing == ready.missing
    assert again.asked == []
    assert capsys.readouterr().out == ready.missing[0] + "\n"


def test_a_needed_package_that_cannot_be_had_ends_it(project: Path) -> None:
    with pytest.raises(Problem, match="There is no httpx"):
        ensure(project, Pip({"httpx==0.28.1": "ERROR: No matching distribution found for httpx==0.28.1"}))


def test_without_a_network_even_an_optional_part_ends_it_and_the_next_run_goes_on(project: Path) -> None:
    with pytest.raises(Problem, match="cannot be reached"):
        ensure(project, Pip({"moonshine-voice==0.1.0": "NewConnectionError\n" + NO_WHEEL}))
    again = Pip()
    assert ensure(project, again).missing == ()
    assert [wanted for wanted, _ in again.asked] == [("moonshine-voice==0.1.0",)]


def test_an_installation_cut_short_is_made_again_from_the_start(project: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ensure(project, Pip(cut_at="aiortc==1.16.0"))
    assert stamp.read(project / ".venv").unfinished == "WebRTC"
    again = Pip()
    ensure(project, again)
    assert len(again.asked) == 3
    assert stamp.read(project / ".venv").unfinished == ""


def test_another_folder_can_be_named(project: Path) -> None:
    ensure(project, Pip(), {"VOICEMINT_VENV": ".venv-other"})
    assert (project / ".venv-other").is_dir()
    assert not (project / ".venv").exists()
