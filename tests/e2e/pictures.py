"""`python -m tests.e2e.pictures`: makes the pictures of docs/states.md, and that page, and the README's pictures anew.

Each state is photographed on a phone and on a desktop, light and dark. With names of states as arguments only those
are, and the page stays as it is.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

from simulator.speech.ladder import choose
from tests.e2e.chromium import chromium
from tests.e2e.offline import Offline
from tests.e2e.states import DESKTOP, PHONE, SPOKEN, Shown, Stage, resize, walk
from tests.programs import ROOT
from tests.speech_wav import write_wav

IMAGES = ROOT / "docs" / "images"
GALLERY = ROOT / "docs" / "states.md"
SIZES = {"phone": (PHONE, 0.8), "desktop": (DESKTOP, 0.6)}
"""The window, and how much smaller its picture is: all of them together stay below 2.5 MB."""
SCHEMES = ("light", "dark")
QUALITY = 35
FOR_README = {("live-speaking", "desktop", "light"): "page.png", ("live-speaking", "phone", "dark"): "phone.png"}
INTRODUCTION = """# Every state of the page

Photographed on a phone (390 by 844) and on a desktop (1280 by 800), light and dark, by `python -m tests.e2e.pictures`.
It walks the same way as `tests/e2e/test_every_state.py`: there axe has nothing to say in any of them, nothing reaches
out of the screen, down to a width of 320 pixels and at 200 % zoom, and the main button is in reach.

| state | phone | desktop |
|---|---|---|
"""


def photograph(shown: Shown, images: Path) -> None:
    page = shown.page
    camera = page.context.new_cdp_session(page)
    for size, (viewport, scale) in SIZES.items():
        resize(page, viewport, shown.part)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            picture = images / "states" / f"{shown.name}-{size}-{scheme}.webp"
            picture.write_bytes(_developed(camera, scale))
            if name := FOR_README.get((shown.name, size, scheme)):
                page.screenshot(path=images / name)
    resize(page, PHONE)
    camera.detach()


def _developed(camera: CDPSession, scale: float) -> bytes:
    """What the window shows, as WebP, which Playwright itself does not make."""
    view = camera.send("Page.getLayoutMetrics")["cssVisualViewport"]
    clip = {"x": view["pageX"], "y": view["pageY"], "width": view["clientWidth"], "height": view["clientHeight"]}
    wanted = {"format": "webp", "quality": QUALITY, "clip": {**clip, "scale": scale}}
    return base64.b64decode(camera.send("Page.captureScreenshot", wanted)["data"])


def row(shown: Shown) -> str:
    """One line of the gallery."""
    cells = []
    for size, width in (("phone", 130), ("desktop", 340)):
        paths = [f"images/states/{shown.name}-{size}-{scheme}.webp" for scheme in SCHEMES]
        cells.append(" ".join(f'<img src="{path}" width="{width}" alt="">' for path in paths))
    return f"| {shown.about} `{shown.name}` | {' | '.join(cells)} |\n"


def speak(path: Path) -> Path:
    """What the microphone hears, as a file."""
    mouth = choose().speech.synthesiser
    with ThreadPoolExecutor(max_workers=1) as apart:  # Playwright may own the event loop of this thread
        apart.submit(lambda: asyncio.run(write_wav(path, [(SPOKEN, 5)], synthesiser=mouth, lead_seconds=3))).result()
    return path


def main(names: Sequence[str] = (), images: Path = IMAGES, gallery: Path = GALLERY) -> None:
    (images / "states").mkdir(parents=True, exist_ok=True)
    rows, seen = [], set()
    offline = Offline()
    try:
        with tempfile.TemporaryDirectory() as here:
            voice = speak(Path(here) / "microphone.wav")
            with sync_playwright() as playwright, chromium(playwright, voice) as browser:
                for shown in walk(Stage(browser, offline)):
                    if not names or shown.name in names:
                        photograph(shown, images)
                    rows.append(row(shown))
                    seen.add(shown.name)
    finally:
        offline.stop()
    if unknown := set(names) - seen:
        sys.exit(f"There is no state {', '.join(sorted(unknown))}.")
    if not names:
        gallery.write_text(INTRODUCTION + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
