"""The options: their defaults, and what is refused."""

from __future__ import annotations

import pytest

from simulator.command_line import parse


def test_without_options_it_is_for_this_machine_only() -> None:
    options = parse([])
    assert (options.host, options.port, options.knobs, options.log_level) == ("127.0.0.1", 8090, "{}", "warning")
    assert (options.key_file, options.scripted, options.fixed_clock, options.deployment) == (None, None, None, [])


@pytest.mark.parametrize("arguments", [["--port", "x"], ["--log-level", "loud"], ["--odd"], ["--fixed-clock", "noon"]])
def test_wrong_options_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert "usage: python -m simulator" in capsys.readouterr().err
