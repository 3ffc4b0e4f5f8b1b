"""The page of troubleshooting names every diagnosis, every error code of API and page, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from devtools.doctor.catalogue import by_id
from devtools.doctor.document import written
from devtools.doctor.report import BLIND, BROKEN, HEALTHY
from devtools.hooks.run import HOOKS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
SCRIPTS = ("failures.js", "call_failures.js")
"""Where the page has its own codes, one an entry, with its words."""

WORDS = "\n".join((ROOT / "static_site" / "public" / "js" / name).read_text("utf-8") for name in SCRIPTS)


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_the_diagnoses_are_those_of_the_code() -> None:
    assert written(PAGE) == PAGE, "run python -m devtools.doctor.document"
    assert sorted(first_cells(section("By what the doctor says"))) == sorted(by_id())


def test_every_code_of_the_api_and_of_the_page_is_explained_once() -> None:
    from voicemint.errors import leaves

    own = re.findall(r"^  (\w+): \[", WORDS, re.MULTILINE)
    codes = [leaf.code for leaf in leaves()]
    listed = re.findall(r"^\| `(\w+)` \| \d{3}", (ROOT / "docs/errors.md").read_text("utf-8"), re.MULTILINE)

    assert len(own) > 15
    told = first_cells(section("By error code"))
    assert told[: len(codes)] == codes
    assert sorted(told[len(codes) :]) == sorted(own)
    assert sorted(codes) == sorted(listed)


def test_every_diagnosis_that_it_refers_to_exists() -> None:
    families = {one.partition(".")[0] for one in by_id()}
    named = {one for one in re.findall(r"`([a-z-]+\.[a-z-]+)`", PAGE) if one.partition(".")[0] in families}
    assert named - set(by_id()) - {"check.html"} == set()
    assert len(named) > 90


def test_what_people_see_leads_to_diagnoses() -> None:
    rows = [line for line in section("By what you see").splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 18
    linked = [row for row in rows if re.search(r"`[a-z-]+\.[a-z-]+`|_required`", row)]
    assert len(linked) >= len(rows) - 2


def test_exit_codes_are_those_of_the_code() -> None:
    told = re.findall(r"^\| (\d) \| (\w+)", PAGE, re.MULTILINE)
    assert told == [(str(HEALTHY), "nothing"), (str(BROKEN), "something"), (str(BLIND), "there")]


def test_words_of_the_page_are_quoted_as_it_says_them() -> None:
    errors = (ROOT / "voicemint/errors.py").read_text("utf-8")
    for words in re.findall(r'"([A-Z][^"]+)"', section("By what you see")):
        assert words in WORDS or words in errors or words == "Deployed", words


def test_variables_that_it_names_are_read_somewhere() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("devtools", "infra", "voicemint")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".json", ".bicep"}
    )
    for name in set(re.findall(r"\b(VOICEMINT_[A-Z_]+|[A-Z]+(?:_[A-Z]+)+)\b", section("By error code") + PAGE[:3000])):
        assert name in code, name
    assert "predeploy" in HOOKS
