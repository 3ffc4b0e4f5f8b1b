"""Whether this network lets voice through to Azure: one call that nobody speaks in, and a knock at its door.

The call is opened as a browser opens it, with a secret that was just minted. Its answer names where the voice is to go.
There the doctor makes the check that a browser makes first, over UDP, then over TCP, and hangs up, whatever came of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from devtools.doctor import mint, sdp, stun
from devtools.doctor.credential import Header
from devtools.doctor.exchange import Letter, Transport
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import Reply, Request, World
from voicemint.masking import Secret

SECONDS = 4.0
"""For each transport. A network that answers takes a fraction of one; over UDP the question is repeated three times."""

HANG_UPS = 3
PAUSE_SECONDS = 1.0

UNTESTED = Ailment(
    "network.untested",
    "note",
    "Whether this network lets voice through (UDP and TCP, port 3478) was not tried.",
    "Open {site}/check.html on the network that people call from",
)
UDP_BLOCKED = Ailment(
    "network.udp-blocked",
    "warning",
    "This network lets no UDP through to Azure (port {port}), so calls go over TCP, with gaps when it is busy.",
    "Let UDP port {port} out to the service tag AzureCloud.{region}; {page} has a sheet for the IT department",
)
CALLS_BLOCKED = Ailment(
    "network.calls-blocked",
    "fault",
    "This network lets web requests through to Azure but no calls (port {port}), neither by UDP nor by TCP.",
    "Let UDP and TCP port {port} out to the service tag AzureCloud.{region}; {page} has a sheet for the IT department",
)
ODD_ANSWER = Ailment(
    "network.odd-answer",
    "warning",
    "What answers at the address of a call (port {port}) is not the other end of it, or refuses the check.",
    "Ask whoever runs your network whether it redirects port {port}; {page} makes a whole call",
)
OFFER_REFUSED = Ailment(
    "network.offer-refused",
    "warning",
    "Azure OpenAI gave a secret for a call and then refused the offer of one, so the network was not tried.",
    "Open {page}, which makes a whole call; if that is refused too, report it with what was seen",
)
NO_ANSWER = Ailment(
    "network.no-answer",
    "warning",
    "The offer of a call got no answer that says where its voice goes, so the network was not tried.",
    "Try again; if it stays, let https://{host} through unchanged, and open {page}",
)
LEFT_OPEN = Ailment(
    "network.call-left-open",
    "warning",
    "The call by which the network was tried could not be hung up; nobody is in it.",
    "Run it again; if it stays, relay mode could not hang up either, so report it with what was seen",
)

_CALL_ID = re.compile(r"rtc_[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True)
class Ticket:
    """What opens a call and ends it: the resource, a fresh client secret, and the credential that minted it."""

    base: str
    secret: Secret
    header: Header


def look(world: World, ticket: Ticket, *, region: str, page: str, seconds: float = SECONDS) -> list[Finding]:
    """Open a call, try the ways to it, hang up. `page` is what to open in a browser, `region` where Azure is."""
    words = {"region": region or "REGION", "page": page, "host": ticket.base.partition("://")[2]}
    offer = sdp.offer(world.random_bytes)
    headers = {"authorization": f"Bearer {ticket.secret.reveal()}", "content-type": "application/sdp", "accept": "*/*"}
    reply = world.ask(Request("POST", f"{ticket.base}/openai/v1/realtime/calls", headers, offer.text.encode()))
    try:
        found = _judge(world, reply, offer, words, seconds)
    finally:
        left_open = _hang_up(world, ticket, reply)
    return found + left_open


def _judge(world: World, reply: Reply, offer: sdp.Offer, words: dict[str, str], seconds: float) -> list[Finding]:
    if reply.failure:
        return [NO_ANSWER.found(reply.failure, **words)]
    if reply.status not in (200, 201):
        return [OFFER_REFUSED.found(mint.seen(reply), **words)]
    answer = sdp.read(reply.body)
    if answer is None:
        return [NO_ANSWER.found(f"{mint.seen(reply)}, {len(reply.body)} bytes that are no SDP", **words)]
    if not (answer.ufrag and answer.password and answer.candidates):
        return [NO_ANSWER.found("an SDP without a password or an address for ICE", **words)]
    return _try(world, offer, answer, words, seconds)


def _try(world: World, offer: sdp.Offer, answer: sdp.Answer, words: dict[str, str], seconds: float) -> list[Finding]:
    udp = _knock(world, offer, answer, "udp", seconds)
    if udp.reached:
        return []
    tcp = _knock(world, offer, answer, "tcp", seconds)
    if tcp.reached:  # where nothing but TCP is offered, it is not the network that is in the way of UDP
        return [UDP_BLOCKED.found(udp.told("; one over TCP"), **words, port=udp.ports)] if udp.asked else []
    both = _Knock([*udp.asked, *tcp.asked], odd=[*udp.odd, *tcp.odd])
    return [(ODD_ANSWER if both.odd else CALLS_BLOCKED).found(both.told(), **words, port=both.ports)]


@dataclass
class _Knock:
    """Who was asked, whether the other end of the call answered, and what was heard instead."""

    asked: list[sdp.Candidate]
    reached: bool = False
    odd: list[str] = field(default_factory=list)

    @property
    def ports(self) -> str:
        return " and ".join(dict.fromkeys(str(one.port) for one in self.asked))

    def told(self, more: str = "") -> str:
        """For a finding: of the answer its addresses, and no more."""
        others = "; but: " + ", ".join(dict.fromkeys(self.odd)) if self.odd else ""
        return f"no answer of the call from {', '.join(map(str, self.asked))}{others}{more}"


def _knock(world: World, offer: sdp.Offer, answer: sdp.Answer, transport: Transport, seconds: float) -> _Knock:
    """At every address of that transport at once."""
    knock = _Knock([one for one in answer.candidates if one.transport == transport])

    def heard(letter: Letter, message: bytes) -> bool:
        said = stun.read(message, letter.content, answer.password)
        if said is None:  # such as a check of the other side's own
            return False
        what = f"error {said.error}" if said.error else "an answer that is not signed"
        if not said.is_the_peer and what not in knock.odd:
            knock.odd.append(what)
        knock.reached = knock.reached or said.is_the_peer
        return knock.reached

    if knock.asked:
        world.exchange([_letter(world, offer, answer, one) for one in knock.asked], seconds, heard)
    return knock


def _letter(world: World, offer: sdp.Offer, answer: sdp.Answer, candidate: sdp.Candidate) -> Letter:
    check = stun.request(
        world.random_bytes(stun.TRANSACTION_BYTES),
        username=f"{answer.ufrag}:{offer.ufrag}",
        password=answer.password,
        tie_breaker=world.random_bytes(stun.TIE_BREAKER_BYTES),
    )
    return Letter(candidate.transport, candidate.host, candidate.port, check)


def _hang_up(world: World, ticket: Ticket, reply: Reply) -> list[Finding]:
    """End the call if there is one. A call that was just made may not be known yet: so even 404 is asked again."""
    call = reply.headers.get("location", "").rpartition("/")[2]
    if not _CALL_ID.fullmatch(call):
        opened = reply.status in (200, 201) and sdp.read(reply.body) is not None
        return [LEFT_OPEN.found("the answer does not name the call")] if opened else []
    url = f"{ticket.base}/openai/v1/realtime/calls/{call}/hangup"
    for left in reversed(range(HANG_UPS)):
        ended = world.ask(Request("POST", url, ticket.header.as_headers()))
        if ended.status in (200, 202, 204) or (ended.status == 404 and not left):
            return []
        if left:
            world.wait(PAUSE_SECONDS)
    return [LEFT_OPEN.found(ended.failure or mint.seen(ended))]
