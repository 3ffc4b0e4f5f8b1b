"""Every rule for workflows, the dev container and the forms of issues finds the fault that is planted for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from devtools import check_project, tree
from devtools.tree import Tree
from tests.mint_support import ROOT

Plant = Callable[[str, str, str], Tree]

COPIED = [*check_project.EXPECTED, ".ci/run", ".devcontainer", ".github/ISSUE_TEMPLATE"]
DEPLOY, CHECKS = ".github/workflows/azure-dev.yml", ".github/workflows/checks.yml"
CONTAINER, RECIPE = ".devcontainer/devcontainer.json", ".devcontainer/Dockerfile"
BUG = ".github/ISSUE_TEMPLATE/bug.yml"


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """A copy of our own files with one text in one of them replaced."""
    for name in COPIED:
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place)
        else:
            shutil.copy(ROOT / name, place)

    def planted(name: str, old: str, new: str) -> Tree:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return tree.read(tmp_path)

    return planted


@pytest.mark.parametrize("check", [check_project.workflows, check_project.dev_container, check_project.issue_forms])
def test_ours_are_good(plant: Plant, check: Callable[[Tree], list[str]]) -> None:
    assert check(plant("README.md", "Voicemint", "Voicemint")) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        (CHECKS, "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "not pinned"),
        (DEPLOY, "@0b7e3a35ab00f2eee7080c845eb39c3f0ebfa553 # v2.4.0", "@main", "not pinned"),
        (DEPLOY, " # v7.0.0", "", "not pinned"),
        (DEPLOY, "${{ vars.AZURE_TENANT_ID }}", "${{ secrets.AZURE_TENANT_ID }}", "asks for a secret"),
        (DEPLOY, "  workflow_dispatch:", "  pull_request:", "a token for Azure where it is not needed"),
        (DEPLOY, "permissions: {}", "permissions:\n  id-token: write", "a token for Azure where it is not needed"),
        (DEPLOY, "      contents: read", "      contents: write", "may write contents"),
        (DEPLOY, "cancel-in-progress: false", "cancel-in-progress: true", "could be cut short"),
        (DEPLOY, "permissions: {}", "permissions: write-all", "permissions are write-all"),
        (CHECKS, "permissions:\n  contents: read\n", "", "whatever permissions the repository gives"),
        (CHECKS, "    timeout-minutes: 60\n", "", "everything: has no end"),
        (CHECKS, 'node-version: "22"', 'node-version: "18"', "everything: the container's own Node.js is older"),
        (CHECKS, "actions/setup-node@", "actions/setup-go@", "everything: the container's own Node.js is older"),
        (CHECKS, "runs-on: ubuntu-24.04", "runs-on: ubuntu-latest", "runs on a machine that changes"),
        (CHECKS, "  pull_request:", "  pull_request_target:", "runs others' code"),
        (CHECKS, "bash .ci/run", "echo ${{ github.head_ref }}", "an expression inside a command"),
        (CHECKS, "          persist-credentials: false\n", "          fetch-depth: 1\n", "leaves its credential"),
        (CHECKS, "concurrency:\n  group: checks-${{ github.ref }}\n  cancel-in-progress: true\n", "", "twice at once"),
    ],
)  # fmt: skip
def test_a_fault_in_a_workflow_is_found(plant: Plant, name: str, old: str, new: str, finding: str) -> None:
    findings = check_project.workflows(plant(name, old, new))
    assert [one for one in findings if finding in one], findings
    assert all(one.startswith(Path(name).name) for one in findings)


def test_a_file_that_the_gallery_asks_for_is_missed(plant: Plant) -> None:
    files = plant("README.md", "Voicemint", "Voicemint")
    (files.root / "SECURITY.md").unlink()
    assert check_project.workflows(files) == ["SECURITY.md is missing"]


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        (CONTAINER, "7071]", "7072]", "7071 is not forwarded"),
        (CONTAINER, '"Dockerfile"', '"Recipe"', "which is not there"),
        (CONTAINER, '"remoteUser"', '"remoteuser"', "remoteuser is no key"),
        (CONTAINER, "ms-python.python", "python", "python is no extension's id"),
        (CONTAINER, '"name": "Voicemint",', '"name": "Voicemint"', "delimiter"),
        (RECIPE, "FROM python:3.13-bookworm", "FROM python:latest", "not made from Python 3.13"),
        (RECIPE, " firefox-esr ", " ", "firefox-esr is missing"),
        (RECIPE, "FROM node:22-bookworm-slim AS node", "FROM node:18-bookworm-slim AS node", "Debian 12's own is 18"),
        (RECIPE, "FROM node:22-bookworm-slim AS node\n", "", "Debian 12's own is 18"),
    ],
)
def test_a_fault_in_the_dev_container_is_found(plant: Plant, name: str, old: str, new: str, finding: str) -> None:
    findings = check_project.dev_container(plant(name, old, new))
    assert len(findings) == 1, findings
    assert finding in findings[0]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("description: A deployment", "descriptoin: A deployment", "no description"),
        ("id: seen", "id: where", "an id of its own"),
        ("type: input", "type: text", "text is no kind of part"),
        ("      label: Where\n", "      title: Where\n", "where has no label"),
        ("      options:\n", "      choices:\n", "where has nothing to choose from"),
    ],
)
def test_a_fault_in_a_form_is_found(plant: Plant, old: str, new: str, finding: str) -> None:
    findings = check_project.issue_forms(plant(BUG, old, new))
    assert len(findings) == 1, findings
    assert finding in findings[0]


def test_a_repository_without_any_of_it_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("", encoding="utf-8")
    files = tree.read(tmp_path)
    assert len(check_project.workflows(files)) == len(check_project.EXPECTED)
    assert len(check_project.dev_container(files)) == len(check_project.issue_forms(files)) == 1


def test_the_container_has_what_the_build_installs() -> None:
    content = json.loads((ROOT / CONTAINER).read_text("utf-8"))
    assert content["forwardPorts"] == [check_project.PAGE_PORT]
