"""What a month costs: `python -m devtools.costs` prints the tables of docs/cost.md, or those for your own figures.

Prices come from models.json, with their dates. The rest is assumption, named in `Session` and `Traffic`, and an
option of the command where people differ most. Nothing here was held against a bill.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devtools import ROOT
from devtools.infra import MODELS

MONTHS = (0, 1_000, 10_000, 1_000_000)
"""Sessions a month: idle, a pilot, a product, a large one."""

LENGTHS = (3.0, 10.0, 45.0)
MILLION = 1_000_000
MONTH_SECONDS = 30 * 24 * 3600
HEARD_TOKENS_A_SECOND = 10
SPOKEN_TOKENS_A_SECOND = 20
"""OpenAI's documentation: a token each 100 ms of audio in, each 50 ms of audio out."""


@dataclass(frozen=True)
class Session:
    """One call. Every turn sends again what was said before: the caller's audio, and the assistant's words as text."""

    minutes: float = 3.0
    turns_a_minute: float = 2.0
    caller_seconds: float = 12.0
    assistant_seconds: float = 15.0
    words_a_second: float = 2.5
    tokens_a_word: float = 1.33
    prompt_tokens: int = 600
    """Instructions and tools, sent again with every turn; ours have 300 to 450 words."""

    @property
    def turns(self) -> int:
        return max(1, round(self.minutes * self.turns_a_minute))

    def tokens(self) -> dict[str, float]:
        """Tokens of the whole call by the names of their prices. `…Again` were part of an earlier turn's input."""
        turns, pairs = self.turns, self.turns * (self.turns - 1) / 2
        heard = self.caller_seconds * HEARD_TOKENS_A_SECOND
        words = self.assistant_seconds * self.words_a_second * self.tokens_a_word
        return {
            "textIn": self.prompt_tokens + turns * words - words,
            "textAgain": (turns - 1) * self.prompt_tokens + (pairs - (turns - 1)) * words,
            "audioIn": turns * heard,
            "audioAgain": pairs * heard,
            "textOut": turns * words,
            "audioOut": turns * self.assistant_seconds * SPOKEN_TOKENS_A_SECOND,
        }

    def price(self, model: Mapping[str, float], transcription: Mapping[str, float], *, cached: bool) -> float:
        """Dollars for the call. `cached`: what was sent before costs the cached price, else the full one."""
        tokens = self.tokens()
        text, audio = ("textCached", "audioCached") if cached else ("textIn", "audioIn")
        spoken = (
            tokens["textIn"] * model["textIn"]
            + tokens["textAgain"] * model[text]
            + tokens["audioIn"] * model["audioIn"]
            + tokens["audioAgain"] * model[audio]
            + tokens["textOut"] * model["textOut"]
            + tokens["audioOut"] * model["audioOut"]
        ) / MILLION
        hours = self.turns * self.caller_seconds / 3600
        written = hours * transcription.get("transcriptionHour", 0.0)
        written += tokens["audioIn"] * transcription.get("transcriptionTokens", 0.0) / MILLION
        return spoken + written


@dataclass(frozen=True)
class Traffic:
    """What one session asks of the platform; each figure is an upper bound."""

    executions: int = 3
    seconds: float = 1.0
    """Flex Consumption bills a second at least for each time that an instance was busy."""
    gigabytes: float = 2.0
    storage_operations: int = 10
    page_bytes: int = 62_000
    log_bytes: int = 50_000


def platform(prices: Mapping[str, Mapping[str, Any]], sessions: int, *, linked: bool, traffic: Traffic) -> float:
    """Dollars a month for everything but the model."""

    def cost(name: str, amount: float) -> float:
        entry = prices[name]
        return max(0.0, amount - float(entry.get("free", 0))) * float(entry["price"])

    total = cost("static_web_app_month", 1) if linked else 0.0
    if linked:
        total += cost("static_web_app_gigabyte", sessions * traffic.page_bytes / 1e9)
    total += cost("function_gigabyte_second", sessions * traffic.executions * traffic.seconds * traffic.gigabytes)
    total += cost("function_million_executions", sessions * traffic.executions / MILLION)
    total += cost("storage_month", 1)
    total += cost("storage_ten_thousand_operations", sessions * traffic.storage_operations / 10_000)
    total += cost("log_gigabyte", sessions * traffic.log_bytes / 1e9)
    return total


