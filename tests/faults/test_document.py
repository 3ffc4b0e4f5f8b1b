"""The page on faults says what the rows say, and the rows cover what was promised."""

from __future__ import annotations

from tests.faults.document import document
from tests.faults.matrix import SECTIONS
from tests.faults.row import DEFAULT_HINTS, Section
from tests.mint_support import ROOT

PROMISED_ROWS = 40
PROMISED_FAULTS = (
    "401", "403", "404", "400", "409", "429", "500", "503", "slow", "reset", "malformed", "10 MB",
    "wrong content type", "TLS failure", "DNS failure",
)  # fmt: skip
"""Of Azure OpenAI, by the first words of a row of the mint."""


def test_the_page_is_written_from_the_rows() -> None:
    page = (ROOT / "docs" / "fault-matrix.md").read_text("utf-8")

    assert page == document(), "python -m tests.faults.document > docs/fault-matrix.md"


def test_every_promised_fault_is_there() -> None:
    assert sum(len(section.rows) for section in SECTIONS) >= PROMISED_ROWS
    mint = [row.fault for row in SECTIONS[0].rows]
    assert [fault for fault in PROMISED_FAULTS if not any(name.startswith(fault) for name in mint)] == []


def test_no_two_rows_of_a_section_have_one_name() -> None:
    for section in SECTIONS:
        names = [row.fault for row in section.rows]
        assert len(set(names)) == len(names), section.title


def test_the_rows_make_sense() -> None:
    for section in SECTIONS:
        for row in section.rows:
            assert (row.code is None) == (row.status in (0, 200, 201, 204) and not _raises(section, row.code)), (
                row.fault
            )
            assert row.code is None or row.code in DEFAULT_HINTS
            assert "|" not in f"{row.fault}{row.cause.words}{row.told}{row.then}"


def _raises(section: Section, code: str | None) -> bool:
    """A leash has nobody to tell a status."""
    return section.ask == "leash" and code is not None
