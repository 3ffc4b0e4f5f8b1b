"""For the deploying workflow: the repository's variables that templates or hooks read, as lines for GITHUB_ENV.

`VARIABLES='{"VOICEMINT_MODEL": "…"}' python3 -m devtools.infra.pipeline`. So a parameter that is added to the templates
needs no line in the workflow. What is empty or unknown is left out; what the workflow itself decides stays as it is.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from devtools import ROOT
from devtools.infra import PARAMETERS

_VARIABLE = re.compile(r"\$\{(VOICEMINT_[A-Z_]+)(?:=[^}]*)?\}")
DECIDED = frozenset({"VOICEMINT_GRANT_TO_PRINCIPAL"})
"""Set by the workflow, because it is a pipeline."""
OF_THE_HOOKS = ("VOICEMINT_PREFLIGHT",)
"""No parameters, but an owner must be able to say that a hook is wrong."""


def known(root: Path = ROOT) -> list[str]:
    """The variables of main.parameters.json that an owner may set, in its order, and those of the hooks."""
    text = (root / PARAMETERS).read_text(encoding="utf-8")
    return [*(name for name in dict.fromkeys(_VARIABLE.findall(text)) if name not in DECIDED), *OF_THE_HOOKS]


def lines(variables: Mapping[str, str], names: list[str]) -> list[str]:
    """`NAME=value` for each of `names` that has a value. Raises `ValueError` for a value of more than one line."""
    found = []
    for name in names:
        value = variables.get(name, "")
        if "\n" in value or "\r" in value:
            raise ValueError(f"{name} has more than one line")
        if value:
            found.append(f"{name}={value}")
    return found


def main(environ: Mapping[str, str]) -> int:
    """Print the lines. 1 if a value cannot be one."""
    try:
        made = lines(json.loads(environ.get("VARIABLES") or "{}"), known())
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 1
    print("\n".join(made))
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
