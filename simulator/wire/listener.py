"""The socket that a server listens on."""

from __future__ import annotations

import errno
import socket

BACKLOG = 256


class PortError(Exception):
    """The port cannot be had; the message is a sentence for the person who asked for it."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Port 0 takes any free one. Raises `PortError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only then; else replies take 40 ms more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Elsewhere a second listener on the same port fails; on Windows this option would let it succeed.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as fault:
        listener.close()
        raise PortError(_why_not(host, port, fault)) from fault
    return listener


def _why_not(host: str, port: int, fault: Exception) -> str:
    reasons = {errno.EADDRINUSE: "is in use", errno.EACCES: "may not be used by you"}
    reason = reasons.get(fault.errno or 0) if isinstance(fault, OSError) else None
    if reason is None:
        return f"Cannot listen on {host}, port {port}: {fault}."
    return f"Port {port} {reason}. Try another with --port; --port 0 takes any free one."
