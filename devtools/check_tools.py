"""The checks that other programs make: ruff, mypy, TypeScript's compiler, sizes, and JSON schemas."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from devtools import node
from devtools.tree import Tree

SCHEMAS = Path("..") / "shared" / "tools" / "schemas"
"""Where the schemas of Azure's files lie on a machine that has them, seen from the repository."""

SCHEMA_OF = {
    "azure.yaml": "azure.yaml.json",
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


def page_size(tree: Tree) -> list[str]:
    """Every part of the page keeps to its budget; `node static_site/sizes.mjs` shows them all."""
    program, why = node.find()
    if program is None:
        raise NotHere(why)
    return _findings([str(program), str(tree.root / "static_site" / "sizes.mjs"), "--over"], tree.root)


def schemas(tree: Tree, folder: Path | None = None) -> list[str]:
    """azure.yaml, host.json and staticwebapp.config.json fit the schemas that are published for them."""
    import yaml

    place = folder or tree.root / SCHEMAS
    found = []
    for name, schema_name in SCHEMA_OF.items():
        if not (tree.root / name).exists():
            found.append(f"{name} is missing")
        elif not (place / schema_name).exists():
            raise NotHere(f"the schema of {name} is not on this machine")
        else:
            # JSON is YAML, too, but its own reader is the stricter one.
            read = yaml.safe_load if name.endswith(".yaml") else json.loads
            found += schema_faults(name, read(tree.text(Path(name))), place / schema_name)
    return found


def schema_faults(name: str, content: Any, schema_file: Path) -> list[str]:
    """Where and how `content`, called `name`, does not fit a schema."""
    from jsonschema.validators import validator_for

    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    faults = sorted(validator_for(schema)(schema).iter_errors(content), key=str)
    return [f"{name}: {'/'.join(map(str, fault.absolute_path)) or 'top'}: {fault.message}" for fault in faults]


def _python_tool(tree: Tree, *arguments: str) -> list[str]:
    return _findings([sys.executable, "-m", *arguments], tree.root)


def _findings(command: list[str], root: Path) -> list[str]:
    """A tool's output, line by line, if it failed; nothing if it did not."""
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode == 0:
        return []
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines or [f"exit code {done.returncode}, and it said nothing"]
