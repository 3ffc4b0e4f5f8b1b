"""Picks the port that the page is served on: the one asked for or nothing, the usual one or the next free."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from devtools.console import Problem

DEFAULT = 7071
TRIES = 20
HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether this machine lets a server listen on the port of its loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        if os.name == "posix":  # elsewhere the option would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
        return True


def choose(asked: int | None, free: Callable[[int], bool] = is_free) -> tuple[int, str]:
    """The port to use and a note for the person, "" if there is nothing to say.

    Raises `Problem` if the port asked for is taken or impossible, or if no port near the usual one is free.
    """
    if asked is not None:
        if not 1 <= asked <= 65_535:
            raise Problem(f"{asked} is not a port.", "A port is a number from 1 to 65535.")
        if not free(asked):
            raise Problem(
                f"Port {asked} is taken by another program (or not allowed).",
                "End that program, choose another --port, or leave --port out to get a free one.",
            )
        return asked, ""
    for port in range(DEFAULT, DEFAULT + TRIES):
        if free(port):
            return port, "" if port == DEFAULT else f"Port {DEFAULT} is taken by another program, so this is {port}."
    raise Problem(f"Ports {DEFAULT} to {DEFAULT + TRIES - 1} are all taken.", "Choose a free one with --port.")
