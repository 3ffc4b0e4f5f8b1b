"""The words that a page keeps on the device: each call in a record of its own, written within a second."""

from __future__ import annotations

from playwright.sync_api import Page

KEPT = """() => Object.keys(localStorage).filter((name) => name.startsWith("voicemint.turns")).sort()
    .flatMap((name) => JSON.parse(localStorage[name])).map(({ role, text }) => [role, text])"""


def kept(page: Page) -> list[list[str]]:
    """Role and words of all that is kept, from the oldest call's on."""
    turns: list[list[str]] = page.evaluate(KEPT)
    return turns


def expect_kept(page: Page, turns: list[list[str]]) -> None:
    """Wait until just this is kept."""
    for _ in range(50):
        if kept(page) == turns:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"kept is {kept(page)}, not {turns}")
