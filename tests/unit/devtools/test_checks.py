"""Every check that reads files finds a fault that was planted for it, and lets a good tree pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from devtools import checks, tree
from devtools.tree import Tree

Plant = Callable[[str, str], Tree]

GOOD = {
    "constraints.txt": "httpx==0.28.1\n",
    "requirements.txt": "-c constraints.txt\nhttpx==0.28.1\n",
    "package.json": json.dumps({"devDependencies": {"typescript": "5.9.3"}}),
    "README.md": "# Title\n\n[docs](docs/guide.md#the-first-step), [site](https://example.com), [top](#title).\n",
    "docs/guide.md": "# Guide\n\n## The first step\n\n```\n[not a link](nowhere.md)\n```\n[back](../README.md)\n",
    "code.py": "print('hello')\n",
}


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """A good tree with one file more, or one changed."""

    def planted(name: str, text: str) -> Tree:
        for path, content in (GOOD | {name: text}).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content, encoding="utf-8")
        return tree.read(tmp_path)

    return planted


@pytest.mark.parametrize("check", [checks.preview_strings, checks.addresses, checks.pins, checks.links, checks.lengths])
def test_a_good_tree_passes(plant: Plant, check: Callable[[Tree], list[str]]) -> None:
    assert check(plant("code.py", GOOD["code.py"])) == []


@pytest.mark.parametrize("word", checks.PREVIEW)
@pytest.mark.parametrize("name", ["function.py", "static_site/call.js", "infra/main.bicep", ".ci/run", "docs/guide.md"])
def test_a_preview_string_is_found_in_any_kind_of_file_and_case(plant: Plant, name: str, word: str) -> None:
    assert checks.preview_strings(plant(name, f"first\nurl?{word.upper()}=x\n")) == [f"{name}:2: {word}"]


@pytest.mark.parametrize(
    "line",
    [
        '"resolved": "https' + '://host/a.tgz"',
        "--extra-index" + "-url somewhere",
        "see files.python" + "hosted.org",
        "registry." + "npmjs" + ".org",
        "open('/" + "root/thing/file')",
        "cd /" + "Users/jo/code",
        "C:" + "\\Users\\jo",
        "(/" + "work/main/x)",
    ],
)
def test_a_download_address_or_a_path_of_a_machine_is_found(plant: Plant, line: str) -> None:
    assert len(checks.addresses(plant("notes.md", line))) == 1


@pytest.mark.parametrize(
    "line", ["/api/session", "/usr/bin/chromium", "shared/work/x", "https://example.com/home/page/"]
)
def test_other_paths_are_no_finding(plant: Plant, line: str) -> None:
    assert checks.addresses(plant("notes.md", line)) == []


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("requirements.txt", "httpx>=0.28\n", "is not pinned as name==version"),
        ("simulator/speech-requirements.txt", "httpx==0.27.0\n", "but constraints.txt says 0.28.1"),
        ("constraints.txt", "httpx\n", "is not pinned"),
        ("package.json", '{"devDependencies": {"typescript": "^5.9.3"}}', "typescript ^5.9.3 is not an exact version"),
        ("site/package.json", '{"dependencies": {"x": "latest"}}', "x latest is not an exact version"),
    ],
)
def test_a_loose_or_contradicting_pin_is_found(plant: Plant, name: str, text: str, words: str) -> None:
    findings = checks.pins(plant(name, text))
    assert any(words in finding and finding.startswith(name) for finding in findings)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("[a](docs/gone.md)", "leads nowhere"),
        ("![a](docs/images/gone.png)", "leads nowhere"),
        ("[a](docs/guide.md#second-step)", "names a heading that is not there"),
        ("[a](#nothing)", "names a heading that is not there"),
        ("[a](../outside.md)", "leads nowhere"),
    ],
)
def test_a_broken_link_is_found(plant: Plant, link: str, words: str) -> None:
    findings = checks.links(plant("README.md", f"# Title\n\n{link}\n"))
    assert len(findings) == 1
    assert findings[0].startswith("README.md:3: ")
    assert words in findings[0]


def test_anchors_are_made_as_github_makes_them() -> None:
    page = "# A `code` title!\n## Same\n## Same\n### [Linked](x.md) & more\n```\n# comment\n```\n"
    assert checks.anchors(page) == {"a-code-title", "same", "same-1", "linked--more"}


@pytest.mark.parametrize("name", ["code.py", "page.js", "style.css", "main.bicep"])
def test_a_long_file_is_found_and_one_of_just_the_length_is_not(plant: Plant, name: str) -> None:
    assert checks.lengths(plant(name, "x\n" * 351)) == [f"{name}: 351 lines, 350 at most"]
    assert checks.lengths(plant(name, "x\n" * 350)) == []
