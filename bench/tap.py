"""From the tap on Start to "Listening": `python -m bench.tap`.

Ours beside the serial flow that most voice pages have (serial_call.js), in one Chromium, against one function and one
offline service, whose mint and whose SDP exchange are made slow by the same time. All ways take turns within a round,
and each round begins with another one. The clock runs from the click to the moment at which the page says "Listening",
by the page's own clock. Both pages have the microphone's permission, as on a second visit, and a microphone that takes
as long as Chromium's own fake one. Each call is in a fresh context with an empty cache.

The button is reached as a person does it:

* by mouse: from 500 px away with a movement of minimum jerk (Flash and Hogan, 1985) of 600 ms, a little beside the
  straight line; 200 ms later the button goes down, 90 ms later up. Models of pointing with a mouse give more: 1.1 s for
  the movement (the keystroke-level model of Card, Moran and Newell), and instant.page counts over 300 ms from
  coming over a link to the click;
* by touch: the finger stays down for 90 ms, which instant.page gives as the average, and nothing comes before it, but
  the page is at rest by then: for half a second nothing was under way;
* by keyboard: the button has the focus for 300 ms, then Enter; this is our assumption.

The serial page is clicked by the same mouse, and does nothing before the click. Prints a table, and writes
bench/results/tap.json, tap.md and tap.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from bench.tap_plot import plot
from tests.e2e.chromium import chromium
from tests.e2e.offline import Offline
from tests.speech_wav import RATE

RESULTS = Path(__file__).parent / "results"
CLOCK = Path(__file__).with_name("tap_clock.js")
LATENCIES_MS = (50, 200, 600)
AWAY_PX, ASIDE_PX, MOVE_MS, REST_MS = 500, 30, 600, 200
FRAME_MS = 16
HELD_MS = 90
FOCUS_MS = 300
PATIENCE_MS = 30_000
PHONE: dict[str, Any] = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 844}}
SERIAL = "one step after another"


@dataclass(frozen=True)
class Way:
    """A page and how its button is reached."""

    press: Callable[[Page], None]
    path: str = ""
    script: Path | None = None
    phone: bool = False


@dataclass(frozen=True)
class Tap:
    """Milliseconds to "Listening"."""

    from_click: float
    from_press: float


def middle(page: Page) -> tuple[float, float]:
    """Of the main button."""
    box = page.locator("#primary").bounding_box()
    if box is None:
        raise RuntimeError("The page shows no main button.")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def jerk(part: float) -> float:
    """How far a movement of minimum jerk has come after this part of its time."""
    return part**3 * (10 - 15 * part + 6 * part**2)


def mouse(page: Page) -> None:
    x, y = middle(page)
    away = min(AWAY_PX, x - 1)
    page.mouse.move(x - away, y)
    began = time.monotonic()
    part = 0.0
    while part < 1:
        page.wait_for_timeout(FRAME_MS)
        part = min(1, (time.monotonic() - began) * 1000 / MOVE_MS)
        done = jerk(part)
        page.mouse.move(x - away * (1 - done), y - ASIDE_PX * 4 * done * (1 - done))
    page.wait_for_timeout(REST_MS)
    page.mouse.down()
    page.wait_for_timeout(HELD_MS)
    page.mouse.up()


def finger(page: Page) -> None:
    x, y = middle(page)
    point = {"x": x, "y": y}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.wait_for_timeout(HELD_MS)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def keyboard(page: Page) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("#primary").evaluate("(button) => button.matches(':focus')"):
            break
    page.wait_for_timeout(FOCUS_MS)
    page.keyboard.press("Enter")


WAYS = {
    SERIAL: Way(mouse, "robots.txt", Path(__file__).with_name("serial_call.js")),
    "ours, by mouse": Way(mouse),
    "ours, by touch": Way(finger, phone=True),
    "ours, by keyboard": Way(keyboard),
}


def open_page(context: BrowserContext, url: str, way: Way) -> Page:
    """The page, loaded and at rest."""
    page = context.new_page()
    page.add_init_script(path=CLOCK)
    if way.script:
        page.add_init_script(path=way.script)
    page.goto(f"{url}/{way.path}")
    expect(page.locator("#primary")).to_be_enabled()
    page.wait_for_load_state("networkidle")
    return page


def tap(browser: Browser, page_url: str, way: Way) -> Tap:
    """One call in a fresh context, hung up again."""
    context = browser.new_context(permissions=["microphone"], **(PHONE if way.phone else {}))
    try:
        page = open_page(context, page_url, way)
        way.press(page)
        listening = '[data-state="live"][data-activity="listening"]'
        page.locator(listening).first.wait_for(state="attached", timeout=PATIENCE_MS)
        seen = page.evaluate("__tap")
        page.locator("#primary").click()
        page.locator('[data-state="ended"]').first.wait_for(state="attached", timeout=PATIENCE_MS)
    finally:
        context.close()
    return Tap(seen["listening"] - seen["clicked"], seen["listening"] - seen.get("pressed", seen["clicked"]))


def run(playwright: Playwright, offline: Offline, quiet: Path, rounds: int) -> dict[int, dict[str, list[Tap]]]:
    """Every way in every round, at each latency; the first round only warms up."""
    names = list(WAYS)
    taps: dict[int, dict[str, list[Tap]]] = {latency: {name: [] for name in names} for latency in LATENCIES_MS}
    with chromium(playwright, quiet) as browser:
        for name in names:
            tap(browser, offline.page, WAYS[name])
        for number in range(rounds):
            for latency in LATENCIES_MS:
                offline.turn(mint_latency_ms=latency, calls_latency_ms=latency)
                first = number % len(names)
                for name in names[first:] + names[:first]:
                    taps[latency][name].append(tap(browser, offline.page, WAYS[name]))
    return taps


def summary(found: list[Tap], serial: list[Tap]) -> dict[str, object]:
    """Milliseconds from the click; the ratio to the serial page round by round."""
    times = sorted(one.from_click for one in found)
    ratios = sorted(ours.from_click / theirs.from_click for ours, theirs in zip(found, serial, strict=True))
    return {
        "n": len(times),
        "median ms": round(statistics.median(times)),
        "spread ms": [round(times[0]), round(times[-1])],
        "ratio": round(statistics.median(ratios), 2),
        "ratio spread": [round(ratios[0], 2), round(ratios[-1], 2)],
        "median ms from the press": round(statistics.median(one.from_press for one in found)),
    }


def table(figures: dict[str, dict[str, dict[str, object]]]) -> str:
    """As Markdown."""
    heads = ["mint and exchange, each", "way", "n", "median ms", "spread ms", "ratio", "ratio spread"]
    lines = [heads, ["---"] * len(heads)]
    for latency, ways in figures.items():
        for name, row in ways.items():
            cells = [row[head] for head in heads[2:]]
            texts = [f"{cell[0]} to {cell[1]}" if isinstance(cell, list) else str(cell) for cell in cells]
            lines.append([f"{latency} ms slower", name, *texts])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write_quiet(folder: Path) -> Path:
    """The microphone of someone who says nothing."""
    path = folder / "quiet.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * RATE))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the way from the tap to a page that listens.")
    parser.add_argument("--rounds", type=int, default=7, help="calls of each way at each latency (default 7)")
    rounds = parser.parse_args().rounds
    began = time.monotonic()
    offline = Offline()
    try:
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            taps = run(playwright, offline, write_quiet(Path(folder)), rounds)
    finally:
        offline.stop()
    figures = {
        str(latency): {name: summary(found, ways[SERIAL]) for name, found in ways.items()}
        for latency, ways in taps.items()
    }
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    told = f"{rounds} rounds in {time.monotonic() - began:.0f} s on {machine}; load at the end: {load}."
    print(f"{told}\n\n{table(figures)}")
    RESULTS.mkdir(exist_ok=True)
    found = {"machine": machine, "load average": load, "rounds": rounds, "figures": figures}
    (RESULTS / "tap.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "tap.md").write_text(f'# From the tap to "Listening"\n\n{told}\n\n{table(figures)}\n', encoding="utf-8")
    (RESULTS / "tap.svg").write_text(plot(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
