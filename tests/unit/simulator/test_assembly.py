"""What the options make: keys, scripts and knobs from outside, each fault one sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from simulator import assembly
from simulator.clock import ManualClock
from simulator.command_line import parse
from simulator.parts import Answer, Prompt
from tests.canaries import CANARY_KEY


def test_the_key_comes_from_file_environment_or_chance(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"  {CANARY_KEY}\n")
    assert assembly.read_key(file, {"SIMULATOR_API_KEY": "other"}) == CANARY_KEY
    assert assembly.read_key(None, {"SIMULATOR_API_KEY": CANARY_KEY}) == CANARY_KEY
    fresh = {assembly.read_key(None, {}) for _ in range(2)}
    assert len(fresh) == 2
    assert all(len(key) > 30 for key in fresh)


@pytest.mark.parametrize("content", [None, b"", b"  \n", b"\xff"])
def test_a_key_file_without_a_key_is_a_fault(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(assembly.SetupError, match="key file"):
        assembly.read_key(file, {})


def test_a_script_is_played_and_without_one_rules_answer(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text('["Noon."]')
    scripted = assembly.read_brain(file, ManualClock())
    assert asyncio.run(scripted.answer(Prompt(instructions="", items=[]))) == Answer("Noon.")
    assert assembly.read_brain(None, ManualClock()).name == "rules"


def test_a_wrong_script_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    with pytest.raises(assembly.SetupError, match="cannot be read"):
        assembly.read_brain(file, ManualClock())
    file.write_text("[5]")
    with pytest.raises(assembly.SetupError, match="wrong"):
        assembly.read_brain(file, ManualClock())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--knobs", "{"], "--knobs is wrong"),
        (["--knobs", '{"odd": 1}'], "Unknown parameter: 'odd'"),
        (["--deployment", "voice"], "--deployment is wrong"),
        (["--deployment", "=gpt-realtime"], "--deployment is wrong"),
    ],
)
def test_wrong_options_are_faults(arguments: list[str], sentence: str) -> None:
    with pytest.raises(assembly.SetupError, match=sentence):
        assembly.build(parse(arguments), {})


def test_the_resource_is_the_one_described(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('["Noon."]')
    arguments = ["--deployment", "voice=gpt-realtime-2.1", "--scripted", str(script), "--fixed-clock", "1800000000"]
    options = parse([*arguments, "--knobs", '{"think_ms": 40}'])
    resource, table = assembly.build(options, {"SIMULATOR_API_KEY": CANARY_KEY})
    assert resource.deployments["voice"].model == "gpt-realtime-2.1"
    assert "gpt-realtime" in resource.deployments
    assert resource.knobs.think_ms == 40
    assert resource.clock.time() == 1_800_000_000
    assert resource.parts.transcription_deployments == {"gpt-realtime-whisper"}
    assert "scripted" in table
    assert "text to speech" in table
    assert CANARY_KEY not in table
