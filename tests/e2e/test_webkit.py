"""In a browser without WebRTC, a real WebKit: the page says so, and what needs no call still works."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.e2e.offline import Offline
from tests.e2e.webkit import WebKit, webkit

SAVED = [
    {"role": "user", "text": "What is the capital of Japan?", "status": "done", "at": 1_790_000_000_000},
    {"role": "assistant", "text": "Tokyo.", "status": "done", "name": "Assistant", "at": 1_790_000_002_000},
]
FILES = """
window.__files = [];
const make = URL.createObjectURL;
URL.createObjectURL = (blob) => {
  blob.text().then((text) => window.__files.push(text));
  return make.call(URL, blob);
};
"""


@pytest.fixture(scope="module")
def window() -> Iterator[WebKit]:
    with webkit() as running:
        if running.run("return typeof RTCPeerConnection") != "undefined":
            pytest.skip("platform: this WebKit has WebRTC")
        yield running


def test_it_says_that_it_cannot_call_and_what_was_said_is_there_to_read_and_save(
    window: WebKit, offline: Offline
) -> None:
    window.open(offline.page)
    window.run("localStorage.setItem('voicemint.turns', arguments[0])", json.dumps(SAVED))
    window.open(offline.page)
    window.until("return find('#captions')?.innerText.includes('Tokyo')")
    window.click("#primary")
    assert window.until("return document.documentElement.dataset.failure") == "unsupported"
    said = window.text("#failure")
    assert "This browser cannot make calls" in said
    assert "Use a current Chrome, Edge, Firefox or Safari." in said
    assert window.run("return document.documentElement.dataset.holding") == ""
    window.run(FILES)
    window.click("#save-talk")
    names = window.until(
        "return [...find('[aria-label=\"Save the conversation as\"]')?.querySelectorAll('button') ?? []]"
        ".map((one) => one.textContent)"
    )
    assert {"Text", "JSON", "Subtitles"} <= {name.strip() for name in names}
    window.run(
        "[...find('[aria-label=\"Save the conversation as\"]').querySelectorAll('button')]"
        ".find((one) => one.textContent.trim() === 'Text').click()"
    )
    assert "Tokyo" in window.until("return window.__files[0]")


def test_the_check_names_the_browser_as_what_is_missing(window: WebKit, offline: Offline) -> None:
    window.open(f"{offline.page}/check.html")
    window.click("#go")
    window.until(
        "if (find('#heard')?.checkVisibility()) find('#heard').click();"
        "return document.documentElement.dataset.check === 'done'"
    )
    assert window.run("return find('#step-browser').dataset.state") == "bad"
    assert "This browser cannot make calls" in window.text("#step-browser")
    assert "browser" in window.text("#verdict-title").lower()


def test_the_page_of_the_api_is_readable(window: WebKit, offline: Offline) -> None:
    window.open(f"{offline.page}/api.html")
    window.until("return document.body.innerText.includes('/api/session')")


def test_it_may_be_left_while_it_still_loads(window: WebKit, offline: Offline) -> None:
    """WebKit has hung where a module that waits at its top was left, one time in five on a busy machine."""
    for _ in range(20):
        window.open(offline.page)
    window.until("return document.documentElement.dataset.state === 'idle'")
