"""The doctor's offer, and what is read from an answer, whoever wrote it."""

from __future__ import annotations

import re
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools.doctor import sdp
from devtools.doctor.sdp import Candidate
from tests.integration.far_end import PASSWORD, UFRAG, FarEnd

HEAD = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
ICE = "a=ice-ufrag:them\r\na=ice-pwd:0123456789012345678901\r\n"


def read(*lines: str) -> sdp.Answer:
    answer = sdp.read((HEAD + "\r\n".join(lines)).encode())
    assert answer is not None
    return answer


def test_an_offer_is_what_a_browser_s_is() -> None:
    offer = sdp.offer(secrets.token_bytes)
    lines = offer.text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert lines[0] == "v=0"
    assert lines[-1] == "", "the last line ends too"
    for line in (
        "a=group:BUNDLE 0 1", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=sendrecv",
        "a=rtcp-mux", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=sctp-port:5000",
    ):  # fmt: skip
        assert lines.count(line) == 1, line
    assert lines.count("a=setup:actpass") == lines.count(f"a=ice-ufrag:{offer.ufrag}") == 2
    assert len(re.findall(r"a=ice-pwd:[A-Za-z0-9+/]{22,}\r\n", offer.text)) == 2
    assert len(re.findall(r"a=fingerprint:sha-256 [0-9A-F]{2}(?::[0-9A-F]{2}){31}\r\n", offer.text)) == 2
    assert "candidate" not in offer.text, "no address of this machine is told"


def test_no_two_offers_share_a_secret_and_none_is_printed() -> None:
    first, second = sdp.offer(secrets.token_bytes), sdp.offer(secrets.token_bytes)
    assert not {*re.findall(r"[0-9a-f]{8,}", first.text)} & {*re.findall(r"[0-9a-f]{8,}", second.text)}
    assert first.ufrag not in repr(first)
    with FarEnd() as far:
        assert PASSWORD not in repr(sdp.read(far.answer().encode()))


def test_an_answer_as_azure_s_names_each_address_once() -> None:
    with FarEnd() as far:
        answer = sdp.read(far.answer().encode())
    assert answer is not None
    assert (answer.ufrag, answer.password) == (UFRAG, PASSWORD)
    assert [*map(str, answer.candidates)] == [f"UDP 127.0.0.1:{far.udp_port}", f"TCP 127.0.0.1:{far.tcp_port}"]


def test_only_the_first_part_counts_over_which_all_others_go() -> None:
    first = ("m=audio 9 X 0", "a=ice-ufrag:first", "a=ice-pwd:of the first")
    answer = read(
        "a=ice-ufrag:session",
        *first,
        "m=application 9 X y",
        "a=ice-ufrag:second",
        "a=candidate:1 1 udp 1 ::1 9 typ host",
    )
    assert (answer.ufrag, answer.password, answer.candidates) == ("first", "of the first", ())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1 1 udp 1 203.0.113.9 3478 typ host", Candidate("udp", "203.0.113.9", 3478)),
        ("1 1 UDP 1 2001:DB8::1 3478 typ srflx raddr 10.0.0.1 rport 9", Candidate("udp", "2001:db8::1", 3478)),
        ("1 1 TCP 1 203.0.113.9 3478 typ host tcptype passive", Candidate("tcp", "203.0.113.9", 3478)),
        ("1 1 tcp 1 203.0.113.9 443 typ host generation 0 tcptype passive", Candidate("tcp", "203.0.113.9", 443)),
        ("1 1 tcp 1 203.0.113.9 9 typ host tcptype active", None),
        ("1 1 tcp 1 203.0.113.9 9 typ host", None),
        ("1 1 ssltcp 1 203.0.113.9 443 typ host tcptype passive", None),
        ("1 1 udp 1 somebody.example 3478 typ host", None),
        ("1 1 udp 1 0b4f6d2a.local 3478 typ host", None),
        ("1 1 udp 1 0.0.0.0 3478 typ host", None),
        ("1 1 udp 1 :: 3478 typ host", None),
        ("1 1 udp 1 224.0.0.251 5353 typ host", None),
        ("1 1 udp 1 203.0.113.9 0 typ host", None),
        ("1 1 udp 1 203.0.113.9 65536 typ host", None),
        ("1 1 udp 1 203.0.113.9 -1 typ host", None),
        ("1 1 udp 1 203.0.113.9 \N{SUPERSCRIPT TWO} typ host", None),
        ("1 1 udp 1 203.0.113.9 " + "9" * 5_000 + " typ host", None),
        ("1 1 udp 1 203.0.113.9 3478", None),
        ("", None),
    ],
)  # fmt: skip
def test_an_address_that_can_be_asked_is_a_number_with_a_port(line: str, expected: Candidate | None) -> None:
    assert read(f"a=candidate:{line}").candidates == (() if expected is None else (expected,))


def test_an_address_is_written_as_people_do() -> None:
    assert str(Candidate("udp", "2001:db8::1", 3478)) == "UDP [2001:db8::1]:3478"


def test_a_long_list_is_cut_for_each_transport() -> None:
    udp = [f"a=candidate:1 1 udp 1 203.0.113.{n} 3478 typ host" for n in range(100)]
    answer = read(*udp, "a=candidate:1 1 tcp 1 203.0.113.9 3478 typ host tcptype passive")
    assert [one.transport for one in answer.candidates] == ["udp"] * sdp.MOST_CANDIDATES + ["tcp"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\xff" + HEAD.encode(), (HEAD + ICE).encode() + b"\xff", (HEAD + "\n" * 70_000).encode()],
    ids=["nothing", "a page", "no text", "no text later", "too long"],
)
def test_what_is_no_sdp_is_told_apart(body: bytes) -> None:
    assert sdp.read(body) is None


WORDS = st.sampled_from(
    [
        "candidate:1",
        "udp",
        "TCP",
        "typ",
        "host",
        "tcptype",
        "passive",
        "1",
        "3478",
        "203.0.113.9",
        "::1%x",
        "1e3",
        "\x85",
    ]
)
LINES = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=12).map(" ".join).map("a={}".format))


@given(st.lists(LINES, max_size=8))
def test_any_text_is_read_or_not(lines: list[str]) -> None:
    answer = sdp.read((HEAD + "\r\n".join(lines)).encode(errors="replace"))
    assert answer is None or all(0 < one.port < 65_536 for one in answer.candidates)
