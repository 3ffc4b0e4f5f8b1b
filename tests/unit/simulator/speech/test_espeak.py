"""Tests of the separate program with small Python programs in its place."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from simulator.speech.espeak import EspeakSynthesiser
from simulator.speech.pcm import samples_of, sounding

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="platform: the programs in espeak-ng's place are scripts"),
]

BEEP = """
import io, json, math, sys, wave
with open({log!r}, "a") as log:
    log.write(json.dumps([sys.argv[1:], sys.stdin.read()]) + chr(10))
out = io.BytesIO()
with wave.open(out, "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(22050)
    file.writeframes(bytes(8820))
    for i in range(11025):
        file.writeframesraw(int(9000 * math.sin(i / 9)).to_bytes(2, "little", signed=True))
sys.stdout.buffer.write(out.getvalue())
"""


def program(folder: Path, source: str) -> str:
    script = folder / "program.py"
    script.write_text(source)
    path = folder / "espeak-ng"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    path.chmod(0o755)
    return str(path)


async def test_each_sentence_is_one_run_with_the_text_on_its_standard_input(tmp_path: Path):
    log = tmp_path / "log"
    synthesiser = EspeakSynthesiser(program(tmp_path, BEEP.format(log=str(log))))
    pieces = [piece async for piece in synthesiser.speak("-f /etc/hosts. Two.", "marin")]

    lines = log.read_text().splitlines()
    assert len(pieces) == len(lines) == 2
    assert '"-f /etc/hosts."]' in lines[0]
    assert lines[0].count("hosts") == 1
    assert sounding(samples_of(pieces[0]))[0] <= 480
    assert len(pieces[0]) / 48 == pytest.approx(500 + 10, abs=40)


async def test_a_program_that_says_nothing_gives_nothing(tmp_path: Path):
    synthesiser = EspeakSynthesiser(program(tmp_path, "import sys; sys.stdin.read()"))

    assert [piece async for piece in synthesiser.speak("Hello.", "alloy")] == []


async def test_a_response_that_is_cancelled_ends_the_program(tmp_path: Path):
    started = tmp_path / "started"
    os.mkfifo(started)
    source = f"""
import os, time
with open({str(started)!r}, "w") as pipe:
    pipe.write(str(os.getpid()))
time.sleep(600)
"""
    synthesiser = EspeakSynthesiser(program(tmp_path, source))

    async def speak() -> None:
        async for _ in synthesiser.speak("Hello.", "alloy"):
            pass

    speaking = asyncio.ensure_future(speak())
    process = int(await asyncio.to_thread(started.read_text))
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
