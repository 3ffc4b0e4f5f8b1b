"""The app as it runs in Azure: `python -m local_host` set up as hosted, among doubles that answer to Azure's own names.

It reaches Azure OpenAI, Key Vault and the storage account by name, certificates verified, with the one credential that
Azure offers, managed identity. Its storage is kept by Azurite, which the storage double stands in front of.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import trustme
from starlette.types import ASGIApp

from simulator.azure.doubles import Auth, AzureDoubles, child_environment
from simulator.azure.identity import Identity
from simulator.azure.storage import Emulator, Storage
from simulator.knobs import Knobs
from simulator.refusals import Refused
from simulator.wire.access import Access
from simulator.wire.live import LiveSessions
from simulator.wire.service import build
from tests.canary_hunt import found_in
from tests.integration.azurite import running
from tests.integration.offline_azure import bare_environment
from tests.integration.offline_resource import new_resource
from tests.integration.wire import Answer, Headers, ask
from tests.principals import principal
from tests.programs import Program

ORIGIN = "https://page.example"

AZURE = {
    "WEBSITE_INSTANCE_ID": "0123",
    "WEBSITE_SKU": "FlexConsumption",
    "WEBSITE_HOSTNAME": "voicemint.azurewebsites.net",
    "ALLOWED_ORIGINS": ORIGIN,
}
SIGN_IN = {"REQUIRE_SIGN_IN": "true", "TRUST_CLIENT_PRINCIPAL": "true"}
ANYBODY = {"ALLOW_ANONYMOUS": "true"}
RELAY = {"CALL_MODE": "relay"}

PRIVATE_IN_A_LOG = re.compile(r"ek_\w{8}|ice-pwd|v=0|Traceback")
"""A client secret, two lines of any SDP, and the one word that no request may cause."""


class Realtime:
    """The Azure OpenAI resource. It speaks WebRTC; what is said on a call does not matter here."""

    def open(self, identity: Identity, knobs: Knobs, key: str) -> ASGIApp:
        self._identity = identity
        offline = new_resource(knobs=knobs)
        self.resource = replace(offline, access=Access(key, identity.openai_verdict))
        return build(self.resource)

    def take_only(self, key: str) -> None:
        """From now on this is its key, as after a rotation."""
        self.resource.access = Access(key, self._identity.openai_verdict)

    @property
    def calls(self) -> int:
        """How many are in progress."""
        live = self.resource.live
        return sum(in_progress(live, one["call_id"]) for one in live.describe())


def in_progress(live: LiveSessions, call_id: str) -> bool:
    try:
        live.call(call_id)
    except Refused:
        return False
    return True


class Hosted:
    """One instance of the app. What it answered is kept, to be searched with its log for what callers told."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.told: list[str] = []
        self.replies: list[str] = []

    async def ask(self, method: str, path: str, headers: Headers = (), body: object = None) -> Answer:
        """A request from the page."""
        answer = await ask(self.program.url, method, path, [("origin", ORIGIN), *headers], body)
        self.told += [value for _, value in headers]
        self.replies.append(answer.text)
        return answer

    async def mint(self, headers: Headers = (), **choices: str) -> Answer:
        return await self.ask("POST", "/api/session", headers, choices)

    async def call(self, offer: str, headers: Headers = ()) -> Answer:
        return await self.ask("POST", "/api/call", headers, {"sdp": offer})

    @property
    def log(self) -> str:
        """What it has printed; complete once it has ended."""
        return "\n".join(self.program.said)


@contextmanager
def hosted(doubles: AzureDoubles, auth: Auth, *private: str, **settings: str) -> Iterator[Hosted]:
    """An instance with these settings on top of Azure's, ended with the block.

    Then its log and replies are searched for every secret of the doubles, for all that callers said in headers, and for
    `private`.
    """
    queue = queue_settings(doubles) if settings.get("CALL_MODE") == "relay" else {}
    added = {**doubles.environment(auth), **AZURE, **queue, **settings}
    app = Hosted(Program("local_host", child_environment(bare_environment(), added)))
    try:
        yield app
    finally:
        app.program.stop()
    secrets = [doubles.key, doubles.identity.header, *doubles.identity.issued(), *app.told, *private]
    seen = "\n".join([app.log, *app.replies])
    assert not found_in(seen), "a canary shows"
    shown = [number for number, secret in enumerate(secrets) if secret in seen]
    assert not shown, f"of {len(secrets)} secrets these show: {shown}"
    found = PRIVATE_IN_A_LOG.search(app.log)
    assert found is None, f"the log holds {found[0][:3]}…"


def storage_of(doubles: AzureDoubles) -> Storage:
    assert doubles.storage is not None
    return doubles.storage


def queue_settings(doubles: AzureDoubles) -> dict[str, str]:
    """The queue's connection, in the Functions host's own words."""
    return {
        "CALL_QUEUE__queueServiceUri": f"https://{storage_of(doubles).queue_host}",
        "CALL_QUEUE__credential": "managedidentity",
        "CALL_QUEUE__clientId": doubles.identity.client_id,
    }


def person(user: str, *roles: str) -> list[tuple[str, str]]:
    """The header by which the platform tells who has signed in."""
    return [("x-ms-client-principal", principal(*roles, user=user))]


def address(*entries: str) -> list[tuple[str, str]]:
    """The header by which the platform tells an address; what stands left of the last entry is the caller's word."""
    return [("x-forwarded-for", ", ".join(entries))]


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """Azurite, taking bearer tokens over TLS, as long as the block lasts. `folder` is for its certificate."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "certificate.pem")
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    oauth = ("--oauth", "basic", "--cert", str(folder / "certificate.pem"), "--key", str(folder / "key.pem"))
    with running(None, oauth, scheme="https") as azurite:
        yield Emulator(azurite.tables, azurite.queues, trust)
