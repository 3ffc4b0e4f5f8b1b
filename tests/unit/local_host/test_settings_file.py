"""local.settings.json fills in what the environment lacks, and its faults never show a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_host.settings_file import missing_from, read_values


def written(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "local.settings.json"
    file.write_text(content, "utf-8")
    return file


def test_no_file_no_values(tmp_path: Path) -> None:
    assert read_values(tmp_path / "local.settings.json") == {}


def test_values(tmp_path: Path) -> None:
    file = written(tmp_path, '\ufeff{"IsEncrypted": false, "Values": {"A": "1"}, "Host": {"CORS": "*"}}')
    assert read_values(file) == {"A": "1"}


def test_the_environment_wins_even_with_an_empty_value() -> None:
    assert missing_from({"A": "env", "C": ""}, {"A": "file", "B": "file", "C": "file"}) == {"B": "file"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"Values": {"KEY": "canary', "not valid JSON"),
        ("[]", "must hold an object"),
        ('{"Values": ["canary"]}', "must hold an object"),
        ('{"IsEncrypted": true, "Values": {"KEY": "canary"}}', "encrypted"),
        ('{"Values": {"B": 1, "A": "canary", "C": true}}', "text in quotes: B, C"),
    ],
)
def test_faults_are_plain_and_show_no_value(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as fault:
        read_values(written(tmp_path, content))
    assert "canary" not in str(fault.value)
    assert fault.value.__cause__ is None
