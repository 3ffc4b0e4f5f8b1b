"""Question 10: what Azure's catalogue says of our models in a region, beside what models.json says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devtools import ROOT
from devtools.infra import MODELS
from devtools.infra.models import Model, read
from devtools.live_smoke.answers import Answer, CannotAsk, compared
from devtools.live_smoke.bench import Bench


async def lifecycles(bench: Bench) -> Answer:
    """One look into the catalogue."""
    if not bench.region:
        raise CannotAsk("no --region")
    told = bench.az(["cognitiveservices", "model", "list", "--location", bench.region])
    offered = {(one["model"]["name"], one["model"]["version"]): one["model"] for one in told}
    models = [one for one in read(ROOT / MODELS).of("realtime") if bench.region in one.places]
    lines = [_line(one, offered.get((one.name, one.version))) for one in models]
    return compared("; ".join(words for words, _ in lines), all(agrees for _, agrees in lines))


def _line(model: Model, found: Mapping[str, Any] | None) -> tuple[str, bool]:
    name = f"{model.name} {model.version}"
    if found is None:
        return f"{name}: not offered", False
    status = found.get("lifecycleStatus", "unknown")
    end = str((found.get("deprecation") or {}).get("inference", ""))[:10]
    known = model.retires.isoformat() if model.retires else ""
    return f"{name}: {status}, inference until {end or 'unknown'}", end == known and "eprecat" not in status
