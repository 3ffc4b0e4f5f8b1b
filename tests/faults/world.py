"""Everything around the product that can fail, on this machine: the doubles over TLS, and Microsoft's storage emulator.

It is made once for all rows; `mend` puts it back in order between two of them.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline.transport import RequestsTransport
from azure.data.tables import TableServiceClient
from starlette.types import ASGIApp

from simulator import faults
from simulator.azure.certificates import Certificates
from simulator.azure.doubles import SECRET_NAME, AzureDoubles, start
from simulator.azure.identity import OPENAI_USER, SECRETS_USER, Identity
from simulator.azure.tls_server import TlsServer, serving
from simulator.knobs import Knobs
from simulator.wire.access import Access
from simulator.wire.resource import Resource
from simulator.wire.service import build
from tests.canaries import CANARY_KEY
from tests.faults.names import Names
from tests.faults.pace import HELD_SECONDS, HoldingClock
from tests.integration import azurite
from tests.integration.offline_azure import bare_environment
from tests.integration.offline_resource import DEPLOYED, new_resource
from voicemint.azure.emulator import EMULATOR_ACCOUNT, EMULATOR_KEY
from voicemint.limits.table_ledgers import TABLE_NAME
from voicemint.telemetry import quieten_libraries

LONGEST_PAUSE_SECONDS = 3.0
"""Of Microsoft's SDKs between two attempts: somebody waits, and a thread is taken."""


@dataclass
class World:
    """`resource` is Azure OpenAI's inside; `stranger` is the port of a server whose certificates nobody trusts,
    `closed` one on which nobody listens, `offer` a browser's SDP."""

    doubles: AzureDoubles
    resource: Resource
    clock: HoldingClock
    names: Names
    storage: azurite.Azurite
    stranger: int
    closed: int
    offer: str

    @property
    def ports(self) -> dict[str, int]:
        doubles = self.doubles
        return {
            "openai": doubles.openai_server.port,
            "vault": doubles.vault_server.port,
            "identity": doubles.identity_server.port,
        }

    @property
    def hosts(self) -> dict[str, str]:
        return {"openai": self.doubles.openai_host, "vault": self.doubles.vault.host, "identity": "localhost"}

    def take_only(self, key: str) -> None:
        """Azure OpenAI takes this key from now on, and the tokens as before."""
        self.resource.access = Access(key, self.doubles.identity.openai_verdict)

    def store(self, key: str) -> None:
        """The vault has this key and no earlier one."""
        self.doubles.vault._secrets.pop(SECRET_NAME, None)
        self.doubles.vault.set(SECRET_NAME, key)

    def forget(self) -> None:
        """Nobody has ever called."""
        credential = AzureNamedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY)
        with TableServiceClient(self.storage.tables, credential=credential) as service:
            service.delete_table(TABLE_NAME)

    def mend(self) -> None:
        """All is well again."""
        self.doubles.knobs.faults = []
        self.doubles.identity.roles = {OPENAI_USER, SECRETS_USER}
        self.doubles.identity.client_id = os.environ["AZURE_CLIENT_ID"]
        self.take_only(CANARY_KEY)
        self.store(CANARY_KEY)
        self.names.restore()
        self.clock.on_held = lambda: None
        self.clock.release()


@contextmanager
def running() -> Iterator[World]:
    """The world, with this process's environment and name look-up turned to it. Skips where there is no emulator."""
    clock, made = HoldingClock(), list[Resource]()

    def openai(identity: Identity, knobs: Knobs, key: str) -> ASGIApp:
        resource = new_resource(clock=clock, knobs=knobs)
        made.append(replace(resource, access=Access(key, identity.openai_verdict), deployments=DEPLOYED))
        return cast(ASGIApp, build(made[0]))

    with (
        azurite.running() as storage,
        start(openai, clock=clock) as doubles,
        tempfile.TemporaryDirectory() as directory,
        socket.socket() as closed,
        pytest.MonkeyPatch.context() as patch,
        _quiet_libraries(),
    ):
        closed.bind(("127.0.0.1", 0))
        stranger = TlsServer(
            doubles.identity.app(),
            Certificates(Path(directory)).server_context("localhost", doubles.openai_host, doubles.vault.host),
        )
        with serving([stranger]):
            names = Names(
                {doubles.openai_host: doubles.openai_server.port, doubles.vault.host: doubles.vault_server.port}
            )
            _turn_to(doubles, patch)
            names.install(patch)
            patch.setattr(faults, "SLOW_SECONDS", HELD_SECONDS)
            patch.setattr(RequestsTransport, "sleep", _pause_of_the_sdk)
            world = World(
                doubles, made[0], clock, names, storage, stranger.port, closed.getsockname()[1], asyncio.run(_offer())
            )
            world.mend()
            try:
                yield world
            finally:
                world.mend()
                gc.collect()  # a dropped client of the SDKs keeps its connection, for which a closing server waits


def _turn_to(doubles: AzureDoubles, patch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - bare_environment().keys():
        patch.delenv(name)
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        patch.delenv(name)
    for name, value in doubles.environment("key_vault").items():
        if name not in ("AZURE_DOUBLES", "PYTHONPATH"):
            patch.setenv(name, value)


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """As the app has them when it is built from an environment; afterwards they may speak again."""
    levels = {name: logging.getLogger(name).level for name in ("azure", "httpx", "httpcore", "msal", "urllib3")}
    quieten_libraries()
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def _pause_of_the_sdk(transport: RequestsTransport, seconds: float) -> None:
    """No time passes; but a pause that the other side could make any length would be a fault of ours."""
    assert seconds <= LONGEST_PAUSE_SECONDS, "an SDK waits for as long as it is told to"


async def _offer() -> str:
    """What a browser would offer."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTransceiver("audio", direction="sendrecv")
    connection.createDataChannel("oai-events")
    await connection.setLocalDescription(await connection.createOffer())
    offer: str = connection.localDescription.sdp
    await connection.close()
    return offer
