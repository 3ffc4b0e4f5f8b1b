"""A copy of the project's own templates in which a fault can be planted."""

from __future__ import annotations

import shutil
from pathlib import Path

from devtools import ROOT
from devtools.infra import FOLDER, MODELS


def copied(folder: Path) -> Path:
    """`infra/` and the data that it reads, in a folder of their own."""
    shutil.copytree(ROOT / FOLDER, folder / FOLDER)
    (folder / MODELS).parent.mkdir(parents=True)
    shutil.copy(ROOT / MODELS, folder / MODELS)
    return folder


def plant(root: Path, file: str, old: str, new: str) -> None:
    """Replace a text that must be there, everywhere in the file: one of `infra/`, or the data."""
    path = root / (MODELS if file == MODELS.name else FOLDER / file)
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer says {old!r}: the planted fault would prove nothing"
    path.write_text(text.replace(old, new), encoding="utf-8")
