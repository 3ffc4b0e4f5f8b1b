"""The options of `python -m simulator`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


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
