"""Azurite, Microsoft's storage emulator: its address is on this machine, and its one account has a published key.

Settings let such an address through only where the process is not hosted.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from voicemint.endpoint import LOOPBACK_HOSTS

EMULATOR_ACCOUNT = "devstoreaccount1"
EMULATOR_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Not a secret: Microsoft documents both, and azure-data-tables carries them in its source. They open nothing else."""


def is_emulator(endpoint: str) -> bool:
    """Whether a storage endpoint is an emulator on this machine that takes the published key.

    Over https it is asked for a token instead, as Azure is: Azurite takes one with `--oauth basic`.
    """
    parts = urlsplit(endpoint)
    return parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
