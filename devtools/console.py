"""How `dev.py` speaks: plain lines, one live line for progress, and failures as a sentence with a hint."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

QUIET_SECONDS = 5.0
"""Where there is no terminal to rewrite a line in, progress is printed at most this often."""


class Problem(Exception):
    """Something that the person at the keyboard can put right. `hint` says how."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


def say(text: str = "") -> None:
    """Print one line now, also when the output is a pipe."""
    print(text, flush=True)


def megabytes(count: int) -> str:
    """Bytes for people: `0.0 MB`, `12.3 MB`."""
    return f"{count / 1e6:.1f} MB"


class LiveLine:
    """The line of one stage: its name, what it is doing, seconds so far. Rewritten in place on a terminal."""

    def __init__(self, name: str, stream: TextIO | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._stream = stream if stream is not None else sys.stdout
        self._now = now
        self._started = now()
        self._last_printed = self._started
        self._last_text = ""
        self._live = self._stream.isatty()

    @property
    def seconds(self) -> float:
        return self._now() - self._started

    def update(self, text: str) -> None:
        """Show what is going on. Cheap to call for every line of a child's output."""
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + self._line(text)[:width].ljust(width))
            self._stream.flush()
        elif text != self._last_text and self._now() - self._last_printed >= QUIET_SECONDS:
            self._last_text, self._last_printed = text, self._now()
            self._stream.write(self._line(text) + "\n")
            self._stream.flush()

    def done(self, text: str) -> None:
        """Close the line with its result."""
        width = shutil.get_terminal_size().columns - 1 if self._live else 0
        self._stream.write(("\r" if self._live else "") + self._line(text).ljust(width) + "\n")
        self._stream.flush()

    def _line(self, text: str) -> str:
        return f"  {self.name:<22} {self.seconds:4.0f} s  {text}"
