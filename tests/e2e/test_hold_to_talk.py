"""Hold to talk: what is said beside the button is not sent; what is said while it is held, by key or finger, is."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.hearing import Span, spans
from tests.e2e.offline import Offline

AGAIN_AND_AGAIN = [("What is seven times eight?", 2.0)] * 16


def test_only_what_is_said_while_the_button_is_held_is_answered(
    playwright_: Playwright, offline: Offline, microphone: Microphone
) -> None:
    with chromium(playwright_, microphone(*AGAIN_AND_AGAIN)) as browser:
        visitor = Visitor(browser, offline.page, viewport={"width": 390, "height": 844}, has_touch=True)
        hold_to_talk(visitor)
        assert visitor.complaints == []


def hold_to_talk(visitor: Visitor) -> None:
    """A whole call of someone who says the same thing again and again, and holds the button for two of them."""
    page = visitor.page
    page.get_by_label("Turn taking").select_option(label="Hold to talk")
    visitor.start()
    users = page.locator('#captions [data-role="user"]')
    _said(visitor, lambda span: True)
    expect(users).to_have_count(0)
    button = page.get_by_role("button", name="Hold to talk")
    button.focus()
    fingers = page.context.new_cdp_session(page)
    box = button.bounding_box()
    assert box is not None
    there = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}

    def touch(kind: str, *points: dict[str, float]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    ways: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (lambda: page.keyboard.down("Space"), lambda: page.keyboard.up("Space")),
        (lambda: touch("touchStart", there), lambda: touch("touchEnd")),
    ]
    for count, (press, release) in enumerate(ways, 1):
        press()
        expect(button).to_have_attribute("data-held", "")
        visitor.expect_activity("hearing")
        pressed = len(visitor.heard().microphone) / 24_000
        _said(visitor, lambda span, since=pressed: span.start > since)
        release()
        asked = visitor.expect_turns("user", count)[-1].lower()
        assert "seven times eight" in asked.replace("7", "seven").replace("8", "eight")
        assert "56" in visitor.expect_turns("assistant", count)[-1]
        visitor.expect_activity("listening")
        expect(button).not_to_have_attribute("data-held", "")
        expect(users).to_have_count(count)
    visitor.stop()


def _said(visitor: Visitor, wanted: Callable[[Span], bool]) -> None:
    """Wait until the microphone has heard a sentence to its end."""
    for _ in range(100):
        sound = visitor.heard().microphone
        if any(wanted(span) and span.end < len(sound) / 24_000 - 0.5 for span in spans(sound)):
            return
        visitor.page.wait_for_timeout(200)
    raise AssertionError("the microphone heard nothing")
