"""The templates are written as they should be, and what is not is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools import ROOT
from devtools.infra.template_rules import written
from tests.unit.devtools.infra.planting import copied, plant

ORIGINS = "@description('Origins of the page.')\n"

FAULTS = [
    ("settings.bicep", ORIGINS, "", "settings.bicep: origins is not described in a sentence"),
    ("settings.bicep", ORIGINS, "@description('origins')\n", "settings.bicep: origins is not described in a sentence"),
    ("site.bicep", "var plan =", "var spare = 1\nvar plan =", "site.bicep: spare is declared and not used"),
    ("link.bicep", "parent: site\n  name: 'api'", "name: 'x/api'", "link.bicep: site is declared and not used"),
    ("main.bicep", "'link.bicep'", "'br/public:avm/res/web/static-site:0.9.5'", "comes from elsewhere"),
    ("main.bicep", "'link.bicep'", "'site.bicep'", "link.bicep is used by nothing"),
    (
        "site.bicep",
        "output name",
        "output plan string = plan\noutput name",
        "site.bicep: output plan is read by nothing",
    ),
    ("main.parameters.json", '"warmInstances"', '"warmerInstances"', "main.parameters.json lacks warmInstances"),
    ("main.parameters.json", '"warmInstances"', '"warmerInstances"', "has warmerInstances, which is no parameter"),
    ("main.parameters.json", "VOICEMINT_MODEL=", "MODEL=", "model comes from MODEL, not from VOICEMINT_MODEL"),
    ("main.parameters.json", "_MODEL_CAPACITY=5", "_MODEL_CAPACITY=6", "modelCapacity is '6' there and '5' in main"),
    ("main.parameters.json", "_GRANT_TO_PRINCIPAL=true", "_GRANT_TO_PRINCIPAL", "grantToPrincipal is None there"),
    (
        "main.bicep",
        "@allowed(['eastus2', 'swedencentral'])",
        "@allowed(['eastus2'])",
        "location allowed is ['eastus2']",
    ),
    ("main.bicep", "'gpt-realtime-2.1-mini', 'gpt-realtime-1.5'", "'gpt-realtime-1.5'", "model allowed is"),
    ("main.bicep", "gpt-realtime-2.1,5", "gpt-realtime-2.1,1", "usageName is ["),
    ("main.bicep", "gpt-realtime-2.1,5']", "gpt-realtime-2.1,5', 'OpenAI.GlobalStandard.guessed,1']", "usageName is ["),
    ("main.bicep", "../static_site/public/models.json", "other.json", "main.bicep reads other.json, and not"),
    ("models.json", '"capacity": 5', '"capacity": 4', "main.bicep: modelCapacity is 5, but models.json says 4"),
    ("models.json", '"static_web_app": "westeurope"', '"site": "westeurope"', "models.json cannot be read"),
    ("models.json", '"places": ["eastus2"]', '"places": ["eastus"]', "which is none of our places"),
]


def test_the_templates_are_in_order() -> None:
    assert written(ROOT) == []


@pytest.mark.parametrize(("file", "old", "new", "finding"), FAULTS)
def test_a_planted_fault_is_found(tmp_path: Path, file: str, old: str, new: str, finding: str) -> None:
    root = copied(tmp_path)
    plant(root, file, old, new)
    found = written(root)

    assert [one for one in found if finding in one], found
