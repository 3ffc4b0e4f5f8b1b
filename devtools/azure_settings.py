"""`python -m devtools.azure_settings`, in the environment: one message on what keeps the function from Azure."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from devtools import ROOT
from devtools.doctor.setting_faults import PLACEHOLDER, is_placeholder
from local_host.settings_file import NAME, missing_from, read_values
from voicemint.settings import faults

ADVICE = (
    f"Put them into {NAME} (copy {NAME}.example) or into the environment. docs/settings.md says what each one means.\n"
    "Without an Azure account, leave --azure out: the demo then brings its own service."
)


def message(environ: Mapping[str, str], file: Path) -> str:
    """What is missing or wrong, every setting at once; "" if the function can start."""
    try:
        values = read_values(file)
    except ValueError as fault:
        return str(fault)
    settings = {**environ, **missing_from(environ, values)}
    found = faults(settings)
    if is_placeholder(settings):
        found = [*found, PLACEHOLDER.sentence]
    if not found:
        return ""
    return "\n".join(["For Azure, these settings are missing or wrong:", *(f"  {fault}" for fault in found), ADVICE])


if __name__ == "__main__":
    text = message(os.environ, ROOT / NAME)
    if text:
        print(text)
    sys.exit(1 if text else 0)
