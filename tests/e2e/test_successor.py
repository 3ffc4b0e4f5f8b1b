"""A call's limit is crossed in mid-conversation: a second session is prepared, knows what was said, and takes over."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright, Response, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Listen, Microphone
from tests.e2e.hearing import RATE, Recording, spans
from tests.e2e.kept import kept
from tests.e2e.offline import Offline

OPEN = "__recorder.connections.filter((one) => one.connectionState !== 'closed').length"
TAKEN_OVER = f"__recorder.connections.length >= 2 && {OPEN} === 1"
PLAYED = """(() => {
    const { player } = document.querySelector("voice-call");
    const [track] = __recorder.connections.at(-1).getReceivers().map((one) => one.track);
    return !player.paused && player.srcObject.getAudioTracks()[0] === track;
})()"""
STATES = """
    window.__states = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) if (target.dataset?.state) __states.push(target.dataset.state);
    }).observe(document, { subtree: true, attributeFilter: ["data-state"] });
"""


def test_a_spoken_conversation_crosses_its_limit(
    playwright_: Playwright, offline: Offline, microphone: Microphone, listen: Listen
) -> None:
    page = offline.another_page(CALL_MODE="token", MAX_CALL_SECONDS="22")
    with chromium(playwright_, microphone(("My name is Peter.", 15), ("What is my name?", 20))) as browser:
        visitor = Visitor(browser, page, first=STATES)
        visitor.start()
        visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        earlier = spans(visitor.heard_out().assistant)[-1].end
        until(visitor, TAKEN_OVER)
        visitor.expect_turns("user", 2)
        answers = visitor.expect_turns("assistant", 2)
        visitor.expect_activity("listening")
        sound = visitor.heard_out()
        played = visitor.page.evaluate(PLAYED)
        shown = captions(visitor)
        expect_all_freed(visitor)

    assert [role for role, _ in shown] == ["user", "assistant"] * 2
    assert "Peter" in answers[1]
    late = sound.assistant[int(earlier * RATE) :]
    assert "your name is peter" in listen(Recording(late, late)), "not all of it was heard over the new connection"
    assert played, "what came over it was not what the page plays"
    assert visitor.complaints == []


def test_a_typed_conversation_crosses_its_limit_and_the_old_call_is_hung_up(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    page = offline.another_page(CALL_MODE="relay", MAX_CALL_SECONDS="18")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, page, first=STATES)
        refused: list[str] = []

        def note(reply: Response) -> None:
            if reply.status >= 400:
                refused.append(reply.url)

        visitor.page.on("response", note)
        visitor.start()
        first = min(offline.sessions(), key=lambda one: one["seconds"])["id"]
        visitor.type("My name is Ada.")
        visitor.expect_turns("assistant", 1)
        visitor.page.get_by_role("button", name="Mute").click()
        before = captions(visitor)
        until(visitor, TAKEN_OVER)
        until_hung_up(visitor, offline, first)
        assert captions(visitor) == before
        expect(visitor.page.locator("html")).to_have_attribute("data-muted", "true")
        visitor.type("What is my name?")
        answers = visitor.expect_turns("assistant", 2)
        shown = captions(visitor)
        expect_all_freed(visitor)
        saved = kept(visitor.page)

    assert "Ada" in answers[1]
    assert shown == saved == [*before, ["user", "What is my name?"], ["assistant", answers[1]]]
    assert refused == []
    assert visitor.complaints == []


def captions(visitor: Visitor) -> list[list[str]]:
    """Role and words of every turn in sight."""
    turns = visitor.page.locator("#captions [data-role]")
    words = "all => all.map((one) => [one.dataset.role, one.querySelector('.text').innerText])"
    shown: list[list[str]] = turns.evaluate_all(words)
    return shown


def until(visitor: Visitor, condition: str) -> None:
    """Wait for something that the page does not show. (Playwright's own wait is against the page's policy.)"""
    for _ in range(300):
        if visitor.page.evaluate(condition):
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError(f"never: {condition}")


def until_hung_up(visitor: Visitor, offline: Offline, session: str) -> None:
    for _ in range(50):
        if session not in [one["id"] for one in offline.sessions()]:
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError("the old call was not hung up")


def expect_all_freed(visitor: Visitor) -> None:
    """It was live all the time, with one microphone; and after Stop nothing is left of any connection."""
    visitor.stop()
    html = visitor.page.locator("html")
    expect(html).to_have_attribute("data-ended", "person")
    expect(html).to_have_attribute("data-holding", "")
    assert visitor.page.evaluate("[...new Set(__states)]") == ["asking-mic", "connecting", "live", "ended"]
    assert visitor.page.evaluate("__recorder.microphones.length") == 1
    tracks = "__recorder.microphones.flatMap((one) => one.getTracks().map((track) => track.readyState))"
    assert set(visitor.page.evaluate(tracks)) == {"ended"}
    assert visitor.page.evaluate(OPEN) == 0
