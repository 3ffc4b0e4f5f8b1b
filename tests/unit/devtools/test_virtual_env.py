"""When an environment can be used as it is, and why one could not be made."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from devtools import virtual_env
from devtools.console import Problem
from devtools.pythons import Python
from devtools.stamp import Stamp


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real environment of the Python that runs the tests."""
    folder = tmp_path_factory.mktemp("made") / "env"
    virtual_env.make(folder, {"VOICEMINT_PYTHON": sys.executable})
    return folder


def test_a_fresh_environment_can_be_used_and_tells_its_versions(made: Path) -> None:
    assert virtual_env.unusable(made, Stamp(), {}) == ""
    assert virtual_env.version_of(made) == sys.version_info[:2]
    assert virtual_env.pip_version(made) > (20, 0)
    assert virtual_env.python_of(made).exists()


def test_one_that_was_cut_short_cannot(made: Path) -> None:
    assert virtual_env.unusable(made, Stamp(unfinished="speech"), {}) == "installing speech was cut short"


def test_one_that_lost_its_python_or_pip_or_never_was_cannot(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "env"
    assert virtual_env.unusable(copy, Stamp(), {}) == "there is none yet"
    shutil.copytree(made, copy, symlinks=True)
    for metadata in copy.glob("[Ll]ib*/**/pip-*.dist-info"):
        shutil.rmtree(metadata)
    assert virtual_env.unusable(copy, Stamp(), {}) == "it has no pip"
    virtual_env.python_of(copy).unlink()
    assert virtual_env.unusable(copy, Stamp(), {}) == "its Python is gone"


def test_one_of_an_unsupported_python_cannot(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "env"
    shutil.copytree(made, copy, symlinks=True)
    (copy / "pyvenv.cfg").write_text("version = 3.9.18\n")
    assert virtual_env.unusable(copy, Stamp(), {}) == "its Python 3.9 is not supported"
    (copy / "pyvenv.cfg").write_text("version_info = 3.12.4.final.0\n")
    assert virtual_env.version_of(copy) == (3, 12)
    assert "asks for another Python" in virtual_env.unusable(copy, Stamp(), {"VOICEMINT_PYTHON": _another()})


def _another() -> str:
    """An interpreter of another version than 3.12: the running one, which is 3.11 or 3.13 wherever this is tested."""
    if sys.version_info[:2] == (3, 12):
        pytest.skip("platform: the running Python must not be 3.12")
    return sys.executable


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Problem, match="holds other things"):
        virtual_env.make(tmp_path, {})
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize(
    "output",
    [
        "The virtual environment was not created successfully because ensurepip is not available.",
        "No module named venv",
    ],
)
def test_a_python_without_venv_is_told_how_to_get_it(output: str) -> None:
    problem = virtual_env.not_made(output, Python(("python3",), (3, 11)))
    assert "without its venv module" in problem.message
    assert "sudo apt install python3.11-venv" in problem.hint


def test_any_other_failure_is_quoted() -> None:
    problem = virtual_env.not_made("long story\nError: the disk is full\n", Python(("python3",), (3, 13)))
    assert problem.message == "The Python environment could not be made: Error: the disk is full"
