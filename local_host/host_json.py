"""Reads what an extension of the Functions host is told in `host.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def extension_options(host_json: Path, name: str) -> Mapping[str, Any]:
    """`extensions.<name>` of the file; {} if there is no file or nothing about that extension.

    Raises ValueError in a plain sentence if the file is not JSON or not of that shape.
    """
    if not host_json.is_file():
        return {}
    try:
        options = json.loads(host_json.read_text("utf-8")).get("extensions", {}).get(name, {})
    except (ValueError, AttributeError) as fault:
        raise ValueError(f"{host_json.name} cannot be read: {fault}") from fault
    if not isinstance(options, dict):
        raise ValueError(f"{host_json.name}: extensions.{name} must be an object.")
    return options
