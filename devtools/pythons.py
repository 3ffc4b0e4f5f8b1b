"""Finds the Python that the environment is made with: 3.13 where there is one, else another that is supported.

A candidate counts only after it has told its own version: a name on the PATH may be a shim that leads nowhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from devtools.console import Problem

Version = tuple[int, int]

SUPPORTED: tuple[Version, ...] = ((3, 13), (3, 12), (3, 11), (3, 14))
"""In order of preference. 3.13 is what Azure runs; 3.14 comes last because nothing is tested on it."""

OVERRIDE = "VOICEMINT_PYTHON"
"""The environment variable that names the Python to use, by its version (`3.11`) or its path."""

PROBE_SECONDS = 20
INSTALL_HINT = "Install Python 3.13 (python.org, your package manager, pyenv or uv) and run the command again."


@dataclass(frozen=True)
class Python:
    """An interpreter that was asked for its version."""

    command: tuple[str, ...]
    version: Version


Probe = Callable[[tuple[str, ...]], Python | None]


def is_supported(version: Version) -> bool:
    return version in SUPPORTED


def probe(command: tuple[str, ...]) -> Python | None:
    """Ask `command` which Python it is; None if it does not answer as one."""
    question = "import sys; print(sys.executable); print(*sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [*command, "-c", question], capture_output=True, text=True, timeout=PROBE_SECONDS, check=True
        )
        executable, numbers = answer.stdout.splitlines()[:2]
        major, minor = numbers.split()
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Python((executable,), (int(major), int(minor)))


def choose(environ: Mapping[str, str], candidates: Iterable[tuple[str, ...]], probe: Probe = probe) -> Python:
    """The best Python of this machine, or the one that VOICEMINT_PYTHON names.

    Raises `Problem` where the named one cannot be used or none is supported.
    """
    wanted = environ.get(OVERRIDE)
    if wanted:
        return _named(wanted, candidates, probe)
    found: dict[Version, Python] = {}
    for command in candidates:
        python = probe(command)
        if python is not None:
            found.setdefault(python.version, python)
            if python.version == SUPPORTED[0]:
                return python
    for version in SUPPORTED:
        if version in found:
            return found[version]
    raise Problem(nothing_suitable(sys.version_info[:2]), INSTALL_HINT)


def nothing_suitable(running: Version) -> str:
    """One sentence for a machine whose only Pythons are too old or too new."""
    relation = "newer than the pinned packages support" if running > max(SUPPORTED) else "too old"
    return f"Python {_dotted(running)} is {relation}, and no Python {_range()} was found on this machine."


def candidates(environ: Mapping[str, str], home: Path, platform: str = sys.platform) -> Iterator[tuple[str, ...]]:
    """Every place worth asking, the preferred version first and the running interpreter first of all if it is that."""
    if sys.version_info[:2] == SUPPORTED[0]:
        yield (sys.executable,)
    for major, minor in SUPPORTED:
        yield from _places(f"{major}.{minor}", environ, home, platform)
    yield (sys.executable,)


def _places(version: str, environ: Mapping[str, str], home: Path, platform: str) -> Iterator[tuple[str, ...]]:
    if platform == "win32":
        if launcher := shutil.which("py", path=environ.get("PATH")):
            yield (launcher, f"-{version}")
        local = Path(environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        yield from _existing(local / "Programs" / "Python" / f"Python{version.replace('.', '')}" / "python.exe")
        return
    if on_path := shutil.which(f"python{version}", path=environ.get("PATH")):
        yield (on_path,)
    pyenv = Path(environ.get("PYENV_ROOT") or home / ".pyenv")
    for folder in sorted(pyenv.glob(f"versions/{version}*"), reverse=True):
        yield from _existing(folder / "bin" / "python")
    yield from _existing(Path(f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}"))
    yield from _existing(Path(f"/opt/homebrew/bin/python{version}"))
    for folder in sorted((home / ".local/share/uv/python").glob(f"cpython-{version}*"), reverse=True):
        yield from _existing(folder / "bin" / "python")


def _existing(path: Path) -> Iterator[tuple[str, ...]]:
    if path.exists():
        yield (os.fspath(path),)


def asks_for_another(environ: Mapping[str, str], version: Version, probe: Probe = probe) -> bool:
    """Whether VOICEMINT_PYTHON names a Python of another version. Raises `Problem` if it names none."""
    wanted = environ.get(OVERRIDE)
    if not wanted:
        return False
    return _dotted(version) != wanted if _is_version(wanted) else _named(wanted, (), probe).version != version


def _named(wanted: str, candidates: Iterable[tuple[str, ...]], probe: Probe) -> Python:
    if _is_version(wanted):
        for command in candidates:
            found = probe(command)
            if found is not None and is_supported(found.version) and _dotted(found.version) == wanted:
                return found
        raise Problem(f"{OVERRIDE} is {wanted!r}, and no such Python was found; {_range()} works.", INSTALL_HINT)
    python = probe((wanted,))
    if python is None:
        raise Problem(
            f"{OVERRIDE} is {wanted!r}, which does not run as a Python.", "Give the path of a python, or unset it."
        )
    if not is_supported(python.version):
        raise Problem(f"{OVERRIDE} is {wanted!r}, a Python {_dotted(python.version)}; {_range()} works.", INSTALL_HINT)
    return python


def _is_version(wanted: str) -> bool:
    return re.fullmatch(r"\d+\.\d+", wanted) is not None


def _dotted(version: Version) -> str:
    return f"{version[0]}.{version[1]}"


def _range() -> str:
    return f"{_dotted(min(SUPPORTED))} to {_dotted(max(SUPPORTED))}"
