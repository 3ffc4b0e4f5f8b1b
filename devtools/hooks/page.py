"""The page that is uploaded: a copy of `static_site/public/`, made exact for the deployment.

azd packages before it provisions, when nobody knows the hosts yet; but for a Static Web App "packaging" only remembers
the folder, and what lies in it at the deployment is uploaded (read in azd's source, service_target_staticwebapp.go). So
the folder is there from packaging on, and `predeploy` writes it anew with the hosts. Nothing is deployed without that:
where outputs are missing, `predeploy` fails.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from devtools.infra.site_config import Door, write_site

PUBLIC = Path("static_site") / "public"
TARGET = Path("static_site") / "dist" / "page"
"""`dist` of azure.yaml, in a `project` that holds nothing else. git does not see it.

The uploader (`swa deploy`) takes the last staticwebapp.config.json that it finds in all of `project`: beside public/
that would be the one that is not exact (read in its source, user-config.ts of 2.0.10).
"""

NEEDED = ("FRONT_DOOR", "CALL_MODE", "WHO_MAY_CALL", "AZURE_OPENAI_ENDPOINT", "SERVICE_API_URI")


def missing(environ: Mapping[str, str]) -> list[str]:
    """The outputs that an exact page lacks."""
    return [name for name in NEEDED if not environ.get(name)]


def write_exact(root: Path, environ: Mapping[str, str]) -> Door:
    """Write the exact page. Raises `KeyError` if an output is missing."""
    door = Door.of({"ALLOWED_ROLES": "", **{name: environ[name] for name in NEEDED}, **_roles(environ)})
    write_site(root / PUBLIC, root / TARGET, door)
    return door


def write_general(root: Path) -> None:
    """Write the page as it is, so that there is a folder to package."""
    target = root / TARGET
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(root / PUBLIC, target)


def _roles(environ: Mapping[str, str]) -> dict[str, str]:
    return {"ALLOWED_ROLES": environ["ALLOWED_ROLES"]} if environ.get("ALLOWED_ROLES") else {}
