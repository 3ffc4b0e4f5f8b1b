"""A linked deployment on this machine: the page at Microsoft's emulator of Static Web Apps, the function behind `/api`.

What azd's environment would deploy is asked of the model in `devtools/bicep/`. The function starts with those settings,
and `write_site` makes the page's folder from those outputs, as the hook does. Only what leads to Azure is replaced: the
offline service stands for the resource, the local host for the Functions host, the emulator for the edge.

The emulator differs from the platform where it matters here. Whoever lacks a role is answered 401, not 403; a principal
that a stranger wrote is passed on where no role is asked for; nothing is added to `x-forwarded-for`; the page's Host is
passed on, so the function would take its origin for its own, listed or not; error pages carry no configured headers.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from devtools.console import Problem
from devtools.infra.cases import cases
from devtools.infra.site_config import CONFIG, Door, write_site
from devtools.processes import Children
from tests.e2e.offline import Offline
from tests.programs import ROOT
from voicemint.setting_list import BY_NAME

PACKAGES = ROOT / "tests" / "e2e" / "static_web_apps_cli" / "node_modules"
SERVER = PACKAGES / "@azure" / "static-web-apps-cli" / "dist" / "msha" / "server.js"
"""What `swa start` starts."""
JQUERY = PACKAGES / "jquery" / "dist" / "jquery.min.js"
STARTED = "Azure Static Web Apps emulator started at"
START_SECONDS = 60

LEADS_TO_AZURE = {
    "AZURE_OPENAI_ENDPOINT",
    "AZURE_OPENAI_AUTH",
    "AZURE_OPENAI_DEPLOYMENT",
    "AZURE_CLIENT_ID",
    "TABLES_ENDPOINT",
    "CALL_QUEUE__queueServiceUri",
}
ELSEWHERE = re.compile(r"^https?://(?!127\.0\.0\.1[:/])")


class Edge:
    """The emulator, serving the folder `site` and handing `/api` to `function`. `swa start` sets the same variables."""

    def __init__(self, site: Path, function: str, port: int) -> None:
        node = shutil.which("node")
        if node is None or not SERVER.is_file():
            pytest.skip("needs Microsoft's Static Web Apps CLI: run `dev.py test`, or `npm ci` beside its package.json")
        self.url = f"http://127.0.0.1:{port}"
        self.said: list[str] = []
        self._settled = threading.Event()
        self._started = False
        self._children = Children(show=self._hear)
        environment = {
            # Nothing else of this shell's: a proxy's variable would send the emulator's own requests to that proxy.
            **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ},
            "SWA_RUNTIME_CONFIG_LOCATION": str(site),
            "SWA_CLI_APP_LOCATION": str(site),
            "SWA_CLI_OUTPUT_LOCATION": str(site),
            "SWA_CLI_API_LOCATION": function,
            "SWA_CLI_HOST": "127.0.0.1",
            "SWA_CLI_PORT": str(port),
            "SWA_CLI_APP_SSL": "false",
            "SWA_CLI_OPEN_BROWSER": "false",
            "SWA_CLI_DEBUG": "log",
        }
        self._children.start("edge", [node, str(SERVER)], environment, site)
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        if not self._settled.wait(START_SECONDS) or not self._started:
            self.stop()
            raise RuntimeError("the emulator did not start:\n" + "\n".join(self.said[-10:]))

    def stop(self) -> None:
        self._children.end_all()
        self._listening.join()

    def _hear(self, _: str, line: str) -> None:
        self.said.append(line)
        if line.startswith(STARTED):
            self._started = True
            self._settled.set()

    def _listen(self) -> None:
        try:
            self._children.run()
        except Problem as problem:
            self.said.append(str(problem))
            self._settled.set()


@dataclass(frozen=True)
class Site:
    """A deployment that runs. `config` is what its edge was given."""

    url: str
    config: dict[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        """What comes with every file, by names in lower case."""
        return {name.lower(): value for name, value in self.config["globalHeaders"].items()}


@contextmanager
def linked(offline: Offline, folder: Path, *, any_role_at_the_edge: bool = False, **environ: str) -> Iterator[Site]:
    """What `azd up` makes of these variables of its environment, ended with the block.

    With `any_role_at_the_edge` only the function looks at roles, so that its refusal can be seen.
    """
    (case,) = cases(ROOT, [{"VOICEMINT_MONITORING": "off", **environ}])
    outputs = {name: str(value) for name, value in case.deployment.outputs.items()}
    port = _free_port()
    given = {name: value for name, value in case.app_settings().items() if name in BY_NAME.keys() - LEADS_TO_AZURE}
    function = offline.another_host(**{**given, "ALLOWED_ORIGINS": f"http://127.0.0.1:{port}"})
    door = Door.of({**outputs, "AZURE_OPENAI_ENDPOINT": offline.service, "SERVICE_API_URI": function.url})
    if any_role_at_the_edge:
        door = replace(door, roles=())
    site = folder / "site"
    write_site(ROOT / "static_site" / "public", site, door)
    edge = Edge(site, function.url, port)
    try:
        yield Site(edge.url, json.loads((site / CONFIG).read_text("utf-8")))
    finally:
        edge.stop()


def sign_in(page: Page, provider: str, *roles: str) -> None:
    """As a person would, from the page's link on. The emulator's form takes the place of the provider's."""
    # Only while the form is open: with a route set, Playwright answers preflights itself.
    page.route(ELSEWHERE, _library)
    page.get_by_role("link", name=f"Sign in with {provider}").click()
    page.get_by_label("Username").press_sequentially("somebody")
    if roles:
        page.get_by_label("User's roles").press("Control+End")
        page.get_by_label("User's roles").press_sequentially("".join(f"\n{role}" for role in roles))
    page.get_by_role("button", name="Login").click()
    expect(page).to_have_title("Voicemint: talk to it")
    page.unroute(ELSEWHERE, _library)


def _library(route: Route) -> None:
    """The form asks Microsoft's delivery network for jQuery, looks and pictures. It works with the first alone."""
    anybody = {"Access-Control-Allow-Origin": "*"}
    if "/jquery-" in route.request.url:
        route.fulfill(path=JQUERY, headers=anybody)
    else:
        route.fulfill(body="", headers=anybody)


def _free_port() -> int:
    """The emulator has to be told its port, and the function the origin, before either starts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
