"""host.json is read, or its fault is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_host.host_json import extension_options


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (None, {}),
        ("{}", {}),
        ('{"extensions": {"http": {"routePrefix": "x"}}}', {}),
        ('{"extensions": {"queues": {"batchSize": 1}}}', {"batchSize": 1}),
    ],
)
def test_what_an_extension_is_told(tmp_path: Path, content: str | None, options: object) -> None:
    if content is not None:
        (tmp_path / "host.json").write_text(content)
    assert extension_options(tmp_path / "host.json", "queues") == options


@pytest.mark.parametrize("content", ["{", "[]", '{"extensions": []}', '{"extensions": {"queues": 1}}'])
def test_a_broken_file_is_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "host.json").write_text(content)
    with pytest.raises(ValueError, match=r"^host\.json"):
        extension_options(tmp_path / "host.json", "queues")
