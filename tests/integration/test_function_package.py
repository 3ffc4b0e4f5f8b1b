"""The function's package as it is deployed: zipped by `.funcignore`, built as Azure builds it, run as Azure runs it.

Only what `requirements.txt` brings is installed. Microsoft's worker library stands apart, as on Azure, and nothing of
this project's environment can be imported: what would be missing there is missing here.
"""

from __future__ import annotations

import ast
import json
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import voicemint
from devtools import ROOT, function_package, requirements
from simulator.azure.doubles import NAME_SHIM, child_environment, start
from tests.integration.bytecode import state
from tests.integration.function_build import PACKAGES, build, copied, unpack
from tests.integration.offline_azure import bare_environment, silent_openai

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13),
    reason="platform: azure-functions-runtime, Microsoft's worker library, is made for Python 3.13 and later only",
)

HERE = Path(__file__).parent
CHILD, DRIVER = HERE / "packaged_app.py", HERE.parent / "conformance" / "worker.py"
NAMES = NAME_SHIM / "sitecustomize.py"
LIBRARY = ("azure_functions_runtime", "azurefunctions")
"""What stands apart: Microsoft's library, and the package of its own that it needs."""

QUEUE = {"CALL_QUEUE__queueServiceUri": "https://voicemintdouble.queue.core.windows.net"}
ASKED = [
    ["health", "GET", "/api/health", ""],
    ["session", "POST", "/api/session", '{"persona": "tutor"}'],
    ["session", "POST", "/api/session", '{"persona": "nobody"}'],
]
TELEMETRY = "azure.monitor.opentelemetry"
"""Imported by the library, not by us, once a setting asks for it."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(function_package.read(ROOT), tmp_path_factory.mktemp("function"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worker")
    for name in LIBRARY:
        spec = find_spec(name)
        assert spec is not None
        for place in spec.submodule_search_locations or ():
            shutil.copytree(place, folder / name)
    return folder


def named(folder: Path) -> list[str]:
    """Every module that the sources there name in an import, wherever it stands, and the sources themselves."""
    found = {path.relative_to(folder).with_suffix("").as_posix().replace("/", ".") for path in sources(folder)}
    for path in sources(folder):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found.update(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    return sorted(name.removesuffix(".__init__") for name in found)


def sources(folder: Path) -> list[Path]:
    return [folder / "function_app.py", *sorted((folder / "voicemint").rglob("*.py"))]


def run(app: Path, library: Path) -> subprocess.CompletedProcess[str]:
    """Index the app, ask it, and import all that it names, in a process that knows nothing else."""
    with start(silent_openai) as doubles:
        environment = {**doubles.environment("key_vault"), **QUEUE}
        return subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-W", "error", CHILD, app, library, DRIVER, NAMES],
            input=json.dumps({"asked": ASKED, "imports": [*named(app), TELEMETRY]}),
            env=child_environment(bare_environment(), environment),
            cwd=app,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture(scope="module")
def said(app: Path, library: Path) -> dict[str, Any]:
    done = run(app, library)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_what_is_installed_is_pinned_and_asked_for(app: Path) -> None:
    installed = {_normal(one.name): one.version for one in distributions(path=[str(app / PACKAGES)])}
    asked = {_normal(line.partition("==")[0]) for line in requirements.read(app / "requirements.txt")}
    lines = [*requirements.lines(app / "constraints.txt"), *requirements.read(app / "requirements.txt")]
    pins = {_normal(line.partition(";")[0].strip()) for line in lines}

    assert asked <= installed.keys()
    assert {f"{name}=={version}" for name, version in installed.items()} - pins == set()
    assert {"azure-functions-runtime", "openai", "pytest", "starlette"}.isdisjoint(installed)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def test_the_functions_are_those_of_the_project(said: dict[str, Any]) -> None:
    """As the same library indexes them in this project's own environment."""
    environment = child_environment({**bare_environment(), "PYTHONPATH": str(ROOT)}, QUEUE)
    done = subprocess.run(
        [sys.executable, "-B", DRIVER.with_name("answers.py"), "worker", ROOT],
        input="[]", env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

    assert said["functions"] == json.loads(done.stdout)["functions"]
    routes = {name: bindings[0].get("route") for name, bindings in said["functions"].items()}
    assert routes["health"] == "health"
    assert said["functions"]["end_call"][0]["type"] == "queueTrigger"


def test_it_answers_and_mints(said: dict[str, Any]) -> None:
    health, minted, refused = said["replies"]

    assert (health["status"], health["body"]) == (200, {"status": "ok", "version": voicemint.__version__})
    assert (minted["status"], minted["body"]["persona"]) == (200, "tutor")
    assert minted["body"]["client_secret"]["value"]
    assert (refused["status"], refused["body"]["code"]) == (404, "unknown_persona")


def test_every_module_comes_from_the_package(said: dict[str, Any], app: Path, library: Path) -> None:
    standard = Path(sysconfig.get_path("stdlib")).resolve()
    installed_there = standard / "site-packages"
    files = {name: Path(file).resolve() for name, file in said["files"].items() if file}
    homes = {"package": app.resolve(), "library": library.resolve(), "Python": standard}
    where = {
        name: next((home for home, folder in homes.items() if file.is_relative_to(folder)), str(file))
        for name, file in files.items()
        if not file.is_relative_to(installed_there)
    }

    assert where.keys() == files.keys()
    own = {name for name in files if name.partition(".")[0] in ("function_app", "voicemint")}
    assert {name: home for name, home in where.items() if home not in homes} == {"__main__": str(CHILD)}
    assert {name.partition(".")[0] for name, home in where.items() if home == "library"} == {"azure_functions_runtime"}
    assert {files[name] for name in own} == {path.resolve() for path in sources(app)}
    packaged = {name for name, home in where.items() if home == "package"}
    assert {"azure.functions", "azure.identity", "azure.keyvault.secrets", "httpx", "msgspec", TELEMETRY} < packaged


def test_every_module_has_bytecode_that_python_takes(said: dict[str, Any], app: Path) -> None:
    modules = {Path(file) for file in said["files"].values() if file and Path(file).is_relative_to(app)}
    found = {file.relative_to(app).as_posix(): state(file) for file in modules if file.suffix == ".py"}

    assert {name: what for name, what in found.items() if what != "good"} == {}
    assert sum(name.startswith("voicemint/") for name in found) > 50
    assert len(found) > 300


def test_bytecode_that_pip_or_nobody_made_is_told_apart(tmp_path: Path) -> None:
    """Why `appsvc.yaml` is needed: the bytecode that pip makes is of no use after the build's copy."""
    source = tmp_path / "installed" / "module.py"
    source.parent.mkdir()
    source.write_text("here = 1\n")
    assert state(source) == "missing"

    os.utime(source, (1_600_000_000, 1_600_000_000))
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
    assert state(source) == "good"
    assert state(copied(source.parent, tmp_path / "by time") / "module.py") == "stale"

    for mode in (py_compile.PycInvalidationMode.CHECKED_HASH, py_compile.PycInvalidationMode.UNCHECKED_HASH):
        py_compile.compile(str(source), invalidation_mode=mode)
        assert state(copied(source.parent, tmp_path / mode.name) / "module.py") == "good"

    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    source.write_text("here = 2\n")
    assert state(source) == "stale"


@contextmanager
def without(app: Path, package: str) -> Iterator[None]:
    """The app while that package is not installed."""
    there = app / PACKAGES / package
    aside = there.rename(app / "aside")
    try:
        yield
    finally:
        aside.rename(there)


@pytest.mark.parametrize("package", ["msgspec", "httpx", "azure/data/tables", "azure/storage/queue", "opentelemetry"])
def test_a_package_that_is_missing_is_missed(app: Path, library: Path, package: str) -> None:
    """Though each of them is installed in this project's own environment."""
    with without(app, package):
        done = run(app, library)

    assert done.returncode != 0
    assert f"No module named '{package.replace('/', '.')}" in done.stderr


@pytest.mark.parametrize(("pattern", "words"), [("callers", "voicemint.callers"), ("*.toml", "personas")])
def test_a_file_that_is_not_deployed_is_missed(
    app: Path, library: Path, tmp_path: Path, pattern: str, words: str
) -> None:
    project = tmp_path / "project"
    unpack(function_package.read(ROOT), project)
    ignore = (ROOT / function_package.IGNORE).read_text("utf-8")
    (project / function_package.IGNORE).write_text(f"{ignore}{pattern}\n", "utf-8")
    lacking = unpack(function_package.read(project), tmp_path / "lacking")
    (lacking / ".python_packages").symlink_to(app / ".python_packages")

    done = run(lacking, library)

    assert done.returncode != 0 or json.loads(done.stdout)["replies"][1]["status"] >= 500
    assert words in done.stderr + done.stdout
