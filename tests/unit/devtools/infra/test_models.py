"""models.json says one thing, and says when a model ends."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from devtools import ROOT
from devtools.infra import MODELS
from devtools.infra.models import inconsistencies, read

RAW = json.loads((ROOT / MODELS).read_text(encoding="utf-8"))


def changed(folder: Path, *path: str, to: Any) -> list[str]:
    """What is found once one value is another."""
    raw = json.loads(json.dumps(RAW))
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    file = folder / "models.json"
    file.write_text(json.dumps(raw))
    return inconsistencies(read(file))


def test_the_file_is_in_order() -> None:
    assert inconsistencies(read(ROOT / MODELS)) == []


@pytest.mark.parametrize(
    ("path", "value", "finding"),
    [
        (("realtime", "gpt-realtime-1.5", "places"), ["westus"], "gpt-realtime-1.5 is in westus, which is none"),
        (("realtime", "gpt-realtime-1.5", "places"), [], "gpt-realtime-1.5 is nowhere"),
        (("realtime", "gpt-realtime-1.5", "prices"), {"textIn": 4}, "gpt-realtime-1.5 has the prices"),
        (("transcription", "gpt-realtime-whisper", "prices"), {}, "gpt-realtime-whisper has the prices"),
        (("transcription", "gpt-realtime-whisper", "doubt"), "", "gpt-realtime-whisper has no end and no word on why"),
        (("default", "realtime"), "gpt-realtime-whisper", "is no realtime model"),
        (("default", "transcription"), "nothing", "is no transcription model"),
        (("default", "realtime"), "gpt-realtime-2.1-mini", "gpt-realtime-2.1-mini is not in every place"),
    ],
)
def test_what_contradicts_itself_is_found(tmp_path: Path, path: tuple[str, ...], value: Any, finding: str) -> None:
    assert any(finding in one for one in changed(tmp_path, *path, to=value))


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="isoformat"):
        changed(tmp_path, "realtime", "gpt-realtime-1.5", "retires", to="soon")


@pytest.mark.parametrize(
    ("today", "word"),
    [("2027-03-26", ""), ("2027-03-27", "soon"), ("2027-06-24", "soon"), ("2027-06-25", "retired")],
)
def test_a_model_warns_three_months_before_its_end(today: str, word: str) -> None:
    model = read(ROOT / MODELS).named("gpt-realtime-2.1")

    assert model is not None
    assert model.ends(date.fromisoformat(today)) == word


def test_a_model_without_a_known_end_never_warns() -> None:
    model = read(ROOT / MODELS).named("gpt-realtime-whisper")

    assert model is not None
    assert model.ends(date(2099, 1, 1)) == ""
