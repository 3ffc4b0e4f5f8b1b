"""Makes the offline resource that a command line describes: its key, brain, knobs, deployments and voice."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from simulator import banner, script_file
from simulator.clock import Clock, RealClock
from simulator.engine.session import Parts
from simulator.fixed_clock import FixedClock
from simulator.ids import Ids
from simulator.knobs import Knobs
from simulator.parts import Brain
from simulator.refusals import Rejected
from simulator.rules.brain import RuleBrain
from simulator.schema.shapes import decode
from simulator.speech.ladder import choose
from simulator.wire import controls, deployments
from simulator.wire.access import Access, one_token
from simulator.wire.deployments import Deployments
from simulator.wire.resource import Resource


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
        return RuleBrain(clock)
    try:
        return script_file.read(file.read_bytes())
    except OSError:
        raise SetupError(f"The script {file} cannot be read.") from None
    except Rejected as rejected:
        raise SetupError(f"The script {file} is wrong: {rejected.message}") from None


def build(options: argparse.Namespace, environment: Mapping[str, str]) -> tuple[Resource, str]:
    """The resource that the command line describes and its start-up table. Loads the models. Raises `SetupError`."""
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


def _deployments(asked: Sequence[str]) -> Deployments:
    pairs = [one.partition("=") for one in asked]
    if not all(name and model for name, _, model in pairs):
        raise SetupError("--deployment is wrong: it takes NAME=MODEL, as in voice=gpt-realtime-2.1.")
    return deployments.deploy(**{name: model for name, _, model in pairs})
