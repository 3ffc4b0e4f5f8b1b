"""The states of what a call offers beside the talk, and of `<voice-call>` on somebody else's site."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.e2e.chromium import PATIENCE_MS, Visitor
from tests.e2e.foreign_site import foreign_site
from tests.e2e.states import Shown, Stage

SUNSET = """async () => {
  const canvas = new OffscreenCanvas(480, 320);
  const pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, 320);
  [[0, "#2b3a67"], [0.6, "#e8825a"], [0.65, "#f7c873"], [0.66, "#24405c"], [1, "#101c2e"]]
    .forEach(([at, colour]) => sky.addColorStop(at, colour));
  pen.fillStyle = sky;
  pen.fillRect(0, 0, 480, 320);
  const files = new DataTransfer();
  files.items.add(new File([await canvas.convertToBlob()], "sunset.png", { type: "image/png" }));
  const drop = { dataTransfer: files, bubbles: true, cancelable: true };
  document.querySelector("voice-call").dispatchEvent(new DragEvent("drop", drop));
}"""
SHOP = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>The Tea Room</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/own.css"><script src="/own.js"></script>
<script type="module" src="{endpoint}/js/voice_call.js"></script></head>
<body><main><h1>The Tea Room</h1>
<p>Forty teas, and someone to ask about them. Green tea wants water of 80 degrees and two minutes; black tea wants more
of both.</p>
<voice-call id="one" endpoint="{endpoint}"></voice-call></main></body>
</html>
"""
SHOP_LOOKS = """
:root { color-scheme: light dark; font: 1rem/1.6 Georgia, serif; }
body { margin: 0; background: light-dark(#fff, #161412); color: light-dark(#2a2320, #efe8e0); }
main { max-width: 44rem; margin: auto; padding: 2rem 1.25rem; }
voice-call { max-width: 26rem; --voice-call-paper: light-dark(#faf5ee, #1f1a17);
  --voice-call-assistant: light-dark(#7a3e12, #f0b37e); --voice-call-person: light-dark(#3d5a45, #9ec7a8); }
"""


def beside_the_talk(stage: Stage) -> Iterator[Shown]:
    visitor = stage.visitor(stage.offline.page)
    page = visitor.page
    visitor.start()
    expect(page.get_by_role("button", name="Show a picture")).to_be_visible(timeout=PATIENCE_MS)
    page.evaluate(SUNSET)
    expect(page.get_by_role("group", name="Picture to send")).to_be_visible(timeout=PATIENCE_MS)
    yield Shown("picture-attached", "A picture, made small on this device, waits to be sent.", visitor)
    visitor.type("What is this?")
    visitor.expect_turns("assistant", 1)
    page.get_by_role("button", name="Record").click()
    consent = page.get_by_role("dialog")
    expect(consent).to_be_visible(timeout=PATIENCE_MS)
    yield Shown("recording-consent", "A recording asks first.", visitor, ".agree")
    consent.get_by_role("checkbox").check()
    consent.get_by_role("button", name="Start recording").click()
    expect(page.locator(".recording")).to_contain_text("End recording", timeout=PATIENCE_MS)
    visitor.expect_activity("listening")
    page.mouse.move(0, 0)
    yield Shown("recording", "A recording is in sight all the time; above it, the picture and the answer.", visitor)
    visitor.type("Okay, goodbye!")
    visitor.expect_state("ended")
    expect(page.locator(".recording")).to_contain_text("not saved yet", timeout=PATIENCE_MS)
    yield Shown("ended-goodbye", "Ended by a goodbye; the recording waits to be saved.", visitor)
    page.close()


def elsewhere(stage: Stage) -> Iterator[Shown]:
    with foreign_site() as site:
        endpoint = stage.offline.another_page(ALLOWED_ORIGINS=site.url)
        site.embed(endpoint, stage.offline.service)
        kind, _, headers = site.pages["/"]
        site.put("/", kind, SHOP.format(endpoint=endpoint), headers)
        site.put("/own.css", "text/css", SHOP_LOOKS)
        visitor = stage.visitor(site.url)
        expect(visitor.page.locator("#primary")).to_be_visible()
        yield Shown("embed-idle", "The element on another site, with its colours.", visitor, stays=False)
        visitor.start()
        _talk(visitor)
        yield Shown("embed-live", "The same in a call.", visitor, stays=False, part="#one")
        visitor.page.close()


def _talk(visitor: Visitor) -> None:
    visitor.type("What is the capital of Japan?")
    visitor.expect_turns("assistant", 1)
    expect(visitor.page.locator("html")).to_have_attribute("data-activity", "listening", timeout=PATIENCE_MS)
