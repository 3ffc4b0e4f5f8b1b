"""The function as Azure's remote build leaves it, made from the zip that azd would send.

What the build does is read in Oryx's source (`BaseBashBuildScript.sh.tpl` and `PythonBashBuildSnippet.sh.tpl` of
2026-08-06), and how the Flex plan calls it in a published log (issue 8538 of Azure/azure-dev): pip installs into
`.python_packages` beside the sources, the commands of `appsvc.yaml` are run, and every file is copied without its time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

from devtools.function_package import Package

PACKAGES = Path(".python_packages/lib/site-packages")

SCRIPT = """
set -e
cd "$SOURCE"
{before}
cd "$SOURCE"
$python -m pip install --prefer-binary -r requirements.txt --target={packages}
cd "$SOURCE"
{after}
"""

FOREIGN = (
    "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_TARGET", "PIP_USER", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME",
    "PYTHONPATH", "SOURCE_DATE_EPOCH",
)  # fmt: skip
"""Variables of this process that would change what is installed and where."""


def unpack(package: Package, folder: Path) -> Path:
    """Zip the package and unpack it again into a folder that is not there yet."""
    archive = folder.with_suffix(".zip")
    package.write(archive)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def build(package: Package, folder: Path) -> Path:
    """The folder that the worker would run. Needs pip's index, or its cache."""
    source = unpack(package, folder / "extracted")
    commands = yaml.safe_load((source / "appsvc.yaml").read_text("utf-8"))
    before, after = (commands.get(name, "").replace("\n", ";") for name in ("pre-build", "post-build"))
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    done = subprocess.run(
        ["bash", "-c", SCRIPT.format(before=before, after=after, packages=PACKAGES)],
        env={**kept, "SOURCE": str(source), "python": sys.executable, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    return copied(source, folder / "wwwroot")


def copied(source: Path, target: Path) -> Path:
    """A copy whose files are as old as the copying."""
    return Path(shutil.copytree(source, target, copy_function=shutil.copyfile))
