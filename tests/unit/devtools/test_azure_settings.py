"""`demo --azure` names everything that is missing in one message."""

from __future__ import annotations

import json
from pathlib import Path

from devtools import ROOT
from devtools.azure_settings import message

AZURE = {"AZURE_OPENAI_ENDPOINT": "https://contoso.openai.azure.com", "AZURE_OPENAI_DEPLOYMENT": "gpt-realtime"}


def test_every_missing_setting_is_named_at_once_with_what_to_do(tmp_path: Path) -> None:
    text = message({}, tmp_path / "local.settings.json")
    assert "AZURE_OPENAI_ENDPOINT" in text
    assert "AZURE_OPENAI_DEPLOYMENT" in text
    assert "local.settings.json.example" in text


def test_the_environment_alone_is_enough(tmp_path: Path) -> None:
    assert message(AZURE, tmp_path / "local.settings.json") == ""


def test_the_file_alone_is_enough(tmp_path: Path) -> None:
    file = tmp_path / "local.settings.json"
    file.write_text(json.dumps({"IsEncrypted": False, "Values": AZURE}))
    assert message({}, file) == ""


def test_the_example_as_it_is_is_not_enough() -> None:
    text = message({}, ROOT / "local.settings.json.example")
    assert "AZURE_OPENAI_ENDPOINT is still that of the example." in text
    assert "AZURE_OPENAI_DEPLOYMENT" not in text


def test_a_broken_file_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "local.settings.json"
    file.write_text("{")
    assert "\n" not in message(AZURE, file)
