"""A machine with `az` and `azd` that answer what a test says, before an Azure that does; our commands run in it.

The programs are small scripts, first on the PATH. Azure's hosts are one proxy on this machine that ends their TLS with
a certificate that the commands are told to trust: so they ask for `https://....openai.azure.com` as
anywhere, and nothing leaves this machine. The far end of a call is two ports of it.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

from devtools import ROOT
from tests.integration.azure_doubles import answers
from tests.integration.azure_doubles.answers import FAR_END, Page, Said
from tests.integration.far_end import FarEnd, Manner

PROGRAM = """#!{python} -IS
import json, sys
plan = json.load(open({plan!r}))
asked = " ".join([{name!r}, *sys.argv[1:]])
open({log!r}, "a").write(asked + "\\n")
fitting = [one for one in plan if asked == one or asked.startswith(one + " ")]
if not fitting:
    sys.stderr.write("ERROR: the double was not told what to answer to: " + asked + "\\n")
    sys.exit(3)
said = plan[max(fitting, key=len)]
sys.stdout.write(said["out"])
sys.stderr.write(said["err"])
sys.exit(said["code"])
"""
NAMES = ("az", "azd", "node", "npx", "func")
HOSTS = ("*.azurestaticapps.net", "*.5.azurestaticapps.net", "*.azurewebsites.net", "*.openai.azure.com")
LIMIT_SECONDS = 60
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()


@dataclass
class Scene:
    """What the programs and the addresses answer; an absent program is not installed. Changeable until `run`."""

    programs: dict[str, Said] = field(default_factory=answers.programs)
    addresses: dict[str, Page] = field(default_factory=answers.addresses)
    environ: dict[str, str] = field(default_factory=dict)
    root: Path = ROOT
    now: float = NOW
    skew: float = 0.0
    """Seconds by which Azure's clock is ahead of this machine's."""
    udp: Manner = "answers"
    tcp: Manner = "answers"
    """How the far end of a call answers. Where it does not, the commands listen for a moment only."""

    def outputs(self, **changed: str) -> None:
        """Change what azd's environment holds."""
        self.programs["azd env get-values"] = answers.data({**answers.OUTPUTS, **changed})

    def without(self, name: str) -> None:
        """Take a program off the machine."""
        self.programs = {one: said for one, said in self.programs.items() if one.partition(" ")[0] != name}

    def page(self, address: str, page: Page) -> None:
        assert address in self.addresses, f"nobody asks for {address}"
        self.addresses[address] = page


@dataclass
class Ran:
    """How a command ended, what it said, which programs it ran and which addresses it asked."""

    code: int
    said: str
    commands: list[str]
    asked: list[str]

    def ids(self) -> dict[str, dict[str, str]]:
        """The doctor's findings by id, all scopes together."""
        scopes: dict[str, list[dict[str, str]]] = json.loads(self.said)["scopes"]
        return {one["id"]: one for findings in scopes.values() for one in findings}


def run(scene: Scene, folder: Path, *arguments: str) -> Ran:
    """`python dev.py ARGUMENTS` in that scene. Fails the test if a token shows."""
    path = _programs(scene.programs, folder)
    with FarEnd(scene.udp, scene.tcp) as far, _azure(scene, folder, far.answer()) as (port, asked):
        environ = {
            "PATH": str(path),
            "HOME": str(folder),
            "HTTPS_PROXY": f"http://127.0.0.1:{port}",
            "SSL_CERT_FILE": str(folder / "authority.pem"),
            "VOICEMINT_TEST_NOW": str(scene.now),
            "VOICEMINT_TEST_PATIENCE": " ".join("30" if one == "answers" else "0.3" for one in (scene.udp, scene.tcp)),
            **scene.environ,
        }
        command = [sys.executable, "-m", "tests.integration.azure_doubles.command", str(scene.root), *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", timeout=LIMIT_SECONDS, check=False
        )
    said = done.stdout + done.stderr
    for secret in (answers.TOKEN, "canary"):
        assert secret not in said, "the command printed a credential"
    log = folder / "commands.txt"
    return Ran(done.returncode, said, log.read_text().splitlines() if log.exists() else [], asked)


def _programs(programs: Mapping[str, Said], folder: Path) -> Path:
    path = folder / "bin"
    path.mkdir()
    plan, log = folder / "plan.json", folder / "commands.txt"
    plan.write_text(json.dumps({asked: vars(said) for asked, said in programs.items()}))
    for name in NAMES:
        if any(asked.partition(" ")[0] == name for asked in programs):
            program = path / name
            program.write_text(PROGRAM.format(python=sys.executable, plan=str(plan), name=name, log=str(log)))
            program.chmod(0o755)
    return path


@contextmanager
def _azure(scene: Scene, folder: Path, answer: str) -> Iterator[tuple[int, list[str]]]:
    """All of Azure's hosts behind one proxy; its port, and what was asked, filled as it is. `answer` is to an offer."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        host = ""

        def do_CONNECT(self) -> None:
            self.host = self.path.partition(":")[0]
            self.send_response(200)
            self.end_headers()
            self.connection: socket.socket = context.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
            self.close_connection = False

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self.rfile.read(length)
            address = f"{self.command} https://{self.host}{self.path}"
            asked.append(address)
            if "authorization" in self.headers and not self.host.endswith(".openai.azure.com"):
                asked.append("A TOKEN WENT TO " + address)
            page = scene.addresses.get(address, Page(404, ""))
            self.send_response(page.status)
            content = answer.encode() if page.body == FAR_END else page.content()
            for name, value in {"content-length": str(len(content)), "connection": "close", **page.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = True

        def finish(self) -> None:
            super().finish()
            self.connection.close()  # the server itself knows only the bare one below it

        do_GET = do_POST = do_OPTIONS = _answer  # noqa: N815

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(scene.now + scene.skew, usegmt=True)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        assert not [one for one in asked if one.startswith("A TOKEN")], asked


def posix() -> bool:
    """The programs are scripts that a POSIX system starts by their first line."""
    return os.name == "posix"


def folders(root: Path, names: Sequence[str]) -> None:
    """Links to the project's own folders, for a command that writes beside them."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(ROOT / name)