def warm_month(prices: Mapping[str, Mapping[str, Any]], gigabytes: float) -> float:
    """Dollars a month for one instance that is always warm and does nothing."""
    return float(prices["warm_gigabyte_second"]["price"]) * gigabytes * MONTH_SECONDS


def dollars(amount: float) -> str:
    """Cents below ten dollars, whole dollars above."""
    return f"{amount:.2f}" if amount < 10 else f"{amount:,.0f}"


def months(known: Mapping[str, Any], session: Session, counts: Sequence[int] = MONTHS) -> str:
    """A month by sessions: the platform by front door, the model by model."""
    written = known["transcription"][known["default"]["transcription"]]["prices"]
    heads = [
        "sessions a month",
        "platform, `linked`",
        "platform, `direct`",
        *(f"`{name}`" for name in known["realtime"]),
    ]
    lines = [_row(heads), "|" + "---|" * len(heads)]
    for count in counts:
        cells = [f"{count:,}" if count else "0, idle"]
        cells += [dollars(platform(known["platform"], count, linked=door, traffic=Traffic())) for door in (True, False)]
        for entry in known["realtime"].values():
            low, high = (count * session.price(entry["prices"], written, cached=kept) for kept in (True, False))
            cells.append(f"{dollars(low)} to {dollars(high)}" if count else "0")
        lines.append(_row(cells))
    return "\n".join(lines)


def lengths(known: Mapping[str, Any], minutes: Sequence[float] = LENGTHS) -> str:
    """One call by its length: what it costs, and what a minute of it costs."""
    written = known["transcription"][known["default"]["transcription"]]["prices"]
    heads = ["minutes of one call", *(f"`{name}`" for name in known["realtime"]), "a minute of the first, at most"]
    lines = [_row(heads), "|" + "---|" * len(heads)]
    for length in minutes:
        session, cells, most = Session(minutes=length), [f"{length:g}"], []
        for entry in known["realtime"].values():
            low, high = (session.price(entry["prices"], written, cached=kept) for kept in (True, False))
            cells.append(f"{dollars(low)} to {dollars(high)}")
            most.append(high)
        lines.append(_row([*cells, dollars(most[0] / length)]))
    return "\n".join(lines)


def platform_prices(known: Mapping[str, Any]) -> str:
    """The prices that the platform's columns are made of, with their dates."""
    lines = [_row(["price", "USD", "free", "read", "how sure"]), "|" + "---|" * 5]
    for name, entry in known["platform"].items():
        if name != "about":
            free = f"{entry['free']:,}" if "free" in entry else ""
            lines.append(
                _row([f"`{name}`", f"{entry['price']:.6f}".rstrip("0").rstrip("."), free, entry["read"], entry["sure"]])
            )
    return "\n".join(lines)


def read(path: Path = ROOT / MODELS) -> dict[str, Any]:
    """models.json as it is."""
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return known


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    top = argparse.ArgumentParser(prog="python -m devtools.costs", description="What a month of Voicemint costs.")
    top.add_argument("--minutes", type=float, default=Session.minutes, help="length of a call")
    top.add_argument("--sessions", type=int, nargs="*", default=list(MONTHS), help="sessions a month")
    options = top.parse_args(arguments)
    known = read()
    print(f"A month in US dollars, calls of {options.minutes:g} minutes\n")
    print(months(known, Session(minutes=options.minutes), options.sessions))
    print(f"\nOne call in US dollars, prices read on {known['prices_read']}\n")
    print(lengths(known))
    print(f"\nThe platform's prices\n\n{platform_prices(known)}")
    return 0


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
