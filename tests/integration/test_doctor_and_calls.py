"""The doctor's look at the network before the offline service, whose end of a call is aiortc's own ICE agent.

That agent knows UDP only. For other networks the answer is made to lead to ports of the test, under the call's own
password: to one that takes packets and says nothing, and to one of TCP.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest

from devtools.doctor import mint, route
from devtools.doctor.credential import Header
from devtools.doctor.exchange import Heard, Letter, exchange
from devtools.doctor.findings import Finding
from devtools.doctor.route import Ticket
from devtools.doctor.world import Reply, Request, ask_http, this_machine
from simulator.knobs import Fault
from simulator.wire.resource import Resource
from tests.integration.far_end import FarEnd, Manner
from tests.integration.offline_resource import KEY, LoudIsSpeech, new_resource
from tests.integration.serving import serving
from voicemint.masking import Secret

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 30.0
"""For whoever answers: nobody has to be quick."""
SILENCE_SECONDS = 0.2
"""For whoever does not."""


@dataclass
class Rig:
    """A service on a port. `seen` is how many calls it had each time that somebody was asked."""

    base: str
    resource: Resource
    seen: list[int] = field(default_factory=list)

    async def look(self, udp: Manner | None = None, tcp: Manner = "silent") -> list[str]:
        """The ids of what the doctor finds, in another thread; told nothing, it asks the service itself."""
        found = await asyncio.to_thread(self._look, udp, tcp)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.resource.live.empty.wait()
        return [one.id for one in found]

    def _look(self, udp: Manner | None, tcp: Manner) -> list[Finding]:
        header = Header("api-key", Secret(KEY))
        secret = mint.secret_in(mint.mint(ask_http, self.base, "gpt-realtime", header))
        assert secret is not None
        answers = {"udp": udp in (None, "answers"), "tcp": tcp == "answers"}

        def listen(letters: Sequence[Letter], _: float, heard: Heard) -> None:
            self.seen.append(len(self.resource.live.describe()))
            exchange(letters, PATIENCE_SECONDS if answers[letters[0].transport] else SILENCE_SECONDS, heard)

        with ExitStack() as ports:

            def ask(request: Request) -> Reply:
                reply = ask_http(request)
                if udp is None or not request.url.endswith("/calls"):
                    return reply
                ufrag, password = (re.findall(rf"a=ice-{name}:(\S+)", reply.text)[0] for name in ("ufrag", "pwd"))
                far = ports.enter_context(FarEnd(udp, tcp, ufrag=ufrag, password=password))
                return replace(reply, body=far.answer().encode())

            world = replace(this_machine(), ask=ask, exchange=listen, wait=lambda _: None)
            return route.look(world, Ticket(self.base, secret, header), region="", page="")


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    resource = new_resource()
    async with serving(resource) as address:
        yield Rig(f"http://{address}", resource)
        assert resource.live.describe() == []
    assert LoudIsSpeech.in_use == 0


async def test_another_s_ice_agent_answers_and_the_call_is_gone(rig: Rig) -> None:
    assert await rig.look() == []
    assert rig.seen == [1], "UDP was enough, and the call was open meanwhile"


async def test_udp_that_is_swallowed_is_told_where_tcp_gets_through(rig: Rig) -> None:
    assert await rig.look("silent", "answers") == ["network.udp-blocked"]
    assert rig.seen == [1, 1]


@pytest.mark.parametrize("tcp", ["silent", "closed"])
async def test_a_network_that_lets_no_call_through_is_a_fault(rig: Rig, tcp: Manner) -> None:
    assert await rig.look("silent", tcp) == ["network.calls-blocked"]
    assert rig.seen == [1, 1]


async def test_an_offer_that_is_refused_is_told_apart_from_a_network(rig: Rig) -> None:
    rig.resource.knobs.faults = [Fault("calls", "throttled")]
    assert await rig.look() == ["network.offer-refused"]
    rig.resource.knobs.faults = [Fault("calls", "malformed")]
    assert await rig.look() == ["network.no-answer"]
    assert rig.seen == []


async def test_a_hang_up_that_fails_is_tried_again(rig: Rig) -> None:
    rig.resource.knobs.faults = [Fault("hangup", "500", times=2)]
    assert await rig.look() == []
