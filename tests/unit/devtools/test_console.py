"""Progress is rewritten on a terminal and rationed in a log; a problem is a sentence with a hint."""

from __future__ import annotations

import io

from devtools.console import QUIET_SECONDS, LiveLine, Problem, megabytes


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_on_a_terminal_one_line_is_rewritten_and_closed_once() -> None:
    terminal, clock = Terminal(), Clock()
    line = LiveLine("speech", terminal, clock)
    line.update("looking up packages")
    clock.seconds = 12.0
    line.update("downloading hibari_tts (14.0 MB), 3.0 MB downloaded")
    line.done("ready, 37.8 MB downloaded")
    shown = terminal.getvalue()
    assert shown.count("\n") == 1
    assert shown.count("\r") == 3
    last = shown.rsplit("\r", 1)[1]
    assert last.split() == ["speech", "12", "s", "ready,", "37.8", "MB", "downloaded"]


def test_a_longer_text_leaves_nothing_behind_a_shorter_one() -> None:
    terminal = Terminal()
    line = LiveLine("speech", terminal, Clock())
    line.update("x" * 500)
    line.update("y")
    first, second = terminal.getvalue().split("\r")[1:]
    assert len(first) == len(second)


def test_in_a_log_progress_is_rationed_and_never_repeated() -> None:
    log, clock = io.StringIO(), Clock()
    line = LiveLine("speech", log, clock)
    for seconds, text in [(0, "a"), (1, "b"), (QUIET_SECONDS, "c"), (QUIET_SECONDS + 1, "d"), (3 * QUIET_SECONDS, "c")]:
        clock.seconds = float(seconds)
        line.update(text)
    line.done("ready")
    assert [row.split()[-1] for row in log.getvalue().splitlines()] == ["c", "ready"]


def test_a_problem_shows_its_hint_under_its_sentence() -> None:
    assert str(Problem("The disk is full.", "Make room.")) == "The disk is full.\n  Make room."
    assert str(Problem("The disk is full.")) == "The disk is full."


def test_sizes_are_in_megabytes() -> None:
    assert [megabytes(count) for count in (0, 12_345_678)] == ["0.0 MB", "12.3 MB"]
