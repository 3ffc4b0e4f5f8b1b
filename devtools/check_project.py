"""The checks of what surrounds the code: workflows, the dev container, the forms of issues.

GitHub publishes no schema that is here, so the rules are our own; each has a fault planted for it in the tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from devtools import node
from devtools.tree import Tree

WORKFLOWS = Path(".github") / "workflows"
FORMS = Path(".github") / "ISSUE_TEMPLATE"
CONTAINER = Path(".devcontainer") / "devcontainer.json"
CI = Path(".ci") / "run"
PAGE_PORT = 7071

EXPECTED = (
    ".github/pull_request_template.md",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    ".github/workflows/azure-dev.yml",
    ".github/workflows/checks.yml",
)
"""What the gallery of azd templates and GitHub's own community page look for."""

_PINNED = re.compile(r"^\s*-?\s*uses:\s*[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$")
_FORM_PARTS = {"markdown", "input", "textarea", "dropdown", "checkboxes"}
_CONTAINER_KEYS = {
    "name", "build", "remoteUser", "runArgs", "forwardPorts", "portsAttributes", "containerEnv", "customizations",
}  # fmt: skip


def workflows(tree: Tree) -> list[str]:
    """No secret, no right that is not needed, nothing from others that can change under us, an end to everything."""
    found = [f"{name} is missing" for name in EXPECTED if not (tree.root / name).is_file()]
    for path in sorted((tree.root / WORKFLOWS).glob("*.y*ml")):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.name}: {fault}" for fault in [*_written(text), *_meant(_yaml(text))]]
    return found


def _written(text: str) -> Iterator[str]:
    """What the text alone shows."""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.search(r"\buses:", line) and not _PINNED.match(line):
            yield f"line {number}: not pinned as owner/name@commit # version"
        if "secrets." in line or "secrets:" in line:
            yield f"line {number}: asks for a secret"


def _meant(workflow: Mapping[Any, Any]) -> Iterator[str]:
    """What the workflow does."""
    # YAML 1.1 reads the key `on` as true.
    triggers = workflow.get("on", workflow.get(True)) or {}
    names = set(triggers if isinstance(triggers, list | dict) else [triggers])
    if names & {"pull_request_target", "workflow_run"}:
        yield "runs others' code with this repository's rights"
    if "permissions" not in workflow:
        yield "has whatever permissions the repository gives"
    yield from _rights("workflow", workflow.get("permissions"), names)
    if "concurrency" not in workflow:
        yield "can run twice at once"
    for name, job in workflow.get("jobs", {}).items():
        yield from _rights(name, job.get("permissions"), names)
        if "id-token" in (job.get("permissions") or {}) and (workflow.get("concurrency") or {}).get(
            "cancel-in-progress"
        ):
            yield f"{name}: a deployment could be cut short"
        if "timeout-minutes" not in job:
            yield f"{name}: has no end"
        if str(job.get("runs-on", "")).endswith("-latest"):
            yield f"{name}: runs on a machine that changes"
        if "container" in job and not _has_node(job.get("steps", [])):
            yield f"{name}: the container's own Node.js is older than {node.OLDEST}"
        for step in job.get("steps", []):
            if "${{" in str(step.get("run", "")):
                yield f"{name}: an expression inside a command; pass it as a variable"
            if str(step.get("uses", "")).startswith("actions/checkout@"):
                kept = (step.get("with") or {}).get("persist-credentials")
                if kept is not False:
                    yield f"{name}: leaves its credential in the clone"


def _has_node(steps: list[Mapping[str, Any]]) -> bool:
    """Whether the job brings a Node.js that will do. Debian 12's own is 18."""
    brought = [
        re.match(r"\d+", str((step.get("with") or {}).get("node-version", "")))
        for step in steps
        if str(step.get("uses", "")).startswith("actions/setup-node@")
    ]
    return any(version and int(version[0]) >= node.OLDEST for version in brought)


