"""The programs of this machine: what the commands here need, and what a deployment needs besides."""

from __future__ import annotations

import re

from devtools.doctor.az import AZ_MISSING
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import NOT_THERE, World
from devtools.ports import DEFAULT
from devtools.virtual_env import folder_of, python_of

NEWEST_PYTHON = (3, 14)
OLDEST_NODE = 20

AZD_MISSING = Ailment(
    "tool.azd-missing",
    "fault",
    "The Azure Developer CLI (azd) is not installed.",
    "Install it: https://aka.ms/install-azd",
)
AZD_OLD = Ailment(
    "tool.azd-old",
    "fault",
    "azd {version} is too old: it sends the page to an environment that Static Web Apps refuses.",
    "Install azd {wanted} or newer: https://aka.ms/install-azd",
)
NODE_MISSING = Ailment(
    "tool.node-missing",
    "fault",
    "Node.js {wanted} or newer is not installed; azd needs its npx to upload the page.",
    "Install it: https://nodejs.org",
)
NPX_MISSING = Ailment(
    "tool.npx-missing",
    "fault",
    "Node.js is here without npx, by which azd uploads the page.",
    "Install npm, which brings npx: https://nodejs.org",
)
FUNC_MISSING = Ailment(
    "tool.func-missing",
    "note",
    "Azure Functions Core Tools (func) are not installed; only `func start` needs them.",
    "python3 dev.py serve",
)
PYTHON_NEW = Ailment(
    "python.untried",
    "warning",
    "Python {version} is newer than any that this project was tried with.",
    "Set VOICEMINT_PYTHON=3.13 and run the command again.",
)
NO_ENVIRONMENT = Ailment(
    "python.no-environment",
    "note",
    "The Python environment has not been made yet; the first command that needs it makes it.",
    "python3 dev.py demo",
)
PORT_TAKEN = Ailment(
    "local.port-taken",
    "warning",
    "Port {port} is taken, so the page will be on another one, and `func start` will not start.",
    "End the program that has it, or: python3 dev.py demo --port 8080",
)


def local(world: World) -> list[Finding]:
    """What the commands of this project need on this machine."""
    found: list[Finding] = []
    if world.python > NEWEST_PYTHON:
        found.append(PYTHON_NEW.found(version=".".join(map(str, world.python))))
    if not python_of(folder_of(world.root, world.environ)).exists():
        found.append(NO_ENVIRONMENT.found())
    if not world.is_free(DEFAULT):
        found.append(PORT_TAKEN.found(f"127.0.0.1:{DEFAULT} cannot be listened on", port=str(DEFAULT)))
    if world.run(["func", "--version"]).code == NOT_THERE:
        found.append(FUNC_MISSING.found())
    return found


def deploying(world: World) -> list[Finding]:
    """What `azd up` needs."""
    found: list[Finding] = []
    if (az := world.run(["az", "version", "--output", "json"])).code == NOT_THERE:
        found.append(AZ_MISSING.found(az.err))
    azd = world.run(["azd", "version"])
    wanted = wanted_azd(world)
    if azd.code == NOT_THERE:
        found.append(AZD_MISSING.found(azd.err))
    elif (here := _version(azd.out)) and here < wanted:
        found.append(AZD_OLD.found(azd.out, version=_dotted(here), wanted=_dotted(wanted)))
    node = world.run(["node", "--version"])
    if node.code != 0 or _version(node.out) < (OLDEST_NODE,):
        found.append(NODE_MISSING.found(node.out or node.err, wanted=str(OLDEST_NODE)))
    elif world.run(["npx", "--version"]).code == NOT_THERE:
        found.append(NPX_MISSING.found())
    return found


def wanted_azd(world: World) -> tuple[int, ...]:
    """The oldest azd that azure.yaml accepts."""
    text = (world.root / "azure.yaml").read_text(encoding="utf-8")
    found = re.search(r"azd:\s*[\"']?>=\s*([\d.]+)", text)
    return _version(found[1]) if found else ()


def _version(text: str) -> tuple[int, ...]:
    """The first version in a text, () if there is none."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in found.groups() if part) if found else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
