"""Reads pip's output line by line: which package, how many bytes, and, when it fails, why in one sentence."""

from __future__ import annotations

import re

from devtools.console import Problem, megabytes

_UNITS = {"bytes": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_FETCH = re.compile(
    r"^\s*(?P<how>Downloading|Using cached) (?P<file>\S+)(?: \((?P<size>[\d.]+) (?P<unit>bytes|[kMG]B)\))?"
)
_PROGRESS = re.compile(r"^Progress (?P<now>\d+) of (?P<total>\d+)$")
_COLLECTING = re.compile(r"^(?:Collecting|Requirement already satisfied:) (?P<name>[A-Za-z0-9._-]+)")
_INSTALLING = "Installing collected packages: "
_BUILDING = re.compile(r"^\s*Building wheel for (?P<name>[A-Za-z0-9._-]+)")

_UNREACHABLE = (
    "newconnectionerror",
    "failed to establish a new connection",
    "name resolution",
    "getaddrinfo failed",
    "nodename nor servname",
    "network is unreachable",
    "connection refused",
    "connecttimeouterror",
    "readtimeouterror",
    "read timed out",
    "proxyerror",
    "max retries exceeded",
    "connection broken",
    "connection aborted",
)


class PipProgress:
    """What one run of pip is doing (`doing`) and has fetched (`downloaded`, `cached`: bytes)."""

    def __init__(self) -> None:
        self.doing = "looking up packages"
        self.cached = 0
        self.installing = False
        self._finished = 0
        self._current = 0
        self._size = 0

    @property
    def downloaded(self) -> int:
        return self._finished + self._current

    def read(self, line: str) -> None:
        """Take one line of pip's output; lines that say nothing about progress are ignored."""
        if match := _FETCH.match(line):
            self._close_file()
            self._fetch(match)
        elif match := _PROGRESS.match(line):
            self._current, self._size = int(match["now"]), int(match["total"])
        elif line.startswith(_INSTALLING):
            self._close_file()
            self.installing = True
            names = line.removeprefix(_INSTALLING).split(", ")
            self.doing = f"installing {names[-1].strip()}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        elif match := _COLLECTING.match(line):
            self._close_file()
            self.doing = f"looking up {match['name']}"
        elif "Retrying (Retry(" in line:
            self.doing = "no answer from the package index, trying again"
        elif match := _BUILDING.match(line):
            self.doing = f"building {match['name']}"

    def __str__(self) -> str:
        return f"{megabytes(self.downloaded)}, {self.doing}"  # the number first: a narrow terminal cuts off the end

    def _fetch(self, match: re.Match[str]) -> None:
        size = int(float(match["size"]) * _UNITS[match["unit"].lower()]) if match["size"] else 0
        if match["how"] == "Using cached":
            self.cached += size
            return
        self._size = size
        name = match["file"].rsplit("/", 1)[-1].split("-", 1)[0]
        self.doing = f"downloading {name} ({megabytes(size)})" if size >= 100_000 else f"looking up {name}"

    def _close_file(self) -> None:
        self._finished += max(self._current, self._size)
        self._current = self._size = 0


def no_wheel(output: str) -> bool:
    """Whether pip failed because no ready-made package exists for this machine (and not for want of a network)."""
    return ("No matching distribution found" in output or "ResolutionImpossible" in output) and not unreachable(output)


def unreachable(output: str) -> bool:
    lowered = output.lower()
    return any(sign in lowered for sign in _UNREACHABLE)


def explain(output: str, log: str) -> Problem:
    """Why pip failed, in one sentence. `log` is where its whole output lies."""
    lowered = output.lower()
    if "certificate_verify_failed" in lowered or "certificate verify failed" in lowered:
        return Problem(
            "pip does not trust the certificate of its package index.",
            "Behind a company proxy, point PIP_CERT at the company's certificate file.",
        )
    if unreachable(output):
        return Problem(
            "The package index cannot be reached, so nothing can be installed.",
            "Check the network and the proxy settings (HTTPS_PROXY), then run the command again.",
        )
    if "no space left" in lowered or "not enough space" in lowered:
        return Problem("The disk is full.", "About 600 MB are needed. Make room and run the command again.")
    if "permission denied" in lowered or "access is denied" in lowered:
        return Problem("pip may not write to the environment.", "Close what uses it, or check who owns the folder.")
    if "No matching distribution found" in output:
        wanted = re.search(r"No matching distribution found for (\S+)", output)
        name = wanted[1] if wanted else "a package"
        return Problem(
            f"There is no {name} for this Python and machine.", f"Use Python 3.13. pip's words are in {log}."
        )
    last = next((line for line in reversed(output.splitlines()) if line.strip()), "pip said nothing")
    return Problem(f"pip failed: {last.strip()}", f"Its whole output is in {log}.")
