"""The pages that an owner follows: deploying, moving, the gallery, and the questions that are open."""

from __future__ import annotations

import re

import pytest
import yaml

from devtools.infra import pipeline
from devtools.live_smoke.probes import PROBES
from tests.mint_support import ROOT
from voicemint.personas import VOICES

DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")
MOVING = (ROOT / "docs" / "moving.md").read_text("utf-8")
GALLERY = (ROOT / "docs" / "gallery.md").read_text("utf-8")
VERIFICATION = (ROOT / "docs" / "verification.md").read_text("utf-8")
MAIN = (ROOT / "infra" / "main.bicep").read_text("utf-8")


def test_every_open_question_is_listed_with_what_is_expected_and_no_other() -> None:
    _, _, rest = VERIFICATION.partition("## What only a real resource can tell")
    rows = [line for line in rest.partition("\n## ")[0].splitlines() if re.match(r"\| \d+[ab]? \|", line)]
    told = [[cell.strip() for cell in line.strip("|").split(" | ")][:3] for line in rows]
    assert sorted(told) == sorted([probe.name, probe.question, probe.expected] for probe in PROBES)


def test_a_value_that_is_set_is_one_that_the_template_allows() -> None:
    parameters = (ROOT / "infra" / "main.parameters.json").read_text("utf-8")
    settings = re.findall(r"azd env set (VOICEMINT_\w+) (\S+?)`?(?:,|$|\s)", DEPLOY, re.MULTILINE)
    assert len(settings) >= 6
    for variable, value in settings:
        parameter = re.search(rf'"(\w+)": {{ "value": "\${{{variable}[=}}]', parameters)
        assert parameter, variable
        allowed = re.search(rf"@allowed\(\[([^\]]*)\]\)\n@description\([^\n]*\)\nparam {parameter[1]} ", MAIN)
        assert not allowed or f"'{value}'" in allowed[1], (variable, value)


def test_the_oldest_azd_is_the_one_of_azds_own_file() -> None:
    wanted = yaml.safe_load((ROOT / "azure.yaml").read_text("utf-8"))["requiredVersions"]["azd"]
    assert f"{wanted.removeprefix('>= ')} or newer" in DEPLOY


def test_the_regions_are_those_that_the_template_offers() -> None:
    offered = re.search(r"@allowed\(\[([^\]]*)\]\)\n@metadata", MAIN)
    assert offered
    regions = re.findall(r"'(\w+)'", offered[1])
    assert "Only " + " and ".join(f"`{region}`" for region in regions) + " are offered" in DEPLOY


def test_every_system_has_a_section_with_what_is_better_and_what_is_missing() -> None:
    sections = re.split(r"^## ", MOVING, flags=re.MULTILINE)[2:]
    assert [section[0] for section in sections] == list("ABCDE")
    for section in sections:
        assert "| the old | here |" in section
        assert "**Missing:**" in section or "**not there**" in section


def test_voices_that_are_offered_instead_exist() -> None:
    row = next(line for line in MOVING.splitlines() if line.startswith("| Azure Speech names"))
    for voice in ("alloy", "echo", "shimmer", "marin", "cedar", "ash"):
        assert voice in row
        assert voice in VOICES
    assert not {"nova", "onyx", "fable"} & set(VOICES)


def test_the_gallery_finds_the_headings_that_it_asks_for() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    [asked] = re.findall(r"a README with the headings ([\w ,]+) \|", GALLERY)
    for heading in asked.split(", "):
        assert f"\n## {heading}\n" in readme, heading


def test_the_workflow_hands_on_every_variable_that_an_owner_may_set() -> None:
    workflow = (ROOT / ".github" / "workflows" / "azure-dev.yml").read_text("utf-8")
    assert "python3 -m devtools.infra.pipeline" in workflow
    names = pipeline.known()
    assert "VOICEMINT_MODEL" in names
    assert len(names) > 20
    for name in pipeline.DECIDED:
        assert name not in names
        assert f"      {name}:" in workflow


@pytest.mark.parametrize("page", [DEPLOY, MOVING])
def test_what_is_not_there_yet_is_not_promised(page: str) -> None:
    for line in page.splitlines():
        if "relay/" in line:
            assert "not in this repository yet" in page
