"""The function's package: which files azd would zip, by `.funcignore`, and how big they are.

Patterns are read as in a `.gitignore`: one without a slash counts at every depth, `#` begins a comment. azd also leaves
out virtual environments (source of azd, `internal/project`); they are never among the tree's files here.
"""

from __future__ import annotations

import fnmatch
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from devtools import ROOT, tree
from devtools.console import say
from devtools.tree import Tree

IGNORE = ".funcignore"
NEEDED = ("function_app.py", "host.json", "requirements.txt", "voicemint/__init__.py", "personas")
FOREIGN = ("simulator", "tests", "static_site", "examples", "infra", "bench", "devtools", "docs", "local_host", "relay")
LARGEST = 1_000_000
"""Bytes of our own files that would still be no mistake; what is installed beside them is the build's matter."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """The files, as paths relative to the repository, and their size in bytes."""

    root: Path
    paths: tuple[Path, ...]

    @property
    def size(self) -> int:
        return sum((self.root / path).stat().st_size for path in self.paths)

    def write(self, target: Path) -> int:
        """Zip them; the same files give the same bytes. Returns how many those are."""
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in self.paths:
                entry = zipfile.ZipInfo(path.as_posix(), _EPOCH)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, (self.root / path).read_bytes())
        return target.stat().st_size


def read(files: Tree) -> Package:
    """The package that the tree's `.funcignore` leaves. Raises `ValueError` for a pattern that is not understood."""
    patterns = list(_patterns((files.root / IGNORE).read_text(encoding="utf-8")))
    return Package(files.root, tuple(path for path in files.paths if not ignored(path, patterns)))


def ignored(path: Path, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns takes out the path or a folder above it."""
    return any(fnmatch.fnmatchcase(part, pattern) for part in PurePosixPath(path).parts for pattern in patterns)


def _patterns(text: str) -> Iterable[str]:
    for line in text.splitlines():
        pattern = line.strip().removesuffix("/")
        if not pattern or pattern.startswith("#"):
            continue
        if "/" in pattern or pattern.startswith("!"):
            raise ValueError(f"{IGNORE}: '{line}' is read differently by different tools; name a file or a folder")
        yield pattern


def package(files: Tree) -> list[str]:
    """The package holds all that the function needs and nothing else."""
    if not (files.root / IGNORE).is_file():
        return [f"{IGNORE} is missing: everything would be deployed"]
    made = read(files)
    names = [path.as_posix() for path in made.paths]
    found = [
        f"{IGNORE}: {needed} is not deployed"
        for needed in NEEDED
        if not any(name == needed or name.startswith(f"{needed}/") for name in names)
    ]
    found += [f"{IGNORE}: {name} would be deployed" for name in names if name.partition("/")[0] in FOREIGN]
    if "pyproject.toml" in names:
        found.append("pyproject.toml beside requirements.txt makes azd install the project itself")
    if made.size > LARGEST:
        found.append(f"{IGNORE}: {made.size} bytes would be deployed, {LARGEST} at most are expected")
    return found


def main(arguments: list[str]) -> int:
    """`python -m devtools.function_package [ZIP]`: list the files, and write them if told where."""
    made = read(tree.read(ROOT))
    for path in made.paths:
        say(f"{(ROOT / path).stat().st_size:>8}  {path.as_posix()}")
    say(f"{made.size:>8}  in {len(made.paths)} files")
    if arguments:
        say(f"{made.write(Path(arguments[0])):>8}  zipped, in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
