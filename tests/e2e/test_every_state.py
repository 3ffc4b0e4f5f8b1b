"""In every state of every page: axe has nothing to say, nothing reaches out of the screen, and the button that leads on
is in reach; on a phone, on a desktop, on the narrowest screen, at 200 % zoom, in light and dark.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.e2e.chromium import chromium
from tests.e2e.offline import Offline
from tests.e2e.pictures import speak
from tests.e2e.states import DESKTOP, PHONE, Shown, Stage, resize, walk
from tests.programs import ROOT

AXE = ROOT / "static_site" / "node_modules" / "axe-core" / "axe.min.js"
GEOMETRY = Path(__file__).with_name("geometry.js").read_text(encoding="utf-8")
NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": 640, "height": 400}
"""1280 by 800 at 200 %: a browser's zoom is nothing but fewer CSS pixels."""
FEWEST_STATES = 55
RUN_AXE = """
(rules) => axe.run({ resultTypes: ["violations"], preload: false, ...(rules && { runOnly: rules }) }).then((report) =>
  report.violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ target }) => target.flat().join(" "))}`))
"""
"""Without `preload`, which makes style elements, and those the page's security policy refuses."""
OF_LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""What a state judged once can still get wrong in other colours, or on another screen."""
UNAVOIDABLE = "Failed to load resource"
"""The browser's own line for a request that was refused or lost, which no page can keep out of the console."""


def judge(shown: Shown, axe: str) -> list[str]:
    """What is wrong with a state."""
    page = shown.page
    faults = []
    for viewport, scheme in ((PHONE, "light"), (NARROW, ""), (ZOOMED, ""), (DESKTOP, "dark")):
        resize(page, viewport)
        if not shown.stays:
            page.locator(shown.button).scroll_into_view_if_needed()
        where = f"{shown.name} at {viewport['width']}x{viewport['height']}"
        faults += [f"{where}: {fault}" for fault in page.evaluate(GEOMETRY, shown.button)]
        if viewport is ZOOMED and shown.button == "#primary" and shown.stays:
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            faults += [f"{where}, at its end: {fault}" for fault in page.evaluate(GEOMETRY, shown.button)]
        if scheme:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if not page.evaluate("'axe' in window"):
                # Evaluated, not added as a script element: the page's security policy would refuse that, and rightly.
                page.evaluate(axe)
            rules = None if scheme == "light" else OF_LOOKS
            faults += [f"{where}, {scheme}: {fault}" for fault in page.evaluate(RUN_AXE, rules)]
    resize(page, PHONE)
    faults += [f"{shown.name}: {line}" for line in shown.visitor.complaints if UNAVOIDABLE not in line]
    shown.visitor.complaints.clear()
    return faults


@pytest.mark.skipif(not AXE.is_file(), reason="needs the site's test packages: run `dev.py test`")
def test_nothing_is_wrong_with_any_state(playwright_: Playwright, offline: Offline, tmp_path: Path) -> None:
    axe = AXE.read_text(encoding="utf-8")
    faults: list[str] = []
    seen: list[str] = []
    with chromium(playwright_, speak(tmp_path / "microphone.wav")) as browser:
        for shown in walk(Stage(browser, offline)):
            seen.append(shown.name)
            faults += judge(shown, axe)
    assert faults == [], "\n".join(faults)
    assert len(seen) == len(set(seen)) >= FEWEST_STATES
