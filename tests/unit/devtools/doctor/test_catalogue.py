"""Every diagnosis has an id of its own, is made by some test, and can be printed."""

from __future__ import annotations

import re
import string

import pytest

from devtools import ROOT
from devtools.doctor.catalogue import all_of, by_id
from devtools.doctor.findings import Ailment
from devtools.hooks.smoke import SETTLES

TESTS = "\n".join(
    path.read_text("utf-8")
    for folder in ("unit/devtools/doctor", "integration")
    for path in (ROOT / "tests" / folder).rglob("*.py")
)


@pytest.mark.parametrize("ailment", by_id().values(), ids=lambda one: one.id)
def test_it_is_well_formed_and_some_test_makes_it(ailment: Ailment) -> None:
    assert re.fullmatch(r"[a-z-]+\.[a-z-]+", ailment.id)
    assert ailment.sentence.endswith(".")
    assert ailment.fix
    assert not ailment.fix.endswith(" ")
    for text in (ailment.sentence, ailment.fix):
        assert all(word is None or word.isidentifier() for _, word, _, _ in string.Formatter().parse(text))
    assert f'"{ailment.id}"' in TESTS or f"[{ailment.id}]" in TESTS, "no test makes this diagnosis"


def test_families_hold_each_once() -> None:
    assert sum(map(len, all_of().values())) == len(by_id()) > 90


def test_what_the_smoke_test_waits_for_exists() -> None:
    assert set(by_id()) >= SETTLES
