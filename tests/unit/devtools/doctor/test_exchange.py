"""Messages over real sockets of this machine: what is sent, what is heard, and when it is enough."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from devtools.doctor import stun
from devtools.doctor.exchange import LONGEST, Letter, exchange
from tests.integration.far_end import PASSWORD, UFRAG, FarEnd, Manner

LONG, SHORT = 30.0, 0.1
"""Seconds: where something will be heard, and where nothing will."""


def check(transport: str, port: int, host: str = "127.0.0.1") -> Letter:
    content = stun.request(b"transaction!", username=f"{UFRAG}:us12", password=PASSWORD, tie_breaker=bytes(8))
    return Letter(transport, host, port, content)  # type: ignore[arg-type]


def good(letter: Letter, message: bytes) -> bool:
    answer = stun.read(message, letter.content, PASSWORD)
    return answer is not None and answer.is_the_peer


def heard_from(letters: list[Letter], seconds: float) -> list[tuple[str, bool]]:
    """From where each message came, and whether it was enough."""
    heard: list[tuple[str, bool]] = []

    def hear(letter: Letter, message: bytes) -> bool:
        heard.append((letter.transport, good(letter, message)))
        return heard[-1][1]

    exchange(letters, seconds, hear)
    gc.collect()  # a socket that was left open would be a warning, and so a failure
    return heard


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_one_answer_is_enough(transport: str, host: str) -> None:
    if host == "::1" and not has_ipv6():
        pytest.skip("platform: this system has no IPv6")
    with FarEnd(host=host) as far:
        letter = check(transport, far.udp_port if transport == "udp" else far.tcp_port, host)
        assert heard_from([letter], LONG) == [(transport, True)]
        assert far.asked[:1] == [transport]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_what_is_not_enough_is_listened_past(transport: str) -> None:
    with FarEnd("babbles", "babbles") as far:
        heard = heard_from([check(transport, far.udp_port if transport == "udp" else far.tcp_port)], LONG)
    assert heard[-1] == (transport, True)
    assert [enough for _, enough in heard[:-1]] == [False] * 4


def test_all_are_asked_at_once_and_the_first_that_answers_counts() -> None:
    with FarEnd("silent", "silent") as mute, FarEnd() as far:
        letters = [check("udp", mute.udp_port), check("tcp", mute.tcp_port), check("udp", far.udp_port)]
        assert heard_from(letters, LONG) == [("udp", True)]


def test_over_udp_it_is_said_again_and_over_tcp_once() -> None:
    with FarEnd("drops first", "silent") as far:
        assert heard_from([check("udp", far.udp_port), check("tcp", far.tcp_port)], 6.0) == [("udp", True)]
    assert far.asked.count("udp") > 1
    assert far.asked.count("tcp") <= 1


@pytest.mark.parametrize(("udp", "tcp"), [("closed", "closed"), ("silent", "silent")])
def test_nobody_is_nothing(udp: Manner, tcp: Manner) -> None:
    with FarEnd(udp, tcp) as far:
        assert heard_from([check("udp", far.udp_port)], SHORT) == []
        assert heard_from([check("tcp", far.tcp_port)], SHORT) == []


def test_a_port_that_refused_over_udp_is_asked_again() -> None:
    """It may have been a packet's own fate, or a port that opens a moment later, as this one does."""
    with FarEnd("closed", "answers") as far, ExitStack() as opened:
        later = FarEnd(tcp="closed", udp_port=far.udp_port)

        def hear(letter: Letter, message: bytes) -> bool:
            if letter.transport == "tcp":
                opened.enter_context(later)
            return letter.transport == "udp" and good(letter, message)

        exchange([check("udp", far.udp_port), check("tcp", far.tcp_port)], 6.0, hear)
        assert later.asked == ["udp"]


def by_itself(letter: Letter) -> list[bytes]:
    """What is heard by an exchange that has an hour; fails if it takes that."""
    heard: list[bytes] = []
    ended = threading.Event()

    def ask() -> None:
        exchange([letter], 3_600.0, lambda _, message: bool(heard.append(message)))
        ended.set()

    threading.Thread(target=ask, daemon=True).start()
    assert ended.wait(LONG), "it waits for nobody"
    return heard


def test_where_nobody_is_left_to_listen_to_it_does_not_wait() -> None:
    with FarEnd(tcp="closed") as far:
        assert by_itself(check("tcp", far.tcp_port)) == []


@pytest.mark.parametrize("host", ["255.255.255.255", "no number", "", "fe80::1%nowhere"])
def test_an_address_that_leads_nowhere_is_passed_over(host: str) -> None:
    with FarEnd() as far:
        letters = [check("udp", 9, host), check("tcp", 9, host), check("udp", far.udp_port)]
        assert heard_from(letters, LONG) == [("udp", True)]


@contextmanager
def stream(content: bytes) -> Iterator[int]:
    """A server that says that to whoever connects, and goes; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(LONGEST)
                connection.sendall(content)

        serving = threading.Thread(target=serve)
        serving.start()
        yield server.getsockname()[1]
        serving.join()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"\x00", []),
        (b"\x00\x05four", []),
        (b"\x00\x03one\x00\x00\x00\x03two", [b"one", b"", b"two"]),
        (b"\x00\x03one\xff\xffHTTP", [b"one"]),
        (b"\xff\xff" + bytes(70_000), []),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", []),
    ],
    ids=["nothing", "half a length", "cut off", "three", "one and a long one", "far too long", "no frames at all"],
)
def test_a_stream_is_cut_into_its_messages_and_ends_them(content: bytes, expected: list[bytes]) -> None:
    with stream(content) as port:
        assert by_itself(check("tcp", port)) == expected


def test_a_packet_of_somebody_else_s_is_not_heard() -> None:
    with FarEnd("elsewhere") as far:
        assert heard_from([check("udp", far.udp_port)], SHORT) == []
