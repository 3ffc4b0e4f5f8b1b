"""The project's templates break no rule in any combination, and every rule finds the faults it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools import ROOT
from devtools.bicep.lexer import BicepFault
from devtools.infra.cases import EMAIL, cases, environments
from devtools.infra.rules import RULES, Rule, findings
from tests.unit.devtools.infra.faults import FAULTS, Fault
from tests.unit.devtools.infra.planting import copied, plant

RELAY = {"VOICEMINT_CALL_MODE": "relay"}
KEYED = {"VOICEMINT_CREDENTIAL": "key_vault"}
DIRECT = {"VOICEMINT_FRONT_DOOR": "direct"}
MAIL = {"VOICEMINT_ALERT_EMAIL": EMAIL, "VOICEMINT_MONTHLY_BUDGET": "50"}
WARM = {"VOICEMINT_WARM_LEASH_INSTANCES": "1"}
OFF = {"VOICEMINT_MONITORING": "off"}
SILENT = {"VOICEMINT_TRANSCRIPTION_MODEL": "none"}
TELLING = ({}, RELAY, KEYED, DIRECT, MAIL, {**MAIL, **RELAY}, OFF, {**OFF, **MAIL}, WARM, {**WARM, **RELAY}, SILENT)
"""Combinations in which each planted fault shows; all of them are tried on the templates as they are."""


def test_no_combination_breaks_a_rule() -> None:
    all_cases = cases(ROOT)

    assert len(all_cases) == len(environments()) > 300
    assert findings(all_cases) == []


def test_every_rule_has_faults_to_find() -> None:
    assert set(FAULTS) == {rule.__name__ for rule in RULES}
    assert all(FAULTS.values())


@pytest.mark.parametrize(
    ("rule", "fault"),
    [(rule, fault) for rule in RULES for fault in FAULTS[rule.__name__]],
    ids=[f"{rule.__name__}:{fault[0]}:{fault[-1][-40:]}" for rule in RULES for fault in FAULTS[rule.__name__]],
)
def test_a_planted_fault_is_found(tmp_path: Path, rule: Rule, fault: Fault) -> None:
    file, old, new, finding = fault
    root = copied(tmp_path)
    plant(root, file, old, new)
    said: list[str] = []
    for environ in TELLING:
        try:
            said += rule(cases(root, [environ])[0])
        except BicepFault as unusable:  # the templates can no longer be evaluated: the check says so in these words
            said.append(str(unusable))
        if any(finding in one for one in said):
            return
    pytest.fail(f"not found: {finding}; said: {said}")


def test_a_finding_is_told_once_with_the_case_that_shows_it(tmp_path: Path) -> None:
    root = copied(tmp_path)
    plant(root, "function.bicep", "httpsOnly: true", "httpsOnly: false")

    assert findings(cases(root, [RELAY, {}])) == ["function.bicep: httpsOnly is not true (with call_mode=relay)"]
