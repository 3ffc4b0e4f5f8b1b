"""Every check that another program makes finds a fault that was planted for it."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from devtools import ROOT, check_tools, tree
from devtools.tree import Tree

TYPED = "def double(number: int) -> int:\n    return number * 2\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tree with the project's own rules and one good module."""
    for name in ("ruff.toml", "mypy.ini"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\nfiles = module.py\n")
    (tmp_path / "module.py").write_text(TYPED)
    return tmp_path


def planted(project: Path, text: str) -> Tree:
    (project / "module.py").write_text(text)
    return tree.read(project)


def test_a_good_module_passes_all_three(project: Path) -> None:
    files = planted(project, TYPED)
    assert check_tools.formatting(files) == []
    assert check_tools.lint(files) == []
    assert check_tools.python_types(files) == []


def test_bad_formatting_is_found_once_and_by_name(project: Path) -> None:
    findings = check_tools.formatting(planted(project, "x = {  'a':1 }\n"))
    assert len(findings) == 1
    assert "module.py" in findings[0]


def test_lint_is_found(project: Path) -> None:
    findings = check_tools.lint(planted(project, "import os\n"))
    assert len(findings) == 1
    assert "F401" in findings[0]


def test_a_wrong_type_is_found(project: Path) -> None:
    findings = check_tools.python_types(planted(project, TYPED + 'double("two")\n'))
    assert len(findings) == 1
    assert "module.py:3" in findings[0]


def test_a_page_that_has_grown_too_large_is_found_by_the_part(project: Path) -> None:
    site = project / "static_site"
    (site / "public" / "js").mkdir(parents=True)
    (site / "sizes.mjs").write_text((ROOT / "static_site" / "sizes.mjs").read_text("utf-8"))
    opening = ("index.html", "api.html", "check.html", "icon.svg", "manifest.webmanifest")
    call = ("js/voice_call.js", "js/call_page.js", "js/token_signalling.js", "js/relay_signalling.js")
    for name in (*opening, *call):
        (site / "public" / name).write_text("")
    assert check_tools.page_size(tree.read(project)) == []
    noise = Random(1).randbytes(40_000).hex()  # half of it is left when it is packed
    (site / "public" / "js" / "relay_signalling.js").write_text(f"// {noise}")
    [finding] = check_tools.page_size(tree.read(project))
    assert finding.startswith("call, relay mode")
    assert finding.endswith("bytes too many")


def test_page_types_cannot_run_without_the_pages_packages(project: Path) -> None:
    with pytest.raises(check_tools.NotHere, match=r"package\.json is missing"):
        check_tools.page_types(tree.read(project))


def schema_tree(project: Path, host: object) -> tuple[Tree, Path]:
    schemas = project / "schemas"
    schemas.mkdir()
    version = {"type": "object", "properties": {"version": {"enum": ["2.0"]}}, "required": ["version"]}
    for name in ("host.json", "staticwebapp.config.json", "azure.yaml.json"):
        (schemas / name).write_text(json.dumps(version))
    (project / "azure.yaml").write_text('version: "2.0"\n')
    (project / "static_site" / "public").mkdir(parents=True)
    (project / "static_site/public/staticwebapp.config.json").write_text('{"version": "2.0"}')
    (project / "host.json").write_text(json.dumps(host))
    return tree.read(project), schemas


def test_files_that_fit_their_schemas_pass(project: Path) -> None:
    files, schemas = schema_tree(project, {"version": "2.0"})
    assert check_tools.schemas(files, schemas) == []


@pytest.mark.parametrize(("host", "words"), [({"version": "1.0"}, "host.json: version: "), ({}, "host.json: top: ")])
def test_a_file_that_does_not_fit_is_found_with_the_place(project: Path, host: object, words: str) -> None:
    files, schemas = schema_tree(project, host)
    findings = check_tools.schemas(files, schemas)
    assert len(findings) == 1
    assert findings[0].startswith(words)


def test_yaml_is_held_to_its_schema_too(project: Path) -> None:
    files, schemas = schema_tree(project, {"version": "2.0"})
    (project / "azure.yaml").write_text("version: 2.0\n")
    assert check_tools.schemas(files, schemas) == ["azure.yaml: version: 2.0 is not one of ['2.0']"]


def test_a_missing_file_is_a_finding_and_a_missing_schema_is_not_here(project: Path) -> None:
    files, schemas = schema_tree(project, {"version": "2.0"})
    (project / "host.json").unlink()
    assert check_tools.schemas(files, schemas) == ["host.json is missing"]
    with pytest.raises(check_tools.NotHere, match="is not on this machine"):
        check_tools.schemas(files, project / "nowhere")
