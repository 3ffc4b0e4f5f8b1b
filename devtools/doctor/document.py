"""`python -m devtools.doctor.document` writes the tables of diagnoses into `docs/troubleshooting.md`."""

from __future__ import annotations

from devtools import ROOT
from devtools.doctor.catalogue import all_of
from devtools.doctor.findings import Ailment

PAGE = ROOT / "docs" / "troubleshooting.md"
HEADING = "## By what the doctor says"
HEAD = "| id | | what it means | what fixes it |\n|---|---|---|---|"


def tables() -> str:
    """One table a family, words in braces as they are in the code."""
    parts = []
    for family, ailments in all_of().items():
        rows = "\n".join(_row(one) for one in ailments)
        parts.append(f"### {family}\n\n{HEAD}\n{rows}\n")
    return "\n".join(parts)


def written(page: str) -> str:
    """The page with its last section anew. Raises `ValueError` if it has none."""
    before, found, rest = page.partition(f"{HEADING}\n\n")
    if not found:
        raise ValueError(f"{PAGE.name} has no section '{HEADING}'")
    introduction = rest.partition("### ")[0]
    return f"{before}{found}{introduction}{tables()}"


def _row(one: Ailment) -> str:
    sentence, fix = one.sentence.replace("|", "\\|"), one.fix.replace("|", "\\|")
    return f"| `{one.id}` | {one.level} | {sentence} | {_code(fix)} |"


def _code(fix: str) -> str:
    """A fix that is a command is shown as one."""
    command = fix.split(" ", 1)[0] in ("az", "azd", "python3")
    plain = ", " not in fix and " or " not in fix
    return f"`{fix}`" if command and plain else fix


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")
