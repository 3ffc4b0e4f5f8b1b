"""The pages on settings and errors say what the code does, both ways."""

from __future__ import annotations

import re

from tests.mint_support import ROOT
from voicemint.choices import MAX_BODY_BYTES
from voicemint.errors import leaves
from voicemint.replies import Problem
from voicemint.setting_list import SETTINGS
from voicemint.settings import HOSTED_MARKS

SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
ERRORS_PAGE = (ROOT / "docs" / "errors.md").read_text("utf-8")


def rows(page: str) -> list[list[str]]:
    """The cells of every table row that begins with a code span, without the backquotes of the first two."""
    found = re.findall(r"^\| `([^`]+)` \| ?(.*) \|$", page, re.MULTILINE)
    return [[first, *(cell.strip() for cell in rest.split(" | "))] for first, rest in found]


def test_every_setting_is_documented_as_it_is_and_no_other() -> None:
    documented = [
        (name, default.strip("`|").strip(), required, allowed)
        for name, default, required, allowed in (_with_default(row) for row in rows(SETTINGS_PAGE.split("\n## ")[0]))
    ]

    assert documented == [(s.name, s.default or "", s.required, s.allowed) for s in SETTINGS]


def _with_default(row: list[str]) -> list[str]:
    """An empty default cell leaves its bar at the start of the rest."""
    name, *rest = row
    return [name, "", rest[0].lstrip("| "), *rest[1:]] if rest[0].startswith("|") else row


def test_every_setting_is_explained_beside_the_table() -> None:
    prose = "\n".join(line for line in SETTINGS_PAGE.splitlines() if not line.startswith("|"))

    assert [s.name for s in SETTINGS if s.name not in prose] == []


def test_no_setting_is_named_that_does_not_exist() -> None:
    named = set(re.findall(r"`([A-Z][A-Z_]{5,})(?:=[^`]*)?`", SETTINGS_PAGE + ERRORS_PAGE))
    platform = {*HOSTED_MARKS, "WEBSITE_HOSTNAME", "WEBSITE_AUTH_ENABLED", "IDENTITY_ENDPOINT"}

    assert named - {s.name for s in SETTINGS} - platform == set()


def test_every_mark_of_azure_is_documented() -> None:
    assert [mark for mark in HOSTED_MARKS if f"`{mark}`" not in SETTINGS_PAGE] == []


def test_every_error_is_documented_with_its_status_and_no_other() -> None:
    assert [(row[0], int(row[1])) for row in rows(ERRORS_PAGE)] == [(kind.code, kind.status) for kind in leaves()]
    assert all(len(row) == 4 and row[2] and row[3] for row in rows(ERRORS_PAGE))


def test_the_example_has_the_members_of_a_problem() -> None:
    example = ERRORS_PAGE.split("```")[1]

    assert re.findall(r'^  "(\w+)":', example, re.MULTILINE) == list(Problem.__struct_fields__)


def test_the_body_limit_is_the_documented_one() -> None:
    assert f"over {MAX_BODY_BYTES // 1024} KiB" in ERRORS_PAGE
