"""Reads `models.json`: which models there are, where, until when, at what price."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SOON = timedelta(days=90)
"""How long before its end a model is worth a warning."""

PRICES = {
    "realtime": {"textIn", "textCached", "textOut", "audioIn", "audioCached", "audioOut", "imageIn"},
    "transcription": {"transcriptionHour", "transcriptionTokens"},
}
"""The page's own names of prices: all of them for a model that talks, one of them for one that listens."""


@dataclass(frozen=True)
class Model:
    """One model. `retires` is None where no source tells, `usage_name` where nobody was seen to write it.

    `usage_name` is that of its quota; `doubt` is what sources disagree on, empty for nothing.
    """

    name: str
    kind: str
    version: str
    sku: str
    usage_name: str | None
    places: tuple[str, ...]
    retires: date | None
    doubt: str
    prices: Mapping[str, float]

    def ends(self, today: date) -> str:
        """ "retired", "soon", or empty."""
        if self.retires is None:
            return ""
        return "retired" if self.retires <= today else "soon" if self.retires - SOON <= today else ""


@dataclass(frozen=True)
class Models:
    """The whole file. `site_places` says for each region where its Static Web App goes."""

    models: tuple[Model, ...]
    site_places: Mapping[str, str]
    default: Mapping[str, Any]
    prices_read: date

    def of(self, kind: str) -> list[Model]:
        return [one for one in self.models if one.kind == kind]

    def named(self, name: str) -> Model | None:
        return next((one for one in self.models if one.name == name), None)


def read(path: Path) -> Models:
    """The file as data. Raises `KeyError` or `ValueError` where it lacks something or a date is none."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Models(
        tuple(_model(kind, name, entry) for kind in PRICES for name, entry in raw[kind].items()),
        {place: entry["static_web_app"] for place, entry in raw["places"].items()},
        raw["default"],
        date.fromisoformat(raw["prices_read"]),
    )


def _model(kind: str, name: str, raw: Mapping[str, Any]) -> Model:
    retires = raw["retires"]
    return Model(
        name,
        kind,
        raw["version"],
        raw["sku"],
        raw["usage_name"],
        tuple(raw["places"]),
        date.fromisoformat(retires) if retires else None,
        raw["doubt"],
        raw["prices"],
    )


def inconsistencies(known: Models) -> list[str]:
    """What is wrong with the file in itself."""
    found: list[str] = []
    for one in known.models:
        if stray := sorted(set(one.places) - set(known.site_places)):
            found.append(f"models.json: {one.name} is in {', '.join(stray)}, which is none of our places")
        if not one.places:
            found.append(f"models.json: {one.name} is nowhere")
        whole = set(one.prices) == PRICES[one.kind] if one.kind == "realtime" else set(one.prices) < PRICES[one.kind]
        if not (one.prices and whole):
            found.append(f"models.json: {one.name} has the prices {sorted(one.prices)}")
        if one.retires is None and not one.doubt:
            found.append(f"models.json: {one.name} has no end and no word on why")
    for kind in PRICES:
        chosen = known.named(str(known.default[kind]))
        if chosen is None or chosen.kind != kind:
            found.append(f"models.json: the default {known.default[kind]} is no {kind} model")
        elif set(chosen.places) != set(known.site_places):
            found.append(f"models.json: the default {chosen.name} is not in every place")
    return found
