"""`dev.py check`: runs every check and prints one line for each, with the findings of those that fail under it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from devtools import (
    ROOT,
    check_docs,
    check_infra,
    check_project,
    check_tools,
    checks,
    environment,
    function_package,
    tree,
)
from devtools.console import say
from devtools.tree import Tree

Check = Callable[[Tree], list[str]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("format", check_tools.formatting),
    ("lint", check_tools.lint),
    ("types", check_tools.python_types),
    ("page types", check_tools.page_types),
    ("page size", check_tools.page_size),
    ("schemas", check_tools.schemas),
    ("azd", check_infra.azd),
    ("Bicep", check_infra.bicep),
    ("deployment", check_infra.deployment),
    ("role ids", check_infra.role_ids),
    ("site configuration", check_infra.site_configuration),
    ("function's package", function_package.package),
    ("pins", checks.pins),
    ("no preview protocol", checks.preview_strings),
    ("no addresses", checks.addresses),
    ("links", checks.links),
    ("what pages name", check_docs.named),
    ("workflows", check_project.workflows),
    ("dev container", check_project.dev_container),
    ("issue forms", check_project.issue_forms),
    ("lengths", checks.lengths),
)
SHOWN = 40
"""Findings printed for one check; a count stands for the rest."""


def run() -> int:
    """Prepare the environment, run the checks in it, and return their exit code."""
    ready = environment.ensure(environment.EVERYTHING)
    return subprocess.run([str(ready.python), "-m", "devtools.check_run"], cwd=ROOT, check=False).returncode


def run_all(selected: Sequence[tuple[str, Check]], files: Tree, environ: Mapping[str, str]) -> int:
    """Run the checks one after the other. 0 if all hold; with REQUIRE_ALL=1, one that could not run does not hold."""
    broken, skipped = 0, 0
    for name, check in selected:
        started = time.monotonic()
        try:
            findings = check(files)
        except check_tools.NotHere as reason:
            skipped += 1
            say(f"SKIPPED  {name}: {reason}")
            continue
        seconds = f"{time.monotonic() - started:.1f} s"
        if not findings:
            say(f"ok       {name} ({seconds})")
            continue
        broken += 1
        say(f"FAILED   {name} ({seconds}), {len(findings)} to look at:")
        for finding in findings[:SHOWN]:
            say(f"         {finding}")
        if len(findings) > SHOWN:
            say(f"         and {len(findings) - SHOWN} more")
    say(f"checks: {len(selected) - broken - skipped} hold, {broken} do not, {skipped} could not run")
    return 1 if broken or (skipped and environ.get("REQUIRE_ALL") == "1") else 0


if __name__ == "__main__":
    sys.exit(run_all(CHECKS, tree.read(ROOT), os.environ))
