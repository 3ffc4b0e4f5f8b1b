"""The states of a call, from connecting to every way in which it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Route, expect

from tests.e2e.chromium import PATIENCE_MS, Visitor
from tests.e2e.states import CALLS, Shown, Stage, fails, open_more, press, show_tab

NEVER_MS = 600_000


def in_calls(stage: Stage) -> Iterator[Shown]:
    yield from a_long_call(stage)
    yield from colours(stage)
    yield from holding(stage)
    yield from privately(stage)


def a_long_call(stage: Stage) -> Iterator[Shown]:
    """One call with everything that a call can look like, and what stays of it."""
    visitor = stage.visitor(stage.offline.page, microphone="real")
    page = visitor.page
    held = hold_calls(visitor)
    stage.offline.turn(think_ms=NEVER_MS)
    press(visitor)
    visitor.expect_state("connecting")
    page.mouse.move(0, 0)
    yield Shown("connecting", "The microphone is open; nothing is heard yet.", visitor)
    let_go(visitor, held)
    visitor.expect_state("live")
    visitor.expect_activity("hearing")
    yield Shown("live-hearing", "It hears someone speak.", visitor)
    visitor.expect_turns("user", 1)
    visitor.expect_activity("thinking")
    yield Shown("live-thinking", "The answer is on its way.", visitor)
    page.locator("#interrupt").click()
    visitor.expect_activity("listening")
    page.mouse.move(0, 0)
    yield Shown("live-listening", "The microphone is open, and nobody speaks.", visitor)
    stage.offline.turn(think_ms=0)
    visitor.type("What is the capital of Japan?")
    visitor.expect_turns("assistant", 1)
    visitor.expect_activity("listening")
    visitor.type("Tell me a long story.")
    visitor.expect_activity("speaking")
    yield Shown("live-speaking", "It speaks; the words appear as they are said.", visitor)
    open_more(visitor)
    yield Shown("more-live", "More, in a call: volume and devices.", visitor, part="#more")
    page.locator("#more > summary").click()
    show_tab(visitor, "Events")
    expect(page.locator("#log li")).not_to_have_count(0)
    yield Shown("events-full", "The event log in a call.", visitor)
    page.locator("#log-pause").click()
    expect(page.locator("#log-pause")).to_have_text(re.compile("Go on"))
    yield Shown("events-paused", "The event log stands still; what is missed is counted.", visitor)
    show_tab(visitor, "Call")
    expect(page.locator("#insights .figure").first).to_be_visible()
    yield Shown("call-tab-full", "The Call tab: network, waits, use and money.", visitor)
    show_tab(visitor, "Conversation")
    yield Shown("long-captions", "A long answer; the newest words are in sight.", visitor)
    page.locator("#interrupt").click()
    visitor.expect_activity("listening")
    page.get_by_role("button", name="Mute").click()
    expect(page.locator("#doing")).to_have_text("Muted")
    page.mouse.move(0, 0)
    yield Shown("live-muted", "Muted: it cannot hear.", visitor)
    page.locator("#save-talk").click()
    expect(page.get_by_role("group", name="Save the conversation as")).to_be_visible()
    yield Shown("save-menu", "A conversation can be saved in four ways.", visitor)
    page.locator("#save-talk").click()
    held = hold_calls(visitor)
    page.evaluate("__parts.drop()")
    visitor.expect_state("reconnecting")
    yield Shown("reconnecting", "The connection dropped; what was said is kept.", visitor)
    let_go(visitor, held)
    visitor.expect_state("live")
    visitor.stop()
    page.mouse.move(0, 0)
    yield Shown("ended-person", "Ended by the person.", visitor)
    page.reload()
    expect(page.locator("#personas").get_by_role("radio").first).to_be_enabled()
    yield Shown("idle-earlier", "The words of an earlier call are kept on this device.", visitor, part="#panel-talk")
    page.close()


def colours(stage: Stage) -> Iterator[Shown]:
    visitor = stage.visitor(stage.offline.page)
    page = visitor.page
    visitor.choose("Page designer")
    visitor.start()
    visitor.type("Make the background navy and the text white.")
    expect(page.locator("#captions .tool")).to_have_count(2, timeout=PATIENCE_MS)
    visitor.expect_turns("assistant", 1)
    yield Shown("tools", "Tool calls as cards: the page designer has changed the colours.", visitor)
    newest = min(stage.offline.sessions(), key=lambda one: one["seconds"])
    stage.offline.hang_up(newest["call_id"])
    visitor.expect_state("ended")
    yield Shown("ended-remote", "Ended by the service, in changed colours.", visitor)
    page.close()


def holding(stage: Stage) -> Iterator[Shown]:
    visitor = stage.visitor(stage.offline.page, microphone="real")
    page = visitor.page
    page.locator("#turns").select_option(label="Hold to talk")
    visitor.start()
    expect(page.locator("#hold")).to_be_visible()
    page.mouse.move(0, 0)
    yield Shown("hold-ready", "Hold to talk: ready.", visitor)
    page.locator("#hold").focus()
    page.keyboard.down(" ")
    visitor.expect_activity("hearing")
    yield Shown("hold-held", "Hold to talk: held, and listening.", visitor)
    page.keyboard.up(" ")
    show_tab(visitor, "Call")
    limit = page.get_by_label("End a call at")
    limit.fill("0.0001")
    limit.press("Tab")
    expect(page.locator("html")).to_have_attribute("data-budget", re.compile("."))
    show_tab(visitor, "Conversation")
    page.evaluate("document.querySelector('voice-call').say('What is the capital of Japan?')")  # if it is not over yet
    visitor.expect_state("ended")
    yield Shown("ended-budget", "Ended by the sum that the person set.", visitor)
    page.close()


def privately(stage: Stage) -> Iterator[Shown]:
    visitor = stage.visitor(stage.hosts["private"])
    page = visitor.page
    visitor.start()
    visitor.type("What is the capital of Japan?")
    visitor.expect_turns("assistant", 1)
    page.locator(".private summary").click()
    yield Shown("private-note", "A private session says what it turns off.", visitor)
    page.locator(".private summary").click()
    show_tab(visitor, "Events")
    expect(page.locator("#log-note")).to_be_visible()
    yield Shown("private", "A private event filter: what is off is said.", visitor)
    show_tab(visitor, "Conversation")
    visitor.stop()
    fails(visitor, "rate_limited")
    yield Shown("failed-rate-limit", "Too soon for another call; the page counts down.", visitor)
    page.close()


def running_out(stage: Stage) -> Iterator[Shown]:
    """Stops at the beginning of a call that is cut by its limit, and goes on when it has been cut."""
    visitor = stage.visitor(stage.hosts["short"])
    expect(visitor.page.locator("#instructions")).to_be_visible()
    yield Shown("idle-instructions", "Where the server allows it, one's own instructions.", visitor)
    visitor.start()
    yield Shown("seconds-left", "The last minute is counted down.", visitor)
    visitor.expect_state("ended")
    yield Shown("ended-limit", "Ended by the time limit.", visitor)
    visitor.page.close()


def hold_calls(visitor: Visitor) -> list[Route]:
    """From now on the service takes its time to answer a call."""
    held: list[Route] = []
    visitor.page.route(CALLS, lambda route: held.append(route))
    return held


def let_go(visitor: Visitor, held: list[Route]) -> None:
    for route in held:
        route.continue_()
    visitor.page.unroute(CALLS)
