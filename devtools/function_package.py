"""The function's package: which files azd would zip, by `.funcignore`, and how big they are.

azd zips the folder as it lies on the disk, whatever git thinks of it, and follows links. It leaves out `.azure`,
`.funcignore` and `local.settings.json`; virtual environments and `__pycache__` it would leave out by itself only where
there is no `.funcignore`, so that file has to name them (azd's source, `cli/azd/pkg/project/project_utils.go`, read on
2026-11-21). Patterns are read as in a `.gitignore`: one without a slash counts at every depth, `#` begins a comment.
"""

from __future__ import annotations

import fnmatch
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools import ROOT
from devtools.console import say
from devtools.tree import Tree

IGNORE = ".funcignore"
NEVER = (".azure", IGNORE, "local.settings.json")
"""What azd leaves out of every function's package."""

WANTED = (
    "appsvc.yaml", "constraints.txt", "function_app.py", "host.json", "mint-requirements.txt", "personas",
    "requirements.txt", "voicemint",
)  # fmt: skip
"""Files and folders of the root that are deployed: all of them, and no other."""

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


def read(root: Path) -> Package:
    """What azd would zip of that folder. Raises `ValueError` for a pattern that tools do not read alike."""
    patterns = (*NEVER, *_patterns((root / IGNORE).read_text(encoding="utf-8")))
    return Package(root, tuple(path.relative_to(root) for path in _kept(root, patterns)))


def _kept(folder: Path, patterns: Sequence[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if any(fnmatch.fnmatchcase(path.name, pattern) for pattern in patterns):
            continue
        if path.is_dir():
            yield from _kept(path, patterns)
        else:
            yield path


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
    made = read(files.root)
    names = {path.parts[0] for path in made.paths}
    found = [f"{IGNORE}: {name} is not deployed" for name in WANTED if name not in names]
    found += [f"{IGNORE}: {name} would be deployed" for name in sorted(names.difference(WANTED))]
    if "pyproject.toml" in names:
        found.append("pyproject.toml beside requirements.txt makes azd install the project itself")
    if made.size > LARGEST:
        found.append(f"{IGNORE}: {made.size} bytes would be deployed, {LARGEST} at most are expected")
    return found


def main(arguments: list[str]) -> int:
    """`python -m devtools.function_package [ZIP]`: list the files, and write them if told where."""
    made = read(ROOT)
    for path in made.paths:
        say(f"{(ROOT / path).stat().st_size:>8}  {path.as_posix()}")
    say(f"{made.size:>8}  in {len(made.paths)} files")
    if arguments:
        say(f"{made.write(Path(arguments[0])):>8}  zipped, in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
