"""The check of what the documents name: files, commands with their options, modules, and the variables of azd."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from devtools import cli
from devtools.infra import PARAMETERS
from devtools.tree import Tree

_SPAN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"^[\w.-]+(?:/[\w.-]+)*/?$")
_DEV = re.compile(r"\bdev\.py ([a-z]+)((?: +--?[a-z-]+(?: [A-Z]\b)?)*)")
_MODULE = re.compile(r"\bpython3? -m ([a-z_][\w.]*)")
_VARIABLE = re.compile(r"\bVOICEMINT_[A-Z_]+\b")
_BASH = re.compile(r"\bbash (\.?[\w./-]+)")

PAGES = ("*.md", "*.yml", "Dockerfile")


def named(tree: Tree) -> list[str]:
    """Everything that a page tells people to open, run or set is there."""
    known = {path.as_posix() for path in tree.paths} | {
        parent.as_posix() for path in tree.paths for parent in path.parents
    }
    roots = {path.parts[0] for path in tree.paths if len(path.parts) > 1}
    commands = options(cli.parser())
    settable = variables(tree)
    found = []
    for page in tree.named(*PAGES):
        for number, line in enumerate(tree.text(page).splitlines(), start=1):
            faults = [
                *_files(line, page, known, roots),
                *_commands(line, commands),
                *_modules(line, known, roots),
                *(f"{name} is no variable" for name in _VARIABLE.findall(line) if name not in settable),
            ]
            found += [f"{page}:{number}: {fault}" for fault in faults]
    return found


def variables(tree: Tree) -> set[str]:
    """The variables that the templates' parameters or our own tools read."""
    readers = [path for path in tree.named("*.py") if path.parts[0] == "devtools"]
    places = [*readers, *(path for path in tree.paths if path == PARAMETERS)]
    return {name for path in places for name in _VARIABLE.findall(tree.text(path))}


def options(parser: argparse.ArgumentParser) -> Mapping[str, set[str]]:
    """The commands of a parser with the options of each."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {name: set(one._option_string_actions) for name, one in action.choices.items()}
    return {}


def _files(line: str, page: Path, known: set[str], roots: set[str]) -> Iterator[str]:
    """Paths in code marks that begin with one of our folders, from the root or from the page's own folder."""
    for text in _SPAN.findall(line):
        name = text.rstrip("/")
        if _PATH.match(text) and name.split("/")[0] in roots and "/" in text:
            here = (page.parent / name).as_posix()
            if name not in known and here not in known:
                yield f"{text} is not there"


def _commands(line: str, commands: Mapping[str, set[str]]) -> Iterator[str]:
    for command, given in _DEV.findall(line):
        if command not in commands:
            yield f"dev.py has no command {command}"
        elif command != "test":
            for option in re.findall(r"--?[a-z-]+", given):
                if option not in commands[command]:
                    yield f"dev.py {command} has no option {option}"


def _modules(line: str, known: set[str], roots: set[str]) -> Iterator[str]:
    for module in _MODULE.findall(line):
        path = module.replace(".", "/")
        if path.split("/")[0] in roots and not {f"{path}.py", f"{path}/__main__.py"} & known:
            yield f"python -m {module} does not run"
    for script in _BASH.findall(line):
        if script.split("/")[0] in roots and script not in known:
            yield f"{script} is not there"
