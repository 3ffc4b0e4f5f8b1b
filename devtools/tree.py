"""The project's own files: what git knows or would take, or, without git, everything but what is made by tools."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MADE_BY_TOOLS = ("node_modules", "__pycache__")
TEXT = {
    ".bicep", ".cfg", ".css", ".example", ".html", ".ini", ".js", ".json", ".kql", ".md", ".mjs", ".ps1", ".py", ".pyi",
    ".sh", ".svg", ".toml", ".ts", ".txt", ".yaml", ".yml",
}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """A folder and its own files, as paths relative to it."""

    root: Path
    paths: tuple[Path, ...]

    def named(self, *patterns: str) -> list[Path]:
        """The files whose name matches one of the patterns, like `*.md`."""
        return [path for path in self.paths if any(path.match(pattern) for pattern in patterns)]

    def text(self, path: Path) -> str:
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, paths: Sequence[Path] | None = None) -> Iterator[tuple[Path, int, str]]:
        """Path, line number and line of the given files, or of all that hold text."""
        for path in self.text_files() if paths is None else paths:
            for number, line in enumerate(self.text(path).splitlines(), start=1):
                yield path, number, line

    def text_files(self) -> list[Path]:
        """Files that people write: by their ending, or without one (like .ci/run)."""
        return [path for path in self.paths if path.suffix in TEXT or not path.suffix]


def read(root: Path) -> Tree:
    """The files of the project at `root`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [Path(name.decode()) for name in listed.stdout.split(b"\0") if name]
        return Tree(root, tuple(sorted(path for path in names if (root / path).is_file())))
    return Tree(root, tuple(sorted(_walk(root))))


def _walk(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") and part not in {".ci", ".gitignore", ".gitattributes"} for part in parts)
        if path.is_file() and not hidden and not set(parts).intersection(MADE_BY_TOOLS):
            yield path.relative_to(root)
