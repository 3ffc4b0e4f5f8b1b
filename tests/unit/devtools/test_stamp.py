"""The stamp survives, tells of what was cut short, and its lock keeps a second process out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools import ROOT, stamp
from devtools.console import Problem
from devtools.stamp import Stamp


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    written = Stamp(done={"speech": "abc"}, missing={"WebRTC": "No WebRTC here."}, unfinished="tests")
    stamp.write(tmp_path, written)
    assert stamp.read(tmp_path) == written
    assert [path.name for path in tmp_path.iterdir()] == [stamp.FILE_NAME]


def test_no_stamp_is_an_empty_one(tmp_path: Path) -> None:
    assert stamp.read(tmp_path / "nowhere") == Stamp()


@given(
    raw=st.one_of(st.binary(max_size=60), st.sampled_from([b"{}", b"[]", b"null", b'{"done": 1}', b'{"done": [1]}']))
)
def test_a_damaged_stamp_is_an_empty_one(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("stamp")
    (folder / stamp.FILE_NAME).write_bytes(raw)
    assert stamp.read(folder) == Stamp()


HOLD = """
import sys
from pathlib import Path
from devtools import stamp
with stamp.only_one(Path(sys.argv[1]), "WAITING"):
    print("HELD", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_waits_says_so_and_goes_on_when_the_first_is_done(tmp_path: Path) -> None:
    def holder() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    with holder() as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == "HELD\n"
        with holder() as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "WAITING\n"
            first.stdin.write("go on\n")
            first.stdin.close()
            assert second.stdout.readline() == "HELD\n"
            assert second.communicate("\n")[0] == ""
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="cannot be written"), stamp.only_one(tmp_path / "file" / "lock", "waiting"):
        raise AssertionError("the lock was had")
