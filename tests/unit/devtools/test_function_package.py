"""The function's package holds what it should, in a zip that is the same each time."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from devtools import ROOT, function_package, tree
from devtools.function_package import WANTED, package, read
from devtools.tree import Tree

FILES = (*(f"{name}/x.py" if name in ("personas", "voicemint") else name for name in WANTED), "tests/x.py")


def planted(folder: Path, ignore: str | None, *more: str) -> Tree:
    for name in (*FILES, *more):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    if ignore is not None:
        (folder / ".funcignore").write_text(ignore)
    return tree.read(folder)


def names(root: Path) -> set[str]:
    return {path.as_posix() for path in read(root).paths}


def test_the_projects_own_package_is_in_order() -> None:
    assert package(tree.read(ROOT)) == []
    assert {"function_app.py", "personas/assistant.toml", "personas/tutor.toml", "voicemint/__init__.py"} < names(ROOT)
    assert 100_000 < read(ROOT).size < 500_000


def test_a_good_package_passes(tmp_path: Path) -> None:
    assert package(planted(tmp_path, "tests\n.*\n")) == []


@pytest.mark.parametrize(
    ("ignore", "more", "finding"),
    [
        (None, (), ".funcignore is missing"),
        (".*\n", (), ".funcignore: tests would be deployed"),
        ("tests\npersonas\n.*\n", (), ".funcignore: personas is not deployed"),
        ("tests\n*.json\n.*\n", (), ".funcignore: host.json is not deployed"),
        ("tests\n*.yaml\n.*\n", (), ".funcignore: appsvc.yaml is not deployed"),
        ("tests\n.*\n", ("infra/main.bicep",), ".funcignore: infra would be deployed"),
        ("tests\n.*\n", ("notes.txt",), ".funcignore: notes.txt would be deployed"),
        ("tests\n.*\n", ("pyproject.toml",), "pyproject.toml beside requirements.txt"),
    ],
)
def test_a_wrong_package_is_found(tmp_path: Path, ignore: str | None, more: tuple[str, ...], finding: str) -> None:
    assert any(one.startswith(finding) for one in package(planted(tmp_path, ignore, *more)))


def test_what_git_ignores_would_be_deployed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine/\n")

    assert package(planted(tmp_path, "tests\n.*\n", "mine/lib/x.py")) == [".funcignore: mine would be deployed"]


@pytest.mark.parametrize("environment", ["venv", "env", ".venv", "voicemint_env", "__pycache__"])
def test_no_environment_is_deployed(tmp_path: Path, environment: str) -> None:
    ignore = (ROOT / ".funcignore").read_text("utf-8")

    assert package(planted(tmp_path, ignore, f"{environment}/pyvenv.cfg", f"voicemint/{environment}/x.py")) == []
    assert not [name for name in names(tmp_path) if environment in Path(name).parts]


def test_what_azd_never_takes_is_not_taken(tmp_path: Path) -> None:
    planted(tmp_path, "tests\n", ".azure/prod/.env", "local.settings.json")

    assert names(tmp_path) == {*FILES} - {"tests/x.py"}


def test_a_package_that_is_too_big_is_found(tmp_path: Path) -> None:
    files = planted(tmp_path, "tests\n.*\n", "voicemint/film.bin")
    (tmp_path / "voicemint/film.bin").write_bytes(b"x" * (function_package.LARGEST + 1))

    assert any("bytes would be deployed" in one for one in package(files))


def test_a_pattern_counts_at_every_depth_and_a_comment_is_none(tmp_path: Path) -> None:
    more = ("voicemint/a/tests/b.py", "voicemint/c.pyc", "voicemint/.d/e", "voicemint/testsuite.py")

    assert package(planted(tmp_path, "# personas\n\ntests/\n.*\n*.pyc\n", *more)) == []
    assert names(tmp_path) == {*FILES, "voicemint/testsuite.py"} - {"tests/x.py"}


@pytest.mark.parametrize("pattern", ["!voicemint", "tests/unit"])
def test_a_pattern_that_tools_read_differently_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ValueError, match="read differently"):
        read(planted(tmp_path, f"{pattern}\n").root)


def test_the_zip_holds_the_files_and_is_the_same_each_time(tmp_path: Path) -> None:
    made = read(planted(tmp_path / "project", "tests\n.*\n").root)
    size = made.write(tmp_path / "one.zip")
    made.write(tmp_path / "two.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert size == (tmp_path / "one.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert sorted(archive.namelist()) == sorted(path.as_posix() for path in made.paths)
        assert archive.read("function_app.py") == b"x"


def test_the_command_lists_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert function_package.main([str(tmp_path / "function.zip")]) == 0

    said = capsys.readouterr().out
    assert "function_app.py" in said
    assert zipfile.is_zipfile(tmp_path / "function.zip")
