"""The checks of what is deployed: the templates, what they would make, azd's file, the site's configuration."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from devtools.bicep.lexer import BicepFault
from devtools.check_tools import SCHEMAS, NotHere, schema_faults
from devtools.hooks import page
from devtools.hooks.run import HOOKS
from devtools.infra import FOLDER, MAIN
from devtools.infra.cases import CROSSED, Case, cases
from devtools.infra.roles import against_sheet
from devtools.infra.rules import SERVICES, findings
from devtools.infra.site_config import CONFIG, Door, render
from devtools.infra.template_rules import written
from devtools.tree import Tree

SHARED = Path("..") / "shared"
BICEP = SHARED / "tools" / "check_bicep.py"
"""Where a reader of Bicep with the compiler's own type files lies on a machine that has it."""

DOORS = tuple(
    {"VOICEMINT_FRONT_DOOR": front, "VOICEMINT_CALLERS": callers, "VOICEMINT_CALL_MODE": mode, **roles}
    for front in CROSSED["VOICEMINT_FRONT_DOOR"]
    for callers in CROSSED["VOICEMINT_CALLERS"]
    for mode in CROSSED["VOICEMINT_CALL_MODE"]
    for roles in ({}, {"VOICEMINT_ALLOWED_ROLES": "talker,owner"})
)
"""Everything that the page's configuration depends on."""

ROLES = SHARED / "reference" / "specs" / "azure-roles.json"


def bicep(tree: Tree, program: Path | None = None) -> list[str]:
    """Microsoft's type files know every resource and property; each warning counts."""
    place = program or tree.root / BICEP
    if not place.exists():
        raise NotHere("the check with Bicep's own types is not on this machine")
    files = [str(path) for path in tree.named("*.bicep")]
    if not files:
        return [f"{MAIN} is missing"]
    command = [sys.executable, str(place), *files]
    done = subprocess.run(command, cwd=tree.root, capture_output=True, encoding="utf-8", errors="replace", check=False)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    clean = done.returncode == 0 and lines[-1:] == [f"{len(files)} files, 0 errors, 0 warnings"]
    return [] if clean else lines or [f"exit code {done.returncode}, and it said nothing"]


def deployment(tree: Tree, environs: Sequence[Mapping[str, str]] | None = None) -> list[str]:
    """Every combination that matters, or those given, deploys what it should, in a form that Azure takes."""
    if not (tree.root / MAIN).is_file():
        return [f"{MAIN} is missing"]
    try:
        return [*written(tree.root), *findings(cases(tree.root, environs))]
    except BicepFault as fault:
        return [str(fault)]


def role_ids(tree: Tree, sheet: Path | None = None) -> list[str]:
    """The ids of the roles are those of Microsoft's page, as far as a copy of it has them."""
    place = sheet or tree.root / ROLES
    if not place.exists():
        raise NotHere("the copy of Microsoft's page of roles is not on this machine")
    return against_sheet(json.loads(place.read_text(encoding="utf-8"))["roles"])


def azd(tree: Tree) -> list[str]:
    """azure.yaml names the services whose tags the templates set, with the folders that are there."""
    if not (tree.root / "azure.yaml").is_file():
        return ["azure.yaml is missing"]
    import yaml

    content = yaml.safe_load(tree.text(Path("azure.yaml")))
    services = content.get("services", {})
    hosts = {name: service.get("host") for name, service in services.items()}
    wanted = {name: host for name, (host, _) in SERVICES.items()}
    found = [] if hosts == wanted else [f"azure.yaml: the services are {hosts}, not {wanted}"]
    for name, service in services.items():
        if not (tree.root / service.get("project", "")).is_dir():
            found.append(f"azure.yaml: {name} is in {service.get('project')}, which is not there")
    found += _page(tree.root, services.get("web", {}))
    found += _hooks(content.get("hooks", {}))
    if services.get("web", {}).get("language"):
        found.append("azure.yaml: with a language azd would build the page, which has no build")
    if content.get("infra", {}).get("path", "infra") != FOLDER.as_posix():
        found.append("azure.yaml: the templates are elsewhere")
    return found


def _page(root: Path, web: Mapping[str, Any]) -> list[str]:
    """The page is uploaded from where the hooks write it, and the uploader finds no other configuration there."""
    project, found = Path(web.get("project", "")), []
    if project / web.get("dist", "") != page.TARGET:
        found.append(
            f"azure.yaml: web is uploaded from another folder than {page.TARGET.as_posix()}, where hooks write it"
        )
    strays = [one.relative_to(root) for one in (root / project).rglob(CONFIG) if "node_modules" not in one.parts]
    found += [
        f"azure.yaml: the uploader would find {one.as_posix()}, which is not the page's exact one"
        for one in strays
        if one.parent != page.TARGET
    ]
    return found


def _hooks(hooks: Mapping[str, Any]) -> list[str]:
    """Each hook that there is a program for is called by its own name, on every system, and no other."""
    if set(hooks) != set(HOOKS):
        return [f"azure.yaml: the hooks are {sorted(hooks)}, and there are programs for {sorted(HOOKS)}"]
    return [
        f"azure.yaml: {name} does not call its own program on {system}"
        for name, entry in hooks.items()
        for system in ("posix", "windows")
        if not re.search(rf"dev\.py hook {name}(;|$)", str(entry.get(system, {}).get("run", "")))
    ]


def site_configuration(tree: Tree, folder: Path | None = None) -> list[str]:
    """What is rendered for each kind of deployment fits the schema, and names its hosts exactly."""
    schema = (folder or tree.root / SCHEMAS) / CONFIG
    if not schema.exists():
        raise NotHere(f"the schema of {CONFIG} is not on this machine")
    general = json.loads(tree.text(Path("static_site") / "public" / CONFIG))
    found: dict[str, None] = {}
    for case in cases(tree.root, DOORS):
        made = render(general, Door.of(case.deployment.outputs))
        found.update(dict.fromkeys([*schema_faults(CONFIG, made, schema), *_stars(made, case)]))
    return list(found)


def _stars(made: dict[str, dict[str, str]], case: Case) -> list[str]:
    policy = made["globalHeaders"]["Content-Security-Policy"]
    return [f"{CONFIG}: a star is left in its policy (with {case.name})"] if "*" in policy else []
