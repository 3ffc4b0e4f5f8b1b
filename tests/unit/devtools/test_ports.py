"""The port that was asked for or none; otherwise the usual one or the next free."""

from __future__ import annotations

import socket

import pytest

from devtools import ports
from devtools.console import Problem


def test_the_usual_port_needs_no_note() -> None:
    assert ports.choose(None, free=lambda port: True) == (7071, "")


def test_a_taken_usual_port_gives_the_next_free_one_and_says_so() -> None:
    port, note = ports.choose(None, free=lambda port: port >= 7073)
    assert port == 7073
    assert note == "Port 7071 is taken by another program, so this is 7073."


def test_a_port_that_was_asked_for_is_never_exchanged_for_another() -> None:
    assert ports.choose(9000, free=lambda port: True) == (9000, "")
    with pytest.raises(Problem, match="Port 9000 is taken") as raised:
        ports.choose(9000, free=lambda port: False)
    assert "--port" in raised.value.hint


@pytest.mark.parametrize("number", [0, -1, 65_536])
def test_a_number_that_is_no_port_is_refused(number: int) -> None:
    with pytest.raises(Problem, match="is not a port"):
        ports.choose(number, free=lambda port: True)


def test_it_gives_up_when_everything_near_is_taken() -> None:
    with pytest.raises(Problem, match="7071 to 7090 are all taken"):
        ports.choose(None, free=lambda port: False)


def test_a_port_with_a_listener_is_not_free_and_is_free_again_afterwards() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not ports.is_free(port)
    assert ports.is_free(port)
