"""One real run of pip, offline: its lines, its exit code, its log."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from devtools.pip_progress import no_wheel
from devtools.pip_run import PipRun


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="platform: the tests run outside any environment")
def test_a_run_that_finds_nothing_keeps_pips_words_in_memory_and_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").touch()
    log = tmp_path / "new folder" / "pip.log"
    wanted = ["--no-index", "voicemint-no-such-package==1.0"]
    run = PipRun(Path(sys.prefix), wanted, tmp_path / "constraints.txt", only_wheels=True, log=log)
    assert run.code is None
    lines = list(run.lines())
    assert run.code == 1
    assert no_wheel(run.output)
    assert run.output == "\n".join(lines)
    assert log.read_text(encoding="utf-8") == run.output + "\n"
