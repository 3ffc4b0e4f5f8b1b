"""The best Python of a machine, or a sentence that says what to install."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from devtools import pythons
from devtools.console import Problem
from devtools.pythons import Python, Version

Machine = dict[tuple[str, ...], Version]


def choose(machine: Machine, environ: dict[str, str] | None = None, order: Iterable[str] | None = None) -> Python:
    def probe(command: tuple[str, ...]) -> Python | None:
        version = machine.get(command)
        return Python(command, version) if version else None

    asked = [(name,) for name in order] if order else list(machine)
    return pythons.choose(environ or {}, asked, probe)


def test_313_is_preferred_wherever_it_is_found() -> None:
    assert choose({("a",): (3, 11), ("b",): (3, 12), ("c",): (3, 13), ("d",): (3, 14)}).command == ("c",)


@pytest.mark.parametrize(
    ("versions", "best"),
    [([(3, 11), (3, 12)], (3, 12)), ([(3, 14), (3, 11)], (3, 11)), ([(3, 14)], (3, 14)), ([(3, 9), (3, 11)], (3, 11))],
)
def test_without_313_the_next_best_is_taken(versions: list[Version], best: Version) -> None:
    assert choose({(f"python{index}",): version for index, version in enumerate(versions)}).version == best


def test_a_name_that_leads_nowhere_is_passed_over() -> None:
    assert choose({("real",): (3, 12)}, order=["shim", "real"]).command == ("real",)


def test_a_machine_without_a_suitable_python_hears_what_to_install() -> None:
    with pytest.raises(Problem) as raised:
        choose({("old",): (3, 9)})
    assert "Install Python 3.13" in raised.value.hint


def test_the_sentence_tells_too_old_from_too_new() -> None:
    assert pythons.nothing_suitable((3, 9)).startswith("Python 3.9 is too old")
    assert pythons.nothing_suitable((3, 15)).startswith("Python 3.15 is newer than the pinned packages support")


def test_the_override_wins_even_over_313() -> None:
    machine: Machine = {("mine",): (3, 11), ("other",): (3, 13)}
    assert choose(machine, {"VOICEMINT_PYTHON": "mine"}).command == ("mine",)


def test_the_override_may_be_a_version() -> None:
    machine: Machine = {("new",): (3, 13), ("old",): (3, 11)}
    assert choose(machine, {"VOICEMINT_PYTHON": "3.11"}).command == ("old",)
    for version in ("3.12", "3.9"):
        with pytest.raises(Problem, match="no such Python was found"):
            choose(machine, {"VOICEMINT_PYTHON": version})


@pytest.mark.parametrize(
    ("wanted", "another"), [(None, False), ("3.13", False), ("3.11", True), ("new", False), ("old", True)]
)
def test_an_environment_of_another_python_than_the_override_is_noticed(wanted: str | None, another: bool) -> None:
    environ = {"VOICEMINT_PYTHON": wanted} if wanted else {}
    versions: Machine = {("new",): (3, 13), ("old",): (3, 11)}
    assert pythons.asks_for_another(environ, (3, 13), lambda command: Python(command, versions[command])) == another


@pytest.mark.parametrize(("version", "words"), [((3, 9), "a Python 3.9; 3.11 to 3.14 works"), (None, "does not run")])
def test_an_override_that_cannot_be_used_is_refused_not_replaced(version: Version | None, words: str) -> None:
    machine: Machine = {("good",): (3, 13)} | ({("mine",): version} if version else {})
    with pytest.raises(Problem, match=words):
        choose(machine, {"VOICEMINT_PYTHON": "mine"})


def test_a_real_interpreter_tells_its_version_and_a_file_that_is_none_does_not(tmp_path: Path) -> None:
    found = pythons.probe((sys.executable,))
    assert found is not None
    assert found.version == sys.version_info[:2]
    assert pythons.probe((str(tmp_path / "nothing"),)) is None
    assert pythons.probe((sys.executable, "-c", "raise SystemExit(1)")) is None


def test_pyenv_and_uv_are_searched_though_they_are_not_on_the_path(tmp_path: Path) -> None:
    inside = (".pyenv/versions/3.13.2/bin/python", ".local/share/uv/python/cpython-3.12.9-linux/bin/python")
    for place in inside:
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).touch()
    commands = [command[0] for command in pythons.candidates({"PATH": ""}, tmp_path, "linux")]
    assert [command for command in commands if command.startswith(str(tmp_path))] == [
        str(tmp_path / place) for place in inside
    ]
    assert commands[-1] == sys.executable


def test_on_windows_the_usual_folder_is_searched(tmp_path: Path) -> None:
    place = tmp_path / "Programs" / "Python" / "Python313" / "python.exe"
    place.parent.mkdir(parents=True)
    place.touch()
    commands = list(pythons.candidates({"PATH": "", "LOCALAPPDATA": str(tmp_path)}, tmp_path, "win32"))
    assert (str(place),) in commands
