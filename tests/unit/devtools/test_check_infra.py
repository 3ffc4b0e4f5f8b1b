"""Every check of what is deployed finds a fault that was planted for it, and says so when it cannot run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from devtools import ROOT, check_infra, check_tools, tree
from devtools.check_tools import NotHere
from devtools.infra.site_config import CONFIG
from devtools.tree import Tree
from tests.unit.devtools.infra.planting import plant

SHARED_BICEP = ROOT / check_infra.BICEP
SCHEMAS = ROOT / check_tools.SCHEMAS
CHECKER = """
import pathlib, sys
bad = [path for path in sys.argv[1:] if "wrong" in pathlib.Path(path).read_text()]
for path in bad:
    print(f"{path}(1,1): error: wrong")
print(f"{len(sys.argv) - 1} files, {len(bad)} errors, 0 warnings")
sys.exit(bool(bad))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the checks read, copied."""
    for name in ("infra", "static_site/public", "static_site/dist"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("azure.yaml", "host.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def files(project: Path) -> Tree:
    return tree.read(project)


def test_the_projects_own_files_pass(project: Path) -> None:
    assert check_infra.azd(files(project)) == []
    assert check_infra.deployment(files(project), [{}]) == []


def test_bicep_passes_only_without_any_finding(project: Path, tmp_path: Path) -> None:
    checker = tmp_path / "checker.py"
    checker.write_text(CHECKER)
    assert check_infra.bicep(files(project), checker) == []

    (project / "infra/site.bicep").write_text("wrong")
    assert check_infra.bicep(files(project), checker)[0].endswith("site.bicep(1,1): error: wrong")
    shutil.rmtree(project / "infra")
    assert check_infra.bicep(files(project), checker) == ["infra/main.bicep is missing"]
    checker.write_text("print('1 files, 0 errors, 1 warnings')")
    (project / "one.bicep").write_text("")
    assert check_infra.bicep(files(project), checker) == ["1 files, 0 errors, 1 warnings"]


@pytest.mark.skipif(not SHARED_BICEP.exists(), reason="platform: the check with Bicep's own types is not here")
@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        ("storage.bicep", "allowSharedKeyAccess", "allowSharedKey", "unknown property 'allowSharedKey'"),
        ("function.bicep", "instanceMemoryMB: instanceMemory", "instanceMemoryMB: '2048'", "expected int, got string"),
        ("main.bicep", "dependsOn: [link]", "dependsOn: [lnik]", "undefined symbol 'lnik'"),
        ("main.bicep", "openai.outputs.endpoint", "openai.outputs.address", "has no output 'address'"),
        ("site.bicep", "stagingEnvironmentPolicy: 'Disabled'", "stagingEnvironmentPolicy: 'Off'", "is not one of"),
        ("link.bicep", "@2024-11-01", "@2019-01-01", "no types at hand"),
        ("openai.bicep", "properties: {\n    model:", "properties: {\n    model", "syntax error"),
    ],
)
def test_bicep_with_its_own_types_finds_planted_faults(
    project: Path, file: str, old: str, new: str, finding: str
) -> None:
    assert check_infra.bicep(files(project), SHARED_BICEP) == []
    plant(project, file, old, new)

    assert any(finding in one for one in check_infra.bicep(files(project), SHARED_BICEP))


def test_a_rule_that_is_broken_or_a_template_that_cannot_be_read_is_found(project: Path) -> None:
    plant(project, "storage.bicep", "allowBlobPublicAccess: false", "allowBlobPublicAccess: true")
    assert any("public blobs are on" in one for one in check_infra.deployment(files(project), [{}]))

    plant(project, "storage.bicep", "resource account", "resorce account")
    assert check_infra.deployment(files(project), [{}]) == [
        "storage.bicep: line 18: 'resorce' is not known to this model"
    ]  # fmt: skip
    shutil.rmtree(project / "infra")
    assert check_infra.deployment(files(project), [{}]) == ["infra/main.bicep is missing"]


def test_role_ids_are_compared_with_a_copy_of_microsofts_page(project: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "roles.json"
    sheet.write_text(json.dumps({"roles": {"Key Vault Secrets User": {"id": "4633458b-17de-408a-b874-0445c86b69e6"}}}))
    assert check_infra.role_ids(files(project), sheet) == []

    sheet.write_text(json.dumps({"roles": {"Key Vault Secrets User": {"id": "other"}}}))
    assert check_infra.role_ids(files(project), sheet) == [
        "the role Key Vault Secrets User is other, not 4633458b-17de-408a-b874-0445c86b69e6"
    ]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("host: function", "host: appservice", "azure.yaml: the services are"),
        ("  api:", "  function:", "azure.yaml: the services are"),
        ("dist: page", "dist: public", "azure.yaml: web is uploaded from another folder than static_site/dist/page"),
        ("project: static_site/dist", "project: site", "azure.yaml: web is in site, which is not there"),
        (
            "project: static_site/dist\n    dist: page",
            "project: static_site\n    dist: dist/page",
            "azure.yaml: the uploader would find static_site/public/staticwebapp.config.json",
        ),
        ("    dist: page", "    dist: page\n    language: js", "azd would build the page"),
        ("  predeploy:", "  preup:", "azure.yaml: the hooks are"),
        ("python3 dev.py hook predeploy", "true", "azure.yaml: predeploy does not call its own program on posix"),
        ("dev.py hook predown; exit", "dev.py hook postdown; exit", "predown does not call its own program on windows"),
        ("path: infra", "path: deploy", "azure.yaml: the templates are elsewhere"),
    ],
)
def test_a_wrong_azure_yaml_is_found(project: Path, old: str, new: str, finding: str) -> None:
    text = (project / "azure.yaml").read_text()
    assert old in text
    (project / "azure.yaml").write_text(text.replace(old, new))

    assert any(finding in one for one in check_infra.azd(files(project)))


def test_a_missing_azure_yaml_is_found(project: Path) -> None:
    (project / "azure.yaml").unlink()
    assert check_infra.azd(files(project)) == ["azure.yaml is missing"]


def site_schema(folder: Path) -> Path:
    """A schema that asks for no more than a list of routes."""
    folder.mkdir()
    schema = {"type": "object", "properties": {"routes": {"type": "array"}}, "required": ["routes"]}
    (folder / CONFIG).write_text(json.dumps(schema))
    return folder


def test_the_rendered_configuration_is_held_to_its_schema(project: Path, tmp_path: Path) -> None:
    folder = site_schema(tmp_path / "schemas")
    assert check_infra.site_configuration(files(project), folder) == []

    (folder / CONFIG).write_text(json.dumps({"type": "object", "properties": {"routes": {"maxItems": 1}}}))
    assert any("routes" in one for one in check_infra.site_configuration(files(project), folder))


def test_a_star_that_is_left_in_the_policy_is_found(project: Path, tmp_path: Path) -> None:
    page = project / "static_site/public" / CONFIG
    page.write_text(page.read_text().replace("img-src 'self'", "img-src *"))

    found = check_infra.site_configuration(files(project), site_schema(tmp_path / "schemas"))
    assert found[0].startswith(f"{CONFIG}: a star is left in its policy")


@pytest.mark.parametrize("check", [check_infra.bicep, check_infra.role_ids, check_infra.site_configuration])
def test_what_is_not_on_this_machine_is_said(project: Path, check: object) -> None:
    assert callable(check)
    with pytest.raises(NotHere, match="is not on this machine"):
        check(files(project), project / "nowhere")
