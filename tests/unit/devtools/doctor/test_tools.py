"""This machine's programs."""

from __future__ import annotations

from pathlib import Path

from devtools.doctor import tools
from devtools.doctor.world import Answer
from tests.unit.devtools.doctor.worlds import world

GOOD = {
    "az version": Answer(0, "{}", ""),
    "azd version": Answer(0, "azd version 1.25.6 (commit 1)", ""),
    "node --version": Answer(0, "v20.1.0", ""),
    "npx --version": Answer(0, "10.0.0", ""),
    "func --version": Answer(0, "4", ""),
}


def test_a_good_machine_has_nothing_wrong() -> None:
    assert tools.deploying(world(GOOD)) == []


def test_the_oldest_azd_is_that_of_azure_yaml() -> None:
    assert tools.wanted_azd(world()) == (1, 25, 6)
    old = {**GOOD, "azd version": Answer(0, "azd version 1.25.5 (commit 1)", "")}
    assert [one.id for one in tools.deploying(world(old))] == ["tool.azd-old"]


def test_an_old_node_is_as_good_as_none() -> None:
    old = {**GOOD, "node --version": Answer(0, "v18.20.0", "")}
    assert [one.id for one in tools.deploying(world(old))] == ["tool.node-missing"]


def test_what_a_local_run_may_meet(tmp_path: Path) -> None:
    here = world({}, root=tmp_path, taken=(7071,), python=(3, 15))
    assert [one.id for one in tools.local(here)] == [
        "python.untried",
        "python.no-environment",
        "local.port-taken",
        "tool.func-missing",
    ]
