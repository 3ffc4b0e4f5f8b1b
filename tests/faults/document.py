"""Writes the fault matrix as a document: `python -m tests.faults.document > docs/fault-matrix.md`."""

from __future__ import annotations

import sys

from tests.faults.matrix import SECTIONS
from tests.faults.row import Row, Section

INTRODUCTION = """\
# Fault matrix

What a caller is told when something around Voicemint fails, and what happens next. Each row is a test that causes the
fault and looks at the reply to the letter: {count} rows, in `tests/faults/`. The product in it is the real one from its
triggers on, with httpx and Microsoft's own SDKs; Azure OpenAI, Key Vault and the managed identity are the doubles of
`simulator/` over TLS with certificates checked, storage is Microsoft's emulator behind a line that can be broken.

In every row, too: the reply is a problem document with all its members (see [errors.md](errors.md)) and the headers of
every reply; no key, token, instructions, SDP or upstream text shows in a reply or in the log; and when the fault is
over the next request of the same caller succeeds, without a restart, unless the last column says what must pass before.

*The caller is told* the status and the code. *Hint* and *Retry-After* (in seconds) are the reply's own. Where there is
no code, the fault was survived and nobody noticed. The doubles' faults are those of `simulator/faults.py`.
`python -m tests.faults.document > docs/fault-matrix.md` writes this page from the tests' own table.
"""

HEAD = "| fault | how it is caused | the caller is told | hint | Retry-After | then |\n|---|---|---|---|---|---|"


def document() -> str:
    """The whole page."""
    count = sum(len(section.rows) for section in SECTIONS)
    return "\n".join([INTRODUCTION.format(count=count), *map(_section, SECTIONS)])


def _section(section: Section) -> str:
    rows = "\n".join(map(_row, section.rows))
    return f"## {section.title}\n\n{section.text}\n\n{HEAD}\n{rows}\n"


def _row(row: Row) -> str:
    bounds = row.retry_after
    wait = "" if bounds is None else f"{bounds[0]} to {bounds[1]}" if isinstance(bounds, tuple) else str(bounds)
    status = str(row.status) if row.status else "done" if row.code is None else "raised"
    told = status if row.code is None else f"{status} `{row.code}`"
    cells = (row.fault, row.cause.words, told, row.told, wait, row.then)
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(document())
