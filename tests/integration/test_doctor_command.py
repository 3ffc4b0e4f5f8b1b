"""`dev.py doctor` as a process of its own: each failure by its id, with its evidence and the fix, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.azure_doubles.answers import refused
from tests.integration.azure_doubles.cases import (
    BLIND,
    CALL,
    DEPLOYED,
    HANG_UP,
    MINT,
    WARNED,
    Case,
    Spoil,
    answers_with,
    direct,
)
from tests.integration.azure_doubles.scene import Scene, posix, run

pytestmark = pytest.mark.skipif(not posix(), reason="platform: the doubles of az and azd are POSIX scripts")


def test_a_healthy_deployment_has_nothing_wrong(tmp_path: Path) -> None:
    ran = run(Scene(), tmp_path, "doctor", "deployed", "--json")

    assert (ran.code, ran.ids()) == (0, {}), ran.said
    assert ran.asked[-2:] == [CALL, HANG_UP], "no call tried the network, or it was left open"


def test_so_has_a_healthy_direct_one(tmp_path: Path) -> None:
    scene = Scene()
    direct(scene)
    ran = run(scene, tmp_path, "doctor", "deployed", "--json")

    assert (ran.code, ran.ids()) == (0, {}), ran.said


@pytest.mark.parametrize(
    "spoil",
    [lambda scene: scene.outputs(AZURE_OPENAI_AUTH="key_vault"), lambda scene: scene.without("az"),
     lambda scene: scene.outputs(VOICEMINT_GRANT_TO_PRINCIPAL="false"), answers_with(MINT, refused(429, "429"))],
    ids=["key", "no az", "no role", "no mint"],
)  # fmt: skip
def test_without_a_mint_of_your_own_it_says_that_the_network_was_not_tried(spoil: Spoil, tmp_path: Path) -> None:
    scene = Scene()
    spoil(scene)
    ran = run(scene, tmp_path, "doctor", "deployed", "--json")

    assert "check.html" in ran.ids()["network.untested"]["fix"], ran.said
    assert CALL not in ran.asked


def told(case: Case, level: str, code: int, folder: Path) -> None:
    """Exactly this is found, at this level, with this fix."""
    scene = Scene()
    case.spoil(scene)
    ran = run(scene, folder, "doctor", "deployed", "--json")
    ids = ran.ids()

    assert ran.code == code, ran.said
    assert {*ids} - {"network.untested"} == {case.id, *case.also}, ran.said
    found = ids[case.id]
    assert ran.said.count(f'"{case.id}"') == 1, "it is told more than once"
    assert found["level"] == level
    assert case.fix in found["fix"]
    assert found["evidence"]
    assert "{" not in found["sentence"] + found["fix"], "a word was not filled in"


@pytest.mark.parametrize("case", DEPLOYED, ids=lambda case: case.id)
def test_each_fault_is_told_with_its_fix(case: Case, tmp_path: Path) -> None:
    told(case, "fault", 1, tmp_path)


@pytest.mark.parametrize("case", WARNED, ids=lambda case: case.id)
def test_each_warning_is_told_and_breaks_nothing(case: Case, tmp_path: Path) -> None:
    told(case, "warning", 0, tmp_path)


@pytest.mark.parametrize("case", BLIND, ids=lambda case: case.id)
def test_where_there_is_nothing_to_look_at_it_says_so(case: Case, tmp_path: Path) -> None:
    told(case, "fault", 2, tmp_path)


def test_people_read_sentence_evidence_and_fix(tmp_path: Path) -> None:
    scene = Scene()
    next(case for case in DEPLOYED if case.id == "role.missing").spoil(scene)
    ran = run(scene, tmp_path, "doctor", "deployed")

    assert ran.code == 1
    assert "The deployment: 1 fault\n" in ran.said
    assert "fault: The function's identity lacks the role Cognitive Services OpenAI User" in ran.said
    assert "seen: 2 role assignments, none of them this" in ran.said
    assert "fix:  az role assignment create --assignee-object-id" in ran.said


def test_an_unknown_scope_is_a_sentence(tmp_path: Path) -> None:
    ran = run(Scene(), tmp_path, "doctor", "everything")

    assert ran.code == 1
    assert "Choose from local, settings, deployed." in ran.said


def test_more_than_25_failures_are_told_apart() -> None:
    ids = [case.id for case in (*DEPLOYED, *WARNED, *BLIND)]
    assert len(set(ids)) == len(ids) >= 60
