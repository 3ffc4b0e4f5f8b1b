"""A finding shows no secret and fills in every word."""

from __future__ import annotations

import json

import pytest

from devtools.doctor import report
from devtools.doctor.findings import Ailment, each_once

FAULT = Ailment("a.fault", "fault", "The {thing} is broken.", "mend {thing}")
NOTE = Ailment("a.note", "note", "Nothing.", "do nothing")


def test_words_are_filled_in_and_a_forgotten_one_is_noticed() -> None:
    found = FAULT.found("seen", thing="door")
    assert (found.sentence, found.fix) == ("The door is broken.", "mend door")
    with pytest.raises(KeyError):
        FAULT.found("seen")


def test_evidence_is_short_and_without_secrets() -> None:
    evidence = NOTE.found("Bearer abcdef0123456789 " + "key=" + "A1" * 30 + "\n  then " + "words " * 100).evidence
    assert "abcdef" not in evidence
    assert "A1A1" not in evidence
    assert "\n" not in evidence
    assert len(evidence) <= 303


def test_faults_come_first_and_each_once() -> None:
    one, two = NOTE.found(), FAULT.found(thing="door")
    assert each_once([one, two, one, two]) == [two, one]


def test_exit_codes_and_json_go_together() -> None:
    healthy, broken = {"local": [NOTE.found()]}, {"local": [FAULT.found("e", thing="door")]}
    codes = [report.exit_code(healthy, False), report.exit_code(broken, False), report.exit_code(broken, True)]
    assert codes == [0, 1, 2]
    told = json.loads(report.as_json(broken, 1))
    assert told == {
        "healthy": False,
        "exit_code": 1,
        "scopes": {
            "local": [
                {
                    "id": "a.fault",
                    "level": "fault",
                    "sentence": "The door is broken.",
                    "evidence": "e",
                    "fix": "mend door",
                }
            ]
        },
    }
    assert report.lines(healthy)[0] == "This machine: 1 note"
