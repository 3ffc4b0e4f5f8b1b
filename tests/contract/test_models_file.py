"""Models and prices stand in one file, and whoever needs them reads that: templates, tools, page and documents.

That the templates do is a rule of `devtools/infra/template_rules.py`; that the page understands each figure is told by
`tests/js/prices.test.js`, and that the documents show it by `test_cost_docs.py`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from devtools import tree
from devtools.infra import MODELS
from devtools.infra.models import PRICES, read

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT / "static_site" / "public"
KNOWN = read(ROOT / MODELS)
MODULES = {path.name: path.read_text("utf-8") for path in sorted((PUBLIC / "js").glob("*.js"))}
NAMES = sorted(PRICES["realtime"] | PRICES["transcription"])


def own_figures(source: str) -> list[str]:
    """What a module knows by itself of what only the file should: models, the day of the prices, prices."""
    day = KNOWN.prices_read
    words = [*(one.name for one in KNOWN.models), day.isoformat(), f"{day.day} {day:%B %Y}"]
    return [
        *(word for word in words if word in source),
        *re.findall(rf"\b(?:{'|'.join(NAMES)})\b\"?\]?\s*(?::|=|\?\?|,)\s*[\d.]+", source),
    ]


def test_there_is_one_file() -> None:
    assert tree.read(ROOT).named(MODELS.name) == [MODELS]


@pytest.mark.parametrize("name", MODULES)
def test_no_module_of_the_page_has_figures_of_its_own(name: str) -> None:
    assert own_figures(MODULES[name]) == []


@pytest.mark.parametrize(
    "source",
    [
        f'["{KNOWN.models[0].name}", prices(4, 0.4)]',
        "{ audioIn: 32 }",
        "const audioIn = 32;",
        '["textIn", 4]',
        f"as read on {KNOWN.prices_read}",
    ],
)
def test_figures_of_its_own_would_be_found(source: str) -> None:
    assert own_figures(source)


def test_the_page_reads_the_file_by_its_address() -> None:
    addresses = re.findall(r'new URL\("([^"]+)", import\.meta\.url\)', MODULES["prices.js"])

    assert [(PUBLIC / "js" / one).resolve() for one in addresses] == [(ROOT / MODELS).resolve()]


def test_the_file_has_every_name_that_the_page_reads() -> None:
    lists = re.findall(r"^export const (ANSWERS|CAPTIONS) = \[(.*)\];$", MODULES["money.js"], re.MULTILINE)
    told = {name: set(re.findall(r'"(\w+)"', names)) for name, names in lists}
    raw = json.loads((ROOT / MODELS).read_text("utf-8"))

    assert told == {"ANSWERS": PRICES["realtime"], "CAPTIONS": PRICES["transcription"]}
    assert all(set(one.prices) == told["ANSWERS"] for one in KNOWN.of("realtime"))
    assert {price for one in KNOWN.of("transcription") for price in one.prices} == told["CAPTIONS"]
    assert raw["default"]["realtime"] in raw["realtime"]
    assert KNOWN.prices_read
