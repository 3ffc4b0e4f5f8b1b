"""Key Vault, managed identity, Azure OpenAI and a storage account on this machine, over TLS and under their real names.

`start` runs them (storage only before an emulator that somebody else runs) and tells which environment a child process
needs to use them unmodified, certificate verification on. `python -m simulator.azure.doubles COMMAND …` runs a command
in that environment, without storage, with its exit code.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from starlette.types import ASGIApp

from simulator.azure.certificates import Certificates
from simulator.azure.identity import APP_SERVICE_PATH, Identity
from simulator.azure.key_vault import KeyVault
from simulator.azure.storage import Emulator, Storage
from simulator.azure.tls_server import TlsServer, serving
from simulator.clock import Clock, RealClock
from simulator.knobs import Knobs

NAME_SHIM = Path(__file__).parent / "name_shim"
VAULT_NAME = "voicemint-double"
RESOURCE_NAME = "voicemint-double"
ACCOUNT_NAME = "voicemintdouble"
SECRET_NAME = "azure-openai-key"  # noqa: S105 - the name of the secret, not the secret

Auth = Literal["entra", "key_vault"]


@dataclass
class AzureDoubles:
    """The running doubles. `key` is the key of the Azure OpenAI resource, which the vault holds at the start.

    `storage` is there if there is an emulator for it.
    """

    identity: Identity
    vault: KeyVault
    knobs: Knobs
    key: str
    certificates: Certificates
    identity_server: TlsServer
    vault_server: TlsServer
    openai_server: TlsServer
    storage: Storage | None = None
    storage_server: TlsServer | None = None

    @property
    def openai_host(self) -> str:
        return f"{RESOURCE_NAME}.openai.azure.com"

    def environment(self, auth: Auth, *, imds: bool = False) -> dict[str, str]:
        """What a child process needs on top of its own environment, as App Service and the settings would give it.

        `imds`: the identity endpoint of a virtual machine instead of App Service's.
        """
        names = {self.vault.host: self.vault_server.port, self.openai_host: self.openai_server.port}
        tables = {}
        if self.storage is not None and self.storage_server is not None:
            names |= dict.fromkeys((self.storage.table_host, self.storage.queue_host), self.storage_server.port)
            tables = {"TABLES_ENDPOINT": f"https://{self.storage.table_host}"}
        base = f"https://localhost:{self.identity_server.port}"
        if imds:
            identity = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": base}
        else:
            identity = {"IDENTITY_ENDPOINT": base + APP_SERVICE_PATH, "IDENTITY_HEADER": self.identity.header}
        vault = {"KEY_VAULT_URL": f"https://{self.vault.host}", "KEY_VAULT_SECRET_NAME": SECRET_NAME}
        return {
            "AZURE_DOUBLES": json.dumps(names),
            "PYTHONPATH": str(NAME_SHIM),
            "REQUESTS_CA_BUNDLE": str(self.certificates.bundle),
            "SSL_CERT_FILE": str(self.certificates.bundle),
            "NO_PROXY": "*",
            **identity,
            "AZURE_CLIENT_ID": self.identity.client_id,
            "AZURE_OPENAI_AUTH": auth,
            "AZURE_OPENAI_ENDPOINT": f"https://{self.openai_host}",
            "AZURE_OPENAI_DEPLOYMENT": "gpt-realtime",
            **(vault if auth == "key_vault" else {}),
            **tables,
        }


@contextmanager
def start(
    openai: Callable[[Identity, Knobs, str], ASGIApp],
    *,
    knobs: Knobs | None = None,
    clock: Clock | None = None,
    emulator: Emulator | None = None,
) -> Iterator[AzureDoubles]:
    """Run the doubles while the block lasts. `openai` makes the realtime service from identity, knobs and its key.

    With an `emulator` there is a storage account, too, which is kept there.
    """
    knobs, clock = knobs or Knobs(), clock or RealClock()
    identity = Identity(clock, knobs)
    vault = KeyVault(VAULT_NAME, identity, clock, knobs)
    key = secrets.token_hex(42)
    vault.set(SECRET_NAME, key)
    with tempfile.TemporaryDirectory(prefix="azure-doubles-") as directory:
        certificates = Certificates(Path(directory))
        doubles = AzureDoubles(
            identity,
            vault,
            knobs,
            key,
            certificates,
            identity_server=TlsServer(identity.app(), certificates.server_context("localhost", "127.0.0.1")),
            vault_server=TlsServer(vault.app(), certificates.server_context(vault.host)),
            openai_server=TlsServer(
                openai(identity, knobs, key), certificates.server_context(f"{RESOURCE_NAME}.openai.azure.com")
            ),
        )
        servers = [doubles.identity_server, doubles.vault_server, doubles.openai_server]
        if emulator is not None:
            doubles.storage = Storage(ACCOUNT_NAME, identity, clock, emulator)
            names = (doubles.storage.table_host, doubles.storage.queue_host)
            doubles.storage_server = TlsServer(doubles.storage.app(), certificates.server_context(*names))
            servers.append(doubles.storage_server)
        with serving(servers):
            yield doubles


def child_environment(own: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """`own` with `added`; the module paths of both are kept, and no proxy of `own` is."""
    paths = [path for path in (added.get("PYTHONPATH"), own.get("PYTHONPATH")) if path]
    kept = {name: value for name, value in own.items() if not name.lower().endswith("_proxy")}
    return {**kept, **added, "PYTHONPATH": os.pathsep.join(paths)}


def realtime(identity: Identity, knobs: Knobs, key: str) -> ASGIApp:
    """The whole offline realtime service, voice included, taking `key` and the tokens of `identity`."""
    from simulator.assembly import build
    from simulator.command_line import parse
    from simulator.wire.access import Access
    from simulator.wire.service import build as build_service

    resource, table = build(parse([]), {"SIMULATOR_API_KEY": key})
    print(table, flush=True)
    parts = replace(resource.parts, knobs=knobs)
    return build_service(replace(resource, parts=parts, access=Access(key, identity.openai_verdict)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command among the doubles; its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.azure.doubles", description="Run a command with offline Azure under its real names."
    )
    parser.add_argument("--auth", choices=("entra", "key_vault"), default="key_vault", help="AZURE_OPENAI_AUTH")
    parser.add_argument("--imds", action="store_true", help="the identity of a virtual machine, not of App Service")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run, as in: python -m local_host")
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("say what to run, as in: python -m local_host")
    logging.basicConfig(level=logging.WARNING)
    with start(realtime) as doubles:
        environment = child_environment(os.environ, doubles.environment(options.auth, imds=options.imds))
        return _run(command, environment)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end. Ctrl-C reaches it by itself; a request to terminate is passed on."""
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as fault:
        print(f"Cannot run {command[0]}: {fault.strerror}.", file=sys.stderr)
        return 127
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())
