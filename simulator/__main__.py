"""`python -m simulator`: the offline realtime service alone, for this project's page or for anyone's realtime app.

Exit codes: 0 stopped by the user, 1 a part cannot be loaded, 2 wrong command line, wrong file or port in use.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simulator.command_line import parse

if TYPE_CHECKING:
    from simulator.wire.resource import Resource


async def serve(resource: Resource, listener: socket.socket, url: str) -> None:
    """Warm the models, then serve until SIGINT or SIGTERM."""
    from simulator.speech.ladder import warm
    from simulator.wire.service import build as build_service
    from simulator.wire.serving import Server

    await warm(resource.parts.speech)
    server = Server(build_service(resource), lambda: print(f"ready {url}", flush=True))

    # uvicorn restores these handlers when it has stopped and repeats the signal to them: no traceback that way.
    def stop(*_: Any) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    await server.serve([listener])


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Only this package: the libraries below it log offers, headers and frames when asked for more.
    logging.getLogger("simulator").setLevel(options.log_level.upper())
    try:
        from simulator.assembly import SetupError, build
        from simulator.wire.listener import PortError, bind
    except ImportError as missing:
        print(f"A part cannot be loaded: {missing}. Install simulator/requirements.txt.", file=sys.stderr)
        return 1
    try:
        listener = bind(options.host, options.port)
    except PortError as taken:
        print(taken, file=sys.stderr)
        return 2
    with listener:
        try:
            resource, table = build(options, os.environ)
        except SetupError as fault:
            print(fault, file=sys.stderr)
            return 2
        print(f"Offline Azure OpenAI\n{table}", flush=True)
        shown = f"[{options.host}]" if ":" in options.host else options.host
        asyncio.run(serve(resource, listener, f"http://{shown}:{listener.getsockname()[1]}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
