"""What a page names and is not there is found; what only looks like a path is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from devtools import check_docs, cli
from devtools.tree import Tree

GOOD = {
    "docs/guide.md": "`docs/other.md`, `other.md`, `devtools/`, `tool/x.py`, `application/sdp`\n",
    "docs/other.md": "`python -m devtools.thing`, `python3 dev.py demo --no-open`, `python -m http.server`\n",
    "devtools/thing.py": "os.environ['VOICEMINT_VENV']\n",
    "devtools/package/__main__.py": "",
    ".ci/run": "",
    "infra/main.parameters.json": '{"x": "${VOICEMINT_MODEL=a}"}',
    "README.md": "`bash .ci/run`, `VOICEMINT_MODEL`, `VOICEMINT_VENV`, `python -m devtools.package`\n",
}


@pytest.fixture
def page(tmp_path: Path) -> Callable[[str], Tree]:
    """A good tree whose guide says one line more."""

    def written(line: str) -> Tree:
        for name, text in GOOD.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        guide = tmp_path / "docs" / "guide.md"
        guide.write_text(GOOD["docs/guide.md"] + line + "\n", encoding="utf-8")
        # Not `tree.read`: without git it leaves hidden folders out.
        return Tree(tmp_path, tuple(Path(name) for name in GOOD))

    return written


@pytest.mark.parametrize(
    "line",
    ["", "`docs/`", "`python3 dev.py test tests/unit -k voice -x`", "dev.py serve --port N", "`/api/session`", "`a/b`"],
)
def test_what_is_there_or_is_no_path_passes(page: Callable[[str], Tree], line: str) -> None:
    assert check_docs.named(page(line)) == []


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("`docs/gone.md`", "docs/gone.md is not there"),
        ("see `devtools/gone/`", "devtools/gone/ is not there"),
        ("`infra/main.bicep` makes", "infra/main.bicep is not there"),
        ("run `python3 dev.py deploy`", "dev.py has no command deploy"),
        ("run `python3 dev.py demo --fast`", "dev.py demo has no option --fast"),
        ("    python -m devtools.gone", "python -m devtools.gone does not run"),
        ("`python3 -m devtools`", "python -m devtools does not run"),
        ("azd env set VOICEMINT_MODLE x", "VOICEMINT_MODLE is no variable"),
        ("`bash .ci/ran`", ".ci/ran is not there"),
    ],
)
def test_what_is_not_there_is_found(page: Callable[[str], Tree], line: str, finding: str) -> None:
    assert check_docs.named(page(line)) == [f"docs/guide.md:2: {finding}"]


def test_the_commands_are_those_of_the_command_line() -> None:
    commands = check_docs.options(cli.parser())
    assert {"demo", "serve", "test", "check"} <= commands.keys()
    assert "--relay" in commands["demo"]
