"""A child process that mints as the app does, with Microsoft's SDKs, at the pace that its parent asks for.

Commands come as lines of JSON: `{"mints": 150, "per_second": 50}` (0: all at once) is answered with one line a mint,
"ok" or an error's code, in the order in which they end, and `done`. `{"advance": 600}` moves the calendar on, which is
what credentials grow old by, and is answered with `done`. The log goes to stderr.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time

from voicemint.azure.azure_openai import AzureOpenAI, open_client
from voicemint.azure.azure_sdk import AzureSdk
from voicemint.azure.credentials import open_credential
from voicemint.azure.realtime import Realtime
from voicemint.errors import VoicemintError
from voicemint.settings import read_settings
from voicemint.telemetry import quieten_libraries
from voicemint.timing import Deadline, Timing

MINT_SECONDS = 8.0
SESSION = {"type": "realtime", "model": os.environ.get("AZURE_OPENAI_DEPLOYMENT", "")}


class Calendar:
    """The machine's clock, with a date that can be moved on."""

    def __init__(self) -> None:
        self.moved = 0.0

    def time(self) -> float:
        return time.time() + self.moved

    def monotonic(self) -> float:
        return time.monotonic()


def say(word: str) -> None:
    """One line to the parent, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def mint(realtime: Realtime, clock: Calendar) -> None:
    """One mint; how it went is said as soon as it is known."""
    try:
        await realtime.mint(SESSION, Timing(clock), Deadline(clock, MINT_SECONDS))
        outcome = "ok"
    except VoicemintError as error:
        outcome = error.code
    say(outcome)


async def load(realtime: Realtime, clock: Calendar, mints: int, per_second: float) -> None:
    """So many mints at this pace, whether the earlier ones have ended or not."""
    async with asyncio.TaskGroup() as people:
        for _ in range(mints):
            people.create_task(mint(realtime, clock))
            if per_second:
                await asyncio.sleep(1 / per_second)


async def serve() -> None:
    """Obey the parent until it closes the pipe."""
    settings, clock = read_settings(os.environ), Calendar()
    sdk = AzureSdk(settings)
    azure = AzureOpenAI(settings.endpoint, open_client(settings.endpoint), clock)
    realtime = Realtime(open_credential(settings, clock, sdk), azure, settings, clock)
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        if "advance" in command:
            clock.moved += command["advance"]
        else:
            await load(realtime, clock, command["mints"], command["per_second"])
        say("done")
    await realtime.close()
    sdk.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    quieten_libraries()
    asyncio.run(serve())
