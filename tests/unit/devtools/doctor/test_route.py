"""What the doctor makes of a network, in worlds that answer as the test says; and that it hangs up in every one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from devtools.doctor import route, stun
from devtools.doctor.credential import Header
from devtools.doctor.exchange import Exchange, Heard, Letter
from devtools.doctor.findings import Finding
from devtools.doctor.route import Ticket
from devtools.doctor.world import Reply, Request, World
from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.integration.far_end import PASSWORD, UFRAG, FarEnd, Manner
from tests.unit.devtools.doctor.worlds import world
from voicemint.masking import Secret

BASE = "https://res.openai.azure.com"
CALL = f"POST {BASE}/openai/v1/realtime/calls"
HANG_UP = f"{CALL}/rtc_1/hangup"
LOCATION = {"location": "/v1/realtime/calls/rtc_1"}
TICKET = Ticket(BASE, Secret(CANARY_TOKEN), Header("api-key", Secret(CANARY_KEY)))
LINES = [
    "v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", f"a=ice-ufrag:{UFRAG}", f"a=ice-pwd:{PASSWORD}",
    "a=candidate:1 1 udp 2130706431 203.0.113.9 3478 typ host",
    "a=candidate:1 2 udp 2130706431 203.0.113.9 3478 typ host",
    "a=candidate:2 1 tcp 1671430143 203.0.113.9 3478 typ host tcptype passive",
]  # fmt: skip


def answer(*without: str, **changed: str) -> Reply:
    """Azure's answer, without the lines that hold one of these."""
    lines = [line for line in LINES if not any(word in line for word in without)]
    return Reply(201, {**LOCATION, **changed}, "\r\n".join(lines).encode())


class Stage:
    """A world in which a call is opened, and what was asked of it."""

    def __init__(self, reply: Reply, udp: Manner = "answers", tcp: Manner = "answers", *hung_up: Reply) -> None:
        self._reply = reply
        self._hung_up = [*hung_up] or [Reply(200)]
        self.requests: list[Request] = []
        self.letters: list[Letter] = []
        self.paused = 0.0
        self._far = FarEnd(udp, tcp)  # never entered: it only says what it would answer
        self.world = replace(world(exchange=self._exchange), ask=self._ask, wait=self._wait)

    def look(self, **changed: object) -> list[Finding]:
        told = {"region": "eastus2", "page": "https://page.example/check.html", **changed}
        return route.look(self.world, TICKET, **told)  # type: ignore[arg-type]

    def asked(self) -> list[str]:
        return [f"{one.method} {one.url}" for one in self.requests]

    def _ask(self, request: Request) -> Reply:
        self.requests.append(request)
        if request.url.endswith("/calls"):
            return self._reply
        return self._hung_up.pop(0) if len(self._hung_up) > 1 else self._hung_up[0]

    def _wait(self, seconds: float) -> None:
        self.paused += seconds

    def _exchange(self, letters: Sequence[Letter], seconds: float, heard: Heard) -> None:
        self.letters += letters
        for letter in letters:
            for message in self._far.replies(letter.transport, letter.content):
                if heard(letter, message):
                    return


@pytest.mark.parametrize(
    ("udp", "tcp", "ids"),
    [
        ("answers", "silent", []),
        ("babbles", "silent", []),
        ("silent", "answers", ["network.udp-blocked"]),
        ("silent", "babbles", ["network.udp-blocked"]),
        ("refuses", "answers", ["network.udp-blocked"]),
        ("silent", "silent", ["network.calls-blocked"]),
        ("unsigned", "silent", ["network.odd-answer"]),
        ("silent", "refuses", ["network.odd-answer"]),
    ],
)
def test_a_network_is_told_by_what_it_lets_through(udp: Manner, tcp: Manner, ids: list[str]) -> None:
    stage = Stage(answer(), udp, tcp)
    assert [one.id for one in stage.look()] == ids
    assert stage.asked() == [CALL, HANG_UP]


def test_a_finding_names_addresses_port_and_region_and_nothing_secret(hunt: Callable[[str, str], None]) -> None:
    (found,) = Stage(answer(), "refuses", "answers").look()
    assert found.evidence == "no answer of the call from UDP 203.0.113.9:3478; but: error 401; one over TCP"
    assert "UDP port 3478" in found.fix
    assert "AzureCloud.eastus2" in found.fix
    assert "https://page.example/check.html" in found.fix
    (blocked,) = Stage(answer(), "silent", "silent").look(region="")
    assert blocked.evidence == "no answer of the call from UDP 203.0.113.9:3478, TCP 203.0.113.9:3478"
    assert "AzureCloud.REGION" in blocked.fix
    for finding in (found, blocked):
        shown = json.dumps(finding.as_json())
        hunt(shown, "a finding")
        assert not any(word in shown for word in (UFRAG, PASSWORD, "a=", "rtc_1"))


def test_where_only_tcp_is_offered_nothing_is_in_the_way_of_udp() -> None:
    assert Stage(answer("udp")).look() == []
    assert [one.id for one in Stage(answer("udp"), tcp="silent").look()] == ["network.calls-blocked"]
    assert [one.id for one in Stage(answer("tcp"), "silent").look()] == ["network.calls-blocked"]


