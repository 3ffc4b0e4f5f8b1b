"""A copy of the project's own templates in which a fault can be planted."""

from __future__ import annotations

import shutil
from pathlib import Path

from devtools import ROOT


def copied(folder: Path) -> Path:
    """`infra/` alone, in a folder of its own."""
    shutil.copytree(ROOT / "infra", folder / "infra")
    return folder


def plant(root: Path, file: str, old: str, new: str) -> None:
    """Replace a text that must be there, everywhere in the file."""
    path = root / "infra" / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer says {old!r}: the planted fault would prove nothing"
    path.write_text(text.replace(old, new), encoding="utf-8")
