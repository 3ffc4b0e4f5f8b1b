"""`local.settings.json` for `func start` and `dev.py serve`, from the outputs of the deployment, without a secret.

What the file already holds besides stays. What it held before is kept beside azd's environment, which git ignores.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from local_host.settings_file import NAME, read_values

COPIED = (
    "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT", "AZURE_OPENAI_AUTH",
    "KEY_VAULT_URL", "KEY_VAULT_SECRET_NAME", "CALL_MODE", "EVENT_FILTER",
)  # fmt: skip
"""Outputs that are settings of the same name. Limits in a table and the queue are the hosted function's own."""

REPLACED = (*COPIED, "AZURE_OPENAI_API_KEY", "AZURE_CLIENT_ID")
"""A key beside `entra` is a fault, and the function's identity is nobody's on this machine."""


def values(outputs: Mapping[str, str]) -> dict[str, str]:
    """The settings of a local run against this deployment, with your own sign-in. Empty outputs are left out."""
    return {"FUNCTIONS_WORKER_RUNTIME": "python"} | {name: outputs[name] for name in COPIED if outputs.get(name)}


def write(root: Path, outputs: Mapping[str, str]) -> str:
    """Write the file; one line on what was done. Leaves a file alone that cannot be read."""
    place = root / NAME
    fresh = values(outputs)
    try:
        before = read_values(place)
    except ValueError as fault:
        return f"{NAME} was left as it is: {fault}"
    kept = {name: value for name, value in before.items() if name not in REPLACED}
    now = {**kept, **fresh}
    if before == now:
        return f"{NAME} says what was deployed already."
    content = json.loads(place.read_text("utf-8-sig")) if place.exists() else {"IsEncrypted": False}
    said = f"{NAME} now points at this deployment."
    if place.exists():
        aside = root / ".azure" / outputs.get("AZURE_ENV_NAME", "") / f"{NAME}.before"
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(place, aside)
        said += f" What it said before is in {aside.relative_to(root).as_posix()}."
    place.write_text(json.dumps({**content, "Values": now}, indent=2) + "\n", encoding="utf-8")
    return said
