"""The checks that other programs make: ruff, mypy, TypeScript's compiler, and JSON schemas."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from devtools import node
from devtools.tree import Tree

SCHEMAS = Path("..") / "shared" / "tools" / "schemas"
"""Where the schemas of Azure's files lie on a machine that has them, seen from the repository."""

SCHEMA_OF = {
    "host.json": "host.json",
    "static_site/public/staticwebapp.config.json": "staticwebapp.config.json",
}


class NotHere(Exception):
    """What a check needs is not on this machine. The text says what."""


def formatting(tree: Tree) -> list[str]:
    """Python is formatted as ruff formats it."""
    return _python_tool(tree, "ruff", "format", "--check", "--quiet", "--output-format", "concise", ".")


def lint(tree: Tree) -> list[str]:
    """ruff's rules hold."""
    return _python_tool(tree, "ruff", "check", "--quiet", "--output-format", "concise", ".")


def python_types(tree: Tree) -> list[str]:
    """mypy, strict, has nothing to say."""
    return _python_tool(tree, "mypy", "--no-error-summary")


def page_types(tree: Tree) -> list[str]:
    """TypeScript's compiler agrees with the page's JSDoc types."""
    site = tree.root / "static_site"
    if not (site / "package.json").exists():
        raise NotHere("static_site/package.json is missing")
    program, why = node.find()
    why = why or node.install_packages(site)
    if program is None or why:
        raise NotHere(why)
    compiler = site / "node_modules" / "typescript" / "bin" / "tsc"
    return _findings([str(program), str(compiler), "--noEmit", "--pretty", "false", "-p", str(site)], tree.root)


def schemas(tree: Tree, folder: Path | None = None) -> list[str]:
    """host.json and staticwebapp.config.json fit the schemas that Azure publishes for them."""
    from jsonschema.validators import validator_for

    place = folder or tree.root / SCHEMAS
    found = []
    for name, schema_name in SCHEMA_OF.items():
        if not (tree.root / name).exists():
            found.append(f"{name} is missing")
        elif not (place / schema_name).exists():
            raise NotHere(f"the schema of {name} is not on this machine")
        else:
            schema = json.loads((place / schema_name).read_text(encoding="utf-8"))
            validator = validator_for(schema)(schema)
            faults = sorted(validator.iter_errors(json.loads(tree.text(Path(name)))), key=str)
            found += [
                f"{name}: {'/'.join(map(str, fault.absolute_path)) or 'top'}: {fault.message}" for fault in faults
            ]
    return found


def _python_tool(tree: Tree, *arguments: str) -> list[str]:
    return _findings([sys.executable, "-m", *arguments], tree.root)


def _findings(command: list[str], root: Path) -> list[str]:
    """A tool's output, line by line, if it failed; nothing if it did not."""
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode == 0:
        return []
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines or [f"exit code {done.returncode}, and it said nothing"]
