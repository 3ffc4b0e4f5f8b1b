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


UNCHANGED = {"deployed.not-provisioned", "choice.not-asked-yet"}
"""Here the last deployment failed, or there was none: azd does not leave out what has not changed."""


def unusable(fix: str) -> list[str]:
    """What keeps a fix from working as it is printed, in bash, zsh, PowerShell or cmd."""
    commands = re.findall(r"(?:\baz|\bazd|\bpython3) [^,]*", fix)
    found = []
    for command in commands:
        if re.search(r"(?<![\w\"])'", command):
            found.append("cmd takes single quotes for letters")
        if re.search(r"(?<!\")[\[*]", command):
            found.append("a shell looks for files of that name")
    if re.search(r"(?<!azd env set )azd provision(?! --no-state)", fix) and "azd env set" not in fix:
        found.append("azd leaves out a deployment of which nothing has changed")
    return found


@pytest.mark.parametrize("ailment", by_id().values(), ids=lambda one: one.id)
def test_its_fix_works_as_it_is_printed(ailment: Ailment) -> None:
    assert unusable(ailment.fix) == [] or ailment.id in UNCHANGED


def test_fixes_that_would_not_work_are_found() -> None:
    assert unusable("az role assignment create --role 'Key Vault Secrets User'") != []
    assert unusable("az keyvault secret list --query [].name") != []
    assert unusable("az functionapp cors remove --allowed-origins *") != []
    assert unusable("az functionapp restart --name x, and if it stays: azd provision") != []
    assert unusable('az keyvault secret list --query "[].name"') == []
    assert unusable("azd env set VOICEMINT_MODEL x && azd provision") == []


def test_families_hold_each_once() -> None:
    assert sum(map(len, all_of().values())) == len(by_id()) > 90


def test_what_the_smoke_test_waits_for_exists() -> None:
    assert set(by_id()) >= SETTLES