def test_tcp_is_tried_only_after_udp_and_nobody_is_asked_but_whom_the_answer_names() -> None:
    first, second = Stage(answer()), Stage(answer(), "silent", "answers")
    first.look()
    second.look()
    assert [(one.transport, one.host, one.port) for one in first.letters] == [("udp", "203.0.113.9", 3478)]
    assert [(one.transport, one.host, one.port) for one in second.letters] == [
        ("udp", "203.0.113.9", 3478),
        ("tcp", "203.0.113.9", 3478),
    ]
    transactions = [one.content[8:20] for one in second.letters]
    assert len({*transactions}) == 2, "two questions under one number"


@pytest.mark.parametrize(
    ("reply", "id", "seen"),
    [
        (Reply(0, failure="timeout"), "network.no-answer", "timeout"),
        (Reply(200, {}, b"<html>"), "network.no-answer", "HTTP 200, 6 bytes that are no SDP"),
        (answer("candidate"), "network.no-answer", "an SDP without a password or an address for ICE"),
        (answer("ice-pwd"), "network.no-answer", "an SDP without a password or an address for ICE"),
        (answer("ice-ufrag"), "network.no-answer", "an SDP without a password or an address for ICE"),
        (Reply(400, {}, b'{"error": {"code": "invalid_offer", "message": "a=ice"}}'), "network.offer-refused",
         "HTTP 400 invalid_offer"),
        (Reply(401, {"apim-request-id": "abc"}, b"No."), "network.offer-refused", "HTTP 401, request abc"),
        (Reply(302, {"location": "https://sign-in.example/"}), "network.offer-refused", "HTTP 302"),
        (Reply(503), "network.offer-refused", "HTTP 503"),
    ],
)  # fmt: skip
def test_an_offer_without_a_usable_answer_is_told_by_its_reason(reply: Reply, id: str, seen: str) -> None:
    stage = Stage(reply)
    (found,) = stage.look()
    assert (found.id, found.level, found.evidence) == (id, "warning", seen)
    assert stage.letters == []
    assert stage.asked() == ([CALL, HANG_UP] if reply.headers.get("location") == LOCATION["location"] else [CALL])


def test_the_offer_goes_with_the_secret_and_the_hang_up_with_what_minted_it() -> None:
    stage = Stage(answer())
    stage.look()
    offer, ended = stage.requests
    assert offer.headers == {
        "authorization": f"Bearer {CANARY_TOKEN}", "content-type": "application/sdp", "accept": "*/*"
    }  # fmt: skip
    assert (offer.body or b"").startswith(b"v=0\r\n")
    assert (ended.headers, ended.body) == ({"api-key": CANARY_KEY}, None)


@pytest.mark.parametrize(
    ("replies", "ids", "asked"),
    [
        ([Reply(200)], [], 1),
        ([Reply(204)], [], 1),
        ([Reply(404), Reply(200)], [], 2),
        ([Reply(404)], [], route.HANG_UPS),
        ([Reply(0, failure="reset"), Reply(503), Reply(200)], [], 3),
        ([Reply(0, failure="timeout")], ["network.call-left-open"], route.HANG_UPS),
        ([Reply(403)], ["network.call-left-open"], route.HANG_UPS),
    ],
)
def test_hanging_up_is_tried_again_and_failing_is_told(replies: list[Reply], ids: list[str], asked: int) -> None:
    stage = Stage(answer(), "answers", "answers", *replies)
    assert [one.id for one in stage.look()] == ids
    assert stage.asked()[1:] == [HANG_UP] * asked
    assert stage.paused == (asked - 1) * route.PAUSE_SECONDS


@pytest.mark.parametrize("location", ["", "/v1/realtime/calls/", "/calls/rtc_..%2f", "/calls/rtc_1?x", "/calls/sip_1"])
def test_a_call_without_a_name_is_told_and_nothing_is_asked_under_another(location: str) -> None:
    stage = Stage(answer(location=location))
    assert [one.id for one in stage.look()] == ["network.call-left-open"]
    assert stage.asked() == [CALL]


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def broken(*_: object) -> None:
    raise OSError("no more sockets")


@pytest.mark.parametrize("exchange", [interrupted, broken])
def test_it_hangs_up_even_if_it_is_interrupted(exchange: Exchange) -> None:
    stage = Stage(answer())
    stage.world = replace(stage.world, exchange=exchange)
    with pytest.raises((KeyboardInterrupt, OSError)):
        stage.look()
    assert stage.asked() == [CALL, HANG_UP]


def test_it_is_patient_for_as_long_as_it_is_told() -> None:
    told: list[float] = []
    stage = Stage(answer())
    patient: World = replace(stage.world, exchange=lambda letters, seconds, heard: told.append(seconds))
    stage.world = patient
    stage.look(seconds=0.25)
    assert told == [0.25, 0.25]


def test_a_check_of_the_call_s_own_is_no_answer() -> None:
    """The other side knocks too, as soon as it was knocked at."""
    stage = Stage(answer())

    def knocks(letters: Sequence[Letter], _: float, heard: Heard) -> None:
        own = stun.request(b"transaction!", username="us:them", password=PASSWORD, tie_breaker=bytes(8))
        assert not any(heard(letter, own) for letter in letters)

    stage.world = replace(stage.world, exchange=knocks)
    assert [one.id for one in stage.look()] == ["network.calls-blocked"]
