"""The page about the templates says what they say."""

from __future__ import annotations

import re
from pathlib import Path

from devtools.bicep.parameters import variables
from devtools.bicep.parser import parse
from devtools.infra import MAIN, PARAMETERS
from devtools.infra.cases import ALONE, CROSSED, Case, environments, evaluate
from devtools.infra.rules import RULES
from devtools.infra.template_rules import INNER

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "infra" / "README.md").read_text("utf-8")
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def rows(head: str) -> list[list[str]]:
    """The cells of the table with this head."""
    _, _, rest = PAGE.partition(f"{head}\n")
    lines = rest.partition("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines]


def test_every_parameter_is_listed_with_its_variable_default_and_description() -> None:
    template = parse(ROOT / MAIN)
    sources = variables(ROOT / PARAMETERS)
    expected = []
    for name, parameter in template.parameters.items():
        if name in INNER:
            continue
        variable, default = sources.get(name, (f"in the file: `{name}`", None))
        shown = f"`{variable}`" if name in sources else variable
        expected.append([shown, f"`{default}`" if default else "", parameter.description])

    assert rows("| variable | default | what |") == expected


def test_every_file_is_listed() -> None:
    listed = {name.strip("`/") for cell, _ in rows("| file | makes |") for name in cell.split(", ")}
    there = {path.name for path in (ROOT / "infra").iterdir()} - {"README.md", "main.parameters.json"}

    assert listed == there


def test_the_two_front_doors_differ_as_is_said() -> None:
    def side(front: str) -> dict[str, str]:
        environ = {"VOICEMINT_FRONT_DOOR": front}
        case = Case(environ, evaluate(ROOT, environ))
        (site,) = case.deployment.of("Microsoft.Web/staticSites")
        (app,) = case.deployment.of("Microsoft.Web/sites")
        origins = app.properties["siteConfig"]["cors"]["allowedOrigins"]
        linked = bool(case.deployment.of("Microsoft.Web/staticSites/linkedBackends"))
        return {
            "plan of the Static Web App": site.body["sku"]["name"],
            "the page reaches its API": "at its own origin" if linked else "at the function's origin",
            "linked backend": "yes" if linked else "no",
            "platform's CORS": "the page" if origins == [case.deployment.outputs["SERVICE_WEB_URI"]] else "nobody",
            "who may call": case.deployment.outputs["WHO_MAY_CALL"],
            **{f"`{name}`": value for name, value in case.app_settings().items()},
        }

    linked, direct = side("linked"), side("direct")
    told = {what: (one, other) for what, one, other in rows("| what | `linked` | `direct` |")}

    assert told == {what: (linked[what], direct[what]) for what in linked if linked[what] != direct[what]}


def test_it_counts_right() -> None:
    assert f"what {len(environments())} combinations" in re.sub(r"\s+", " ", PAGE)
    assert f"{NUMBERS[len(RULES)].capitalize()} rules hold" in PAGE
    assert len(environments()) > len(ALONE) + len(CROSSED)
