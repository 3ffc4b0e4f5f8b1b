"""Templates for tests, written into a folder of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devtools.bicep.deployment import Deployment, deploy
from devtools.bicep.world import World


def written(folder: Path, text: str, name: str = "main.bicep") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def deployed(folder: Path, text: str, parameters: Mapping[str, Any] | None = None) -> Deployment:
    return deploy(written(folder, text), parameters or {}, World())


def output(folder: Path, expression: str, before: str = "") -> Any:
    """What an expression comes to, after some declarations."""
    return deployed(folder, f"{before}\noutput found string = {expression}\n").outputs["found"]
