"""The page in the visitor's language: by the browser's wish, by their own choice, and from right to left."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.offline import Offline
from tests.e2e.pictures import speak
from tests.e2e.states import DESKTOP, PHONE
from tests.e2e.test_every_state import AXE, GEOMETRY, RUN_AXE

SEEN = os.environ.get("VOICEMINT_SEEN", "")


def written(page: Page, language: str, direction: str, action: str) -> None:
    html = page.locator("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", direction)
    expect(page.locator("#call")).to_have_attribute("dir", direction)
    expect(page.locator("#primary")).to_have_text(action)


def judge(page: Page, name: str) -> list[str]:
    """What reaches out of the screen, and what axe has to say."""
    faults = []
    for width, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        faults += [f"{name}, {width}: {fault}" for fault in page.evaluate(GEOMETRY, "#primary")]
        if SEEN:
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.screenshot(path=f"{SEEN}/{name}-{width}-{scheme}.png")
    if AXE.is_file() and name.startswith("arabic"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        faults += [f"{name}: {fault}" for fault in page.evaluate(RUN_AXE, None)]
    return faults


def test_the_page_speaks_the_visitor_s_language(playwright_: Playwright, offline: Offline, tmp_path: Path) -> None:
    with chromium(playwright_, speak(tmp_path / "microphone.wav")) as browser:
        visitor = Visitor(browser, offline.page, record=False, locale="de-AT", viewport=PHONE)
        page = visitor.page
        written(page, "de", "ltr", "Start")
        expect(page.get_by_role("radio", name="Assistent")).to_be_checked()
        expect(page.locator("#hint")).to_have_text("Wähle, mit wem du sprichst, und drücke dann auf Start.")
        faults = judge(page, "german")
        page.get_by_label("Sprache").select_option("ar")
        written(page, "ar", "rtl", "ابدأ")
        expect(page.get_by_role("radio", name="المساعد")).to_be_checked()
        faults += judge(page, "arabic")

        page.get_by_role("button", name="ابدأ", exact=True).click()
        visitor.expect_state("live")
        expect(page.locator("#state")).to_have_text("متصل")
        expect(page.get_by_label("اللغة")).to_be_hidden()  # nobody leaves a call by it
        expect(page.locator("#captions .user .who span").first).to_have_text("أنت")
        page.get_by_role("tab", name="المكالمة").click()
        expect(page.get_by_role("heading", name="الشبكة")).to_be_visible()
        faults += judge(page, "arabic-call")
        page.get_by_role("button", name="إيقاف").click()
        visitor.expect_state("ended")
        expect(page).to_have_title("انتهت · Voicemint")

        page.goto(f"{offline.page}/check.html")
        expect(page.get_by_role("heading", level=1)).to_have_text("فحص قبل المكالمة")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.goto(offline.page)
        page.get_by_label("اللغة").select_option("en")
        written(page, "en", "ltr", "Start")
        assert faults + visitor.complaints == []