def _rights(where: str, permissions: Any, triggers: set[Any]) -> Iterator[str]:
    if isinstance(permissions, str):
        yield f"{where}: permissions are {permissions}"
        return
    for right, level in (permissions or {}).items():
        if level == "write" and right != "id-token":
            yield f"{where}: may write {right}"
        if right == "id-token" and (where == "workflow" or "pull_request" in triggers):
            yield f"{where}: a token for Azure where it is not needed"


def dev_container(tree: Tree) -> list[str]:
    """It can be read, builds from what is there, shows the page's port, and has what .ci/run installs."""
    if not (tree.root / CONTAINER).is_file():
        return [f"{CONTAINER} is missing"]
    try:
        content = json.loads(tree.text(CONTAINER))
    except json.JSONDecodeError as fault:
        return [f"{CONTAINER}: {fault}"]
    found = [f"{CONTAINER}: {key} is no key that we know" for key in sorted(set(content) - _CONTAINER_KEYS)]
    if PAGE_PORT not in content.get("forwardPorts", []):
        found.append(f"{CONTAINER}: the page's port {PAGE_PORT} is not forwarded")
    extensions = content.get("customizations", {}).get("vscode", {}).get("extensions", [])
    found += [
        f"{CONTAINER}: {one} is no extension's id" for one in extensions if not re.fullmatch(r"[\w-]+\.[\w-]+", one)
    ]
    recipe = CONTAINER.parent / content.get("build", {}).get("dockerfile", "")
    if not (tree.root / recipe).is_file():
        return [*found, f"{CONTAINER}: it builds from {recipe}, which is not there"]
    text = tree.text(recipe)
    if not re.search(r"^FROM python:3\.13-\w+$", text, re.MULTILINE):
        found.append(f"{recipe}: is not made from Python 3.13")
    own_node = re.search(r"^FROM node:(\d+)-[\w-]+ AS node$", text, re.MULTILINE)
    if not own_node or int(own_node[1]) < node.OLDEST:
        found.append(f"{recipe}: Node.js is not its makers' {node.OLDEST} or newer; Debian 12's own is 18")
    script = tree.text(CI) if (tree.root / CI).is_file() else ""
    wanted = re.search(r"^for pair in (.*?); do$", script, re.MULTILINE | re.DOTALL)
    for pair in wanted[1].split() if wanted else []:
        package = pair.partition(":")[2]
        if package not in ("", "python3", "nodejs", "npm") and not re.search(rf"\s{re.escape(package)}\s", text):
            found.append(f"{recipe}: {package} is missing, which {CI} installs")
    return found


def issue_forms(tree: Tree) -> list[str]:
    """GitHub drops a form that it cannot read, without a word."""
    found = []
    for path in sorted((tree.root / FORMS).glob("*.yml")):
        if path.name == "config.yml":
            continue
        form = _yaml(path.read_text(encoding="utf-8"))
        missing = [key for key in ("name", "description", "body") if not form.get(key)]
        found += [f"{path.name}: no {key}" for key in missing]
        parts = form.get("body") or []
        ids = [part.get("id") for part in parts if part.get("type") != "markdown"]
        if len(set(ids)) != len(ids) or None in ids:
            found.append(f"{path.name}: each part needs an id of its own")
        for part in parts:
            if part.get("type") not in _FORM_PARTS:
                found.append(f"{path.name}: {part.get('type')} is no kind of part")
            elif part["type"] != "markdown" and not (part.get("attributes") or {}).get("label"):
                found.append(f"{path.name}: {part.get('id')} has no label")
            elif part["type"] == "dropdown" and not part["attributes"].get("options"):
                found.append(f"{path.name}: {part.get('id')} has nothing to choose from")
    return found or ([] if (tree.root / FORMS).is_dir() else [f"{FORMS} is missing"])


def _yaml(text: str) -> Mapping[Any, Any]:
    import yaml

    content = yaml.safe_load(text)
    return content if isinstance(content, dict) else {}
