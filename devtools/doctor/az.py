"""The Azure command line: what it answers as data, and what its refusals mean.

Its words for a refusal are those of documents, of people's reports and of azure-cli 2.91 before answers as they were
recorded; none came of a subscription of ours. One that is not known is told as it is, as a warning, and never taken for
good news.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import NOT_THERE, TOO_SLOW, World

AZ_MISSING = Ailment(
    "tool.az-missing",
    "fault",
    "The Azure command line (az) is not installed, so nothing of Azure can be looked at.",
    "Install it: https://learn.microsoft.com/cli/azure/install-azure-cli",
)
SIGNED_OUT = Ailment(
    "sign-in.az-out",
    "fault",
    "The Azure command line is not signed in, or its sign-in has run out.",
    "az login{tenant}",
)
NEEDS_MORE = Ailment(
    "sign-in.more-proof",
    "fault",
    "Your tenant wants more proof of who you are, such as a second factor.",
    "az login{tenant} --scope https://management.core.windows.net//.default",
)
NO_SUBSCRIPTION = Ailment(
    "sign-in.no-subscription",
    "fault",
    "Your sign-in does not see the subscription that this environment uses.",
    "az login{tenant} && az account set --subscription {subscription}",
)
FORBIDDEN = Ailment(
    "azure.forbidden",
    "warning",
    "You may not look at this part of the subscription, so the doctor cannot either.",
    "Ask an owner of the subscription for the role Reader on it.",
)
OFFLINE = Ailment(
    "azure.unreachable",
    "fault",
    "Azure's management address cannot be reached from this machine.",
    "Check the network and HTTPS_PROXY, then: az account list-locations --output none",
)
UNTRUSTED = Ailment(
    "azure.tls",
    "fault",
    "The Azure command line does not trust the certificate that it is shown: a proxy stands between it and Azure.",
    "Set REQUESTS_CA_BUNDLE to your organisation's certificate authority",
)
BUSY = Ailment(
    "azure.busy",
    "warning",
    "Azure's management address is asked too much at the moment.",
    "Wait a minute, then: {again}",
)
UNREADABLE = Ailment(
    "azure.unreadable",
    "warning",
    "The Azure command line answered something that the doctor does not understand, so this was not looked at.",
    "Run it yourself: {again}",
)

NO_SUCH_SUBSCRIPTION = r"SubscriptionNotFound|subscription of '[^']*' doesn't exist|Subscription '[^']*' not found"
_WORDS: tuple[tuple[str, Ailment], ...] = (
    (r"AADSTS5007[69]|AADSTS50158|multi-factor|interaction.required", NEEDS_MORE),
    (r"az login|AADSTS|refresh token|AuthenticationToken|No subscriptions? found|not logged in", SIGNED_OUT),
    (NO_SUCH_SUBSCRIPTION, NO_SUBSCRIPTION),
    (r"AuthorizationFailed|does not have (authorization|permission)|Forbidden|Insufficient privileges", FORBIDDEN),
    (r"Too ?Many ?Requests|throttl", BUSY),
    (r"CERTIFICATE_VERIFY_FAILED|certificate verif", UNTRUSTED),
    (r"Max retries exceeded|Failed to (establish|resolve)|ConnectionError|Connection aborted", OFFLINE),
)
_ABSENT = re.compile(
    r"ResourceNotFound|ResourceGroupNotFound|was not found|could not be found|\bNotFound\b"
    r"|must have 'Standard' SKU"  # a Static Web App on the Free plan has no backends, and az does not even look
)
_NOT_ABSENT = re.compile(NO_SUCH_SUBSCRIPTION + "|AADSTS", re.IGNORECASE)
"""An application or a tenant that "was not found" is a sign-in that failed, and says nothing of what was asked for."""


class Trouble(Exception):
    """The command line did not give what was asked."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.id)
        self.finding = finding


@dataclass(frozen=True)
class Az:
    """The command line, for one subscription and tenant if they are known."""

    world: World
    subscription: str = ""
    tenant: str = ""

    def read(self, *arguments: str, anywhere: bool = False) -> Any:
        """The answer as data; None if what is asked for is not there. Raises `Trouble` for any other refusal.

        `anywhere` leaves out the subscription, for commands that take none.
        """
        command = ["az", *arguments]
        if self.subscription and not anywhere:
            command += ["--subscription", self.subscription]
        answer = self.world.run([*command, "--output", "json", "--only-show-errors"])
        if answer.code == 0:
            try:
                return json.loads(answer.out) if answer.out.strip() else []
            except ValueError:
                raise Trouble(UNREADABLE.found(answer.out[:80], again=" ".join(command))) from None
        absent = _ABSENT.search(answer.err) and not _NOT_ABSENT.search(answer.err)
        if answer.code not in (NOT_THERE, TOO_SLOW) and absent:
            return None
        raise Trouble(self._means(answer.code, answer.err, " ".join(command)))

    def listed(self, *arguments: str) -> list[Any]:
        """As `read`, for a list; [] if there is nothing to list. Raises `Trouble`."""
        found = self.read(*arguments)
        if found is None:
            return []
        if not isinstance(found, list):
            raise Trouble(UNREADABLE.found(str(found)[:80], again=" ".join(["az", *arguments])))
        return found

    def _means(self, code: int, said: str, command: str) -> Finding:
        words = {
            "tenant": f" --tenant {self.tenant}" if self.tenant else "",
            "subscription": self.subscription or "SUBSCRIPTION",
            "again": command,
        }
        if code == NOT_THERE:
            return AZ_MISSING.found(said)
        if code == TOO_SLOW:
            return OFFLINE.found(said, **words)
        for pattern, ailment in _WORDS:
            if re.search(pattern, said, re.IGNORECASE):
                return ailment.found(said, **words)
        return UNREADABLE.found(said, **words)


def at(data: Any, *path: str) -> Any:
    """What lies at that path of nested objects, None where there is nothing."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data
