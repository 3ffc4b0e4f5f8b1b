"""Which part of the simulator may import which: one way, no cycles, nothing of the project's other packages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import simulator

ROOT = Path(simulator.__file__).parent
GROUND = {"parts", "clock", "ids", "knobs", "refusals"}
MAY_IMPORT = {
    "clock": set(),
    "ids": set(),
    "knobs": set(),
    "parts": set(),
    "refusals": set(),
    "fixed_clock": {"clock"},
    "faults": GROUND,
    "banner": {"wire"},
    "scripted": {"parts"},
    "script_file": {*GROUND, "schema", "scripted"},
    "rules": {"parts", "clock"},
    "speech": {"parts"},
    "schema": GROUND,
    "engine": {*GROUND, "schema"},
    "wire": {*GROUND, "faults", "schema", "engine"},
    "azure": {*GROUND, "faults", "wire", "assembly", "command_line"},
    "command_line": set(),
    "assembly": {
        *GROUND, *("banner", "fixed_clock", "script_file"), *("schema", "engine", "wire"), *("speech", "rules")
    },
    "__main__": {"assembly", "command_line", "speech", "wire"},
}  # fmt: skip


def imported(file: Path) -> Iterator[str]:
    """Dotted names of what `file` imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def edges() -> set[tuple[str, str]]:
    """Every import, as (part that imports, what it imports): a part of the simulator or another top-level package."""
    found = set()
    for file in ROOT.rglob("*.py"):
        part = file.relative_to(ROOT).parts[0].removesuffix(".py")
        for name in imported(file):
            head, *rest = name.split(".")
            found.add((part, rest[0] if head == "simulator" else f"{head}."))
    return found


def test_imports_point_one_way() -> None:
    inside = {(part, other) for part, other in edges() if not other.endswith(".") and part != other}
    assert [(part, other) for part, other in sorted(inside) if other not in MAY_IMPORT[part]] == []


def test_the_simulator_stands_alone() -> None:
    foreign = {"function_app.", "voicemint.", "local_host.", "devtools.", "bench.", "tests."}
    assert {other for _, other in edges()} & foreign == set()


def test_what_is_allowed_has_no_cycle() -> None:
    left = dict(MAY_IMPORT)
    while left:
        free = {part for part, needs in left.items() if not needs & left.keys()}
        assert free, f"a cycle among {sorted(left)}"
        for part in free:
            del left[part]
