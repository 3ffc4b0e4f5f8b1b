"""Reads `local.settings.json`, the file that Core Tools reads too, for settings that the environment does not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

NAME = "local.settings.json"


def read_values(file: Path) -> dict[str, str]:
    """The `Values` of the file, {} if there is no file. Raises ValueError in a plain sentence; never quotes a value."""
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text("utf-8-sig"))
    except ValueError:
        # The parser's message would quote the text around the mistake, and that may be a key.
        raise ValueError(f"{NAME} is not valid JSON.") from None
    if not isinstance(content, dict) or not isinstance(content.get("Values", {}), dict):
        raise ValueError(f'{NAME} must hold an object with an object "Values".')
    if content.get("IsEncrypted"):
        raise ValueError(f"{NAME} is encrypted; run 'func settings decrypt' first.")
    values = content.get("Values", {})
    wrong = sorted(name for name, value in values.items() if not isinstance(value, str))
    if wrong:
        raise ValueError(f"{NAME}: these values must be text in quotes: {', '.join(wrong)}.")
    return dict(values)


def missing_from(environment: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The part of `values` to add to the environment, which wins where both have a setting."""
    return {name: value for name, value in values.items() if name not in environment}
