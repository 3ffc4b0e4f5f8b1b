"""What `infra/` promises: the combinations that matter, what each would deploy, and the rules that all of them keep."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path("infra")
MAIN = FOLDER / "main.bicep"
PARAMETERS = FOLDER / "main.parameters.json"
MODELS = Path("static_site") / "public" / "models.json"
"""Beside the page, because a browser reads it, too; Bicep finds it there from `infra/`."""
