"""The project's own files, with git and without."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from devtools import tree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "a.py",
        ".ci/run",
        "docs/b.md",
        "node_modules/x/c.js",
        ".venv/d.py",
        "e/__pycache__/f.py",
        "picture.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one\ntwo\n")
    return tmp_path


OWN = [Path(".ci/run"), Path("a.py"), Path("docs/b.md"), Path("picture.png")]


def test_without_git_what_tools_make_is_left_out(folder: Path) -> None:
    assert [*tree.read(folder).paths] == OWN


def test_with_git_ignored_files_are_left_out_and_new_ones_are_not(folder: Path) -> None:
    (folder / ".gitignore").write_text(".venv/\nnode_modules/\n__pycache__/\n")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True, capture_output=True)
    assert [*tree.read(folder).paths] == [Path(".ci/run"), Path(".gitignore"), *OWN[1:]]


def test_lines_are_numbered_and_only_text_is_read(folder: Path) -> None:
    lines = list(tree.read(folder).lines())
    assert (Path("a.py"), 2, "two") in lines
    assert (Path(".ci/run"), 1, "one") in lines
    assert not any(path.suffix == ".png" for path, _, _ in lines)


def test_files_are_found_by_name(folder: Path) -> None:
    assert tree.read(folder).named("*.md", "*.py") == [Path("a.py"), Path("docs/b.md")]
