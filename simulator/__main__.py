"""`python -m simulator`: the offline realtime service alone, for this project's page or for anyone's realtime app.

Exit codes: 0 stopped by the user, 1 a part cannot be loaded, 2 wrong command line, wrong file or port in use.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.parts import Brain
    from simulator.wire.resource import Resource


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line. Exits with 2 if it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Azure OpenAI realtime, offline.")
    parser.add_argument("--port", type=int, default=8090, help="port (default 8090; 0 takes any free one)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument(
        "--key-file", type=Path, help="the api-key is in this file (default: SIMULATOR_API_KEY, else a random one)"
    )
    parser.add_argument(
        "--deployment", action="append", default=[], metavar="NAME=MODEL", help="deploy this too (may be repeated)"
    )
    parser.add_argument("--scripted", type=Path, metavar="FILE", help="answer from this JSON script, not by rules")
    parser.add_argument("--knobs", default="{}", metavar="JSON", help="turn knobs, as PUT /simulator/knobs does")
    parser.add_argument(
        "--fixed-clock",
        type=float,
        metavar="SECONDS",
        help="seconds since 1970 that every `expires_at` starts from; secrets then never expire, waiting goes on",
    )
    parser.add_argument("--log-level", default="warning", choices=("debug", "info", "warning", "error"))
    return parser.parse_args(arguments)


class SetupError(Exception):
    """Something that was asked for cannot be used; the message is a sentence for the person who asked."""


def read_key(file: Path | None, environment: Mapping[str, str]) -> str:
    """The key that clients must send. Raises `SetupError`."""
    if file is None:
        return environment.get("SIMULATOR_API_KEY") or secrets.token_urlsafe(32)
    try:
        key = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SetupError(f"The key file {file} cannot be read.") from None
    if not key:
        raise SetupError(f"The key file {file} is empty.")
    return key


def read_brain(file: Path | None, clock: Clock) -> Brain:
    """The scripted brain of `file`, else the one by rules. Raises `SetupError`."""
    if file is None:
        from simulator.rules.brain import RuleBrain

        return RuleBrain(clock)
    from simulator import script_file
    from simulator.refusals import Rejected

    try:
        return script_file.read(file.read_bytes())
    except OSError:
        raise SetupError(f"The script {file} cannot be read.") from None
    except Rejected as rejected:
        raise SetupError(f"The script {file} is wrong: {rejected.message}") from None


def build(options: argparse.Namespace, environment: Mapping[str, str]) -> tuple[Resource, str]:
    """The resource that the command line describes and its start-up table. Loads the models. Raises `SetupError`."""
    from simulator import banner
    from simulator.clock import RealClock
    from simulator.engine.session import Parts
    from simulator.fixed_clock import FixedClock
    from simulator.ids import Ids
    from simulator.knobs import Knobs
    from simulator.refusals import Rejected
    from simulator.schema.shapes import decode
    from simulator.speech.ladder import choose
    from simulator.wire import controls, deployments
    from simulator.wire.access import Access, one_token
    from simulator.wire.resource import Resource

    key = read_key(options.key_file, environment)
    clock = RealClock() if options.fixed_clock is None else FixedClock(options.fixed_clock)
    brain = read_brain(options.scripted, clock)
    knobs = Knobs()
    try:
        controls.apply(knobs, decode(options.knobs))
    except Rejected as rejected:
        raise SetupError(f"--knobs is wrong: {rejected.message}") from None
    deployed = {**deployments.DEFAULT, **_deployments(options.deployment)}
    choice = choose()
    connection = banner.connection()
    resource = Resource(
        Parts(
            speech=choice.speech,
            brain=brain,
            clock=clock,
            ids=Ids(),
            knobs=knobs,
            transcription_deployments=deployments.transcribers(deployed),
        ),
        Access(key, one_token(environment.get("SIMULATOR_ENTRA_TOKEN", ""))),
        deployed,
        webrtc=connection.name != banner.WEBSOCKET_ONLY,
    )
    return resource, banner.table([connection, *choice.rungs, banner.Row("brain", brain.name, "There is no model.")])


def _deployments(asked: Sequence[str]) -> Mapping[str, Any]:
    from simulator.wire.deployments import deploy

    pairs = [one.partition("=") for one in asked]
    if not all(name and model for name, _, model in pairs):
        raise SetupError("--deployment is wrong: it takes NAME=MODEL, as in voice=gpt-realtime-2.1.")
    return deploy(**{name: model for name, _, model in pairs})


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
    from local_host.server import PortError, bind

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
        except ImportError as missing:
            print(f"A part cannot be loaded: {missing}. Install simulator/requirements.txt.", file=sys.stderr)
            return 1
        print(f"Offline Azure OpenAI\n{table}", flush=True)
        shown = f"[{options.host}]" if ":" in options.host else options.host
        asyncio.run(serve(resource, listener, f"http://{shown}:{listener.getsockname()[1]}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
