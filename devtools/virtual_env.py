"""The folder that holds the project's Python: where its interpreter is, whether it can be used, how it is made."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from devtools import pythons
from devtools.console import LiveLine, Problem
from devtools.stamp import Stamp

FOLDER = "VOICEMINT_VENV"
"""The environment variable that names another folder than `.venv`."""


def folder_of(root: Path, environ: Mapping[str, str]) -> Path:
    return root / (environ.get(FOLDER) or ".venv")


def python_of(folder: Path) -> Path:
    """The interpreter inside an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def version_of(folder: Path) -> pythons.Version:
    """The Python of an environment, read from its own notes without starting it; (0, 0) if there is none."""
    try:
        notes = (folder / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return (0, 0)
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", notes, re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def pip_version(folder: Path) -> tuple[int, int]:
    """The pip that came with the environment, from the name of its own metadata; (0, 0) if there is none."""
    for place in ("lib/python*/site-packages", "Lib/site-packages"):
        for metadata in folder.glob(f"{place}/pip-*.dist-info"):
            numbers = re.match(r"pip-(\d+)\.(\d+)", metadata.name)
            if numbers:
                return (int(numbers[1]), int(numbers[2]))
    return (0, 0)


def unusable(folder: Path, known: Stamp, environ: Mapping[str, str]) -> str:
    """Why an environment must be made (again), or "" if it can be used as it is."""
    if not folder.exists():
        return "there is none yet"
    if known.unfinished:
        return f"installing {known.unfinished} was cut short"
    if not python_of(folder).exists():
        return "its Python is gone"
    if pip_version(folder) == (0, 0):
        return "it has no pip"
    version = version_of(folder)
    if not pythons.is_supported(version):
        return f"its Python {version[0]}.{version[1]} is not supported"
    if pythons.asks_for_another(environ, version):
        return f"{pythons.OVERRIDE} asks for another Python"
    return ""


def make(folder: Path, environ: Mapping[str, str]) -> None:
    """Create an empty environment with the best Python of this machine, in place of what is there.

    Raises `Problem` where the folder holds something else, no Python is suitable, or it comes without `venv`.
    """
    if folder.exists() and not (folder / "pyvenv.cfg").exists() and any(folder.iterdir()):
        raise Problem(f"{folder.name} holds other things than an environment.", f"Move it away, or set {FOLDER}.")
    python = pythons.choose(environ, pythons.candidates(environ, Path.home()))
    version = f"{python.version[0]}.{python.version[1]}"
    line = LiveLine("new environment")
    line.update(f"with Python {version}")
    made = subprocess.run(
        [*python.command, "-m", "venv", "--clear", str(folder)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        line.done("failed")
        shutil.rmtree(folder, ignore_errors=True)
        raise not_made(made.stdout + made.stderr, python)
    line.done(f"made with Python {version}")


def not_made(output: str, python: pythons.Python) -> Problem:
    """Why `python -m venv` failed, in one sentence."""
    version = f"{python.version[0]}.{python.version[1]}"
    if "ensurepip" in output or "No module named venv" in output:
        return Problem(
            f"Python {version} ({python.command[0]}) comes without its venv module.",
            f"On Debian and Ubuntu: sudo apt install python{version}-venv. Then run the command again.",
        )
    last = next((line for line in reversed(output.splitlines()) if line.strip()), "no reason given")
    return Problem(f"The Python environment could not be made: {last.strip()}", pythons.INSTALL_HINT)
