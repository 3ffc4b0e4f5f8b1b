"""A process that asks for many starts at once: `limits_worker.py ENDPOINT admit|open_call KEY TIMES POLICY`.

POLICY is JSON. It says `ready`, waits for a line, and prints how often each answer came as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter

from azure.core.credentials import TokenCredential

from voicemint.azure.azure_sdk import AzureSdk
from voicemint.errors import VoicemintError
from voicemint.limits.ledger import Policy
from voicemint.limits.limits import Limits
from voicemint.limits.table_ledgers import TableLedgers
from voicemint.settings import read_settings
from voicemint.timing import SystemClock

PATIENCE_SECONDS = 30.0
"""What is counted must not depend on how busy the machine is."""


def identity() -> TokenCredential:
    """As the app signs in, with the settings of the environment. It is not asked for an emulator without TLS."""
    return AzureSdk(read_settings(os.environ)).identity()


async def main(endpoint: str, what: str, key: str, times: str, policy: str) -> None:
    ledgers = TableLedgers(endpoint, identity)
    limits = Limits(ledgers, Policy(**json.loads(policy)), SystemClock(), deadline_seconds=PATIENCE_SECONDS)
    await limits.warm_up()
    tell("ready")
    await asyncio.to_thread(sys.stdin.readline)
    answers = await asyncio.gather(*(getattr(limits, what)(key) for _ in range(int(times))), return_exceptions=True)
    await limits.close()
    names = (
        one.code if isinstance(one, VoicemintError) else type(one).__name__ if isinstance(one, Exception) else "ok"
        for one in answers
    )
    tell(json.dumps(Counter(names)))


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
