"""Every state that someone can see, one after another: what `test_every_state.py` judges and `pictures.py` shows.

A state is reached as a person or a network would bring it about. Only the browser's answers about the microphone, and
the moment at which a connection drops, are given by a script (states.js), because nothing else can hold them still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.chromium import PATIENCE_MS, Visitor
from tests.e2e.offline import Offline
from tests.principals import principal

PARTS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
CALLS = "**/realtime/calls*"
SPOKEN = "I would like to hear what you know about lighthouses and the people who lived in them all year round"
"""What the microphone hears: long enough to look at someone who speaks."""

SETTINGS = {
    "private": {"EVENT_FILTER": "private", "RATE_LIMIT_PER_MINUTE": "1"},
    "account": {"REQUIRE_SIGN_IN": "true", "TRUST_CLIENT_PRINCIPAL": "true", "ALLOWED_ROLES": "caller"},
    "short": {"MAX_CALL_SECONDS": "30", "ALLOW_CUSTOM_INSTRUCTIONS": "true"},
}
"""Local hosts beside the demo's own, by name."""


@dataclass(frozen=True)
class Shown:
    """A page in a state that holds still. `button` is what someone needs to get on, "" where there is nothing; `part`
    is what a picture shows, "" for the top of the page; `stays` if the button is in reach wherever one scrolls."""

    name: str
    about: str
    visitor: Visitor
    button: str = "#primary"
    part: str = ""
    stays: bool = True

    @property
    def page(self) -> Page:
        return self.visitor.page


class Stage:
    """The browser and the hosts that the walk needs."""

    def __init__(self, browser: Browser, offline: Offline) -> None:
        self.browser = browser
        self.offline = offline
        with ThreadPoolExecutor() as pool:
            started = {name: pool.submit(offline.another_page, **more) for name, more in SETTINGS.items()}
        self.hosts = {name: starting.result() for name, starting in started.items()}

    def visitor(self, url: str, *, microphone: str = "silent", **context: object) -> Visitor:
        first = f"{PARTS};__parts.microphone = {microphone!r};"
        return Visitor(self.browser, url, record=False, first=first, viewport=PHONE, **context)  # type: ignore[arg-type]


def walk(stage: Stage) -> Iterator[Shown]:
    """Every state. What takes its time begins first and is looked at last."""
    from tests.e2e.states_beside import beside_the_talk, elsewhere
    from tests.e2e.states_in_call import in_calls, running_out

    no_way = stage.visitor(stage.offline.page)
    no_way.page.route(CALLS, _astray)
    press(no_way)
    blocked = checking(stage, way=False, microphone="real")
    limit = running_out(stage)
    yield next(limit)  # and then the call goes on beside all the rest, until it is cut
    yield next(limit)
    yield from before_a_call(stage)
    yield from failures(stage)
    no_way.expect_state("failed")
    yield Shown("failed-ice", "No way through for the voice: a network that blocks calls.", no_way)
    no_way.page.unroute_all(behavior="ignoreErrors")  # the next call is being prepared already
    no_way.page.close()
    dead = checking(stage)
    yield from in_calls(stage)
    yield from beside_the_talk(stage)
    yield from elsewhere(stage)
    yield from limit
    yield from checks(stage, blocked, dead)
    yield from reference(stage)


def before_a_call(stage: Stage) -> Iterator[Shown]:
    page = stage.offline.page
    visitor = stage.visitor("about:blank")
    visitor.page.route("**/api/config", lambda route: route.abort())
    visitor.page.goto(page)
    visitor.expect_state("failed")
    yield Shown("failed-config", "The server cannot be reached when the page opens.", visitor)
    visitor.page.unroute_all()
    asked: list[Route] = []
    visitor.page.route("**/api/config", lambda route: asked.append(route))
    visitor.page.reload()
    expect(visitor.page.locator("#state")).to_have_text("One moment")
    visitor.page.wait_for_timeout(900)  # words about the wait appear only if there is one
    yield Shown("loading", "The choices are on their way; their places are held.", visitor)
    asked[0].continue_()
    expect(visitor.page.locator("#personas").get_by_role("radio").first).to_be_enabled()
    yield Shown("idle", "Ready. Who to talk to, the voice and the way to take turns.", visitor)
    show_tab(visitor, "Events")
    yield Shown("events-empty", "The event log before a call.", visitor, part="#panel-events")
    show_tab(visitor, "Call")
    yield Shown("call-tab-empty", "The Call tab before a call.", visitor, part="#panel-timings")
    show_tab(visitor, "Conversation")
    open_more(visitor)
    yield Shown("more-idle", "More, before a call: speed, language, devices, volume.", visitor, part="#more")
    visitor.page.close()

    visitor = stage.visitor(stage.hosts["account"])
    expect(visitor.page.locator("#sign-in a").first).to_be_visible()
    yield Shown("signed-out", "Calls here are for people who are signed in.", visitor, "#sign-in a")
    visitor.page.set_extra_http_headers({"x-ms-client-principal": principal("visitor")})
    visitor.page.reload()
    fails(visitor, "role_required")
    yield Shown("failed-role", "Signed in with an account that may not call.", visitor)
    visitor.page.close()


def failures(stage: Stage) -> Iterator[Shown]:
    """The main kinds; each can be tried again from the one before."""
    page = stage.offline.page
    visitor = stage.visitor(page, microphone="NotAllowedError")
    fails(visitor, "mic_denied")
    yield Shown("failed-mic-denied", "The microphone is blocked.", visitor)
    microphone(visitor, "NotFoundError")
    fails(visitor, "mic_missing")
    yield Shown("failed-mic-missing", "There is no microphone.", visitor)
    microphone(visitor, "NotReadableError")
    fails(visitor, "mic_busy")
    yield Shown("failed-mic-busy", "Another program holds the microphone.", visitor)
    microphone(visitor, "silent")
    visitor.page.route(CALLS, _refused)
    fails(visitor, "sdp_refused")
    visitor.page.unroute_all(behavior="ignoreErrors")
    yield Shown("failed-sdp", "The voice service refused the call.", visitor)
    visitor.page.context.set_offline(True)
    fails(visitor, "network")
    yield Shown("failed-network", "The server cannot be reached.", visitor)
    visitor.page.context.set_offline(False)
    microphone(visitor, "asking")
    press(visitor)
    visitor.expect_state("asking-mic")
    yield Shown("asking-mic", "The browser asks for the microphone.", visitor)
    visitor.page.goto("about:blank")
    visitor.page.goto(f"{page}/#no-webrtc")
    expect(visitor.page.locator("#personas").get_by_role("radio").first).to_be_enabled()
    fails(visitor, "unsupported")
    yield Shown("failed-unsupported", "A browser without WebRTC.", visitor)
    visitor.page.close()


def checking(stage: Stage, *, way: bool = True, microphone: str = "silent") -> Visitor:
    """Someone who has begun the check; without a `way` on a network that blocks calls."""
    visitor = stage.visitor(f"{stage.offline.page}/check.html", microphone=microphone)
    if not way:
        visitor.page.route(CALLS, _astray)
    visitor.page.locator("#go").click()
    return visitor


def checks(stage: Stage, blocked: Visitor, dead: Visitor) -> Iterator[Shown]:
    for visitor in (blocked, dead):
        visitor.page.locator("#heard").click()
    visitor = stage.visitor(f"{stage.offline.page}/check.html", microphone="real")
    expect(visitor.page.locator("#go")).to_be_enabled()
    yield Shown("check", "The check before a call: what it will do.", visitor, "#go")
    visitor.page.locator("#go").click()
    expect(visitor.page.locator("#meter")).to_be_visible()
    yield Shown("check-microphone", "The check listens; nothing leaves the device.", visitor, "#go")
    expect(visitor.page.locator("#question")).to_be_visible(timeout=PATIENCE_MS)
    yield Shown("check-speaker", "The check has played two notes and asks.", visitor, "#go")
    visitor.page.locator("#heard").click()
    for name, about, one in (
        ("check-good", "The check is over, and all is well.", visitor),
        ("check-dead-microphone", "A microphone that gives no sound at all.", dead),
        ("check-blocked", "A network that lets pages through but not calls.", blocked),
    ):
        expect(one.page.locator("html")).to_have_attribute("data-check", "done", timeout=PATIENCE_MS)
        yield Shown(name, about, one, "#go")
    yield Shown("check-sheet", "The sheet for an IT department, to copy or print.", blocked, "", "#sheet")
    blocked.page.unroute_all(behavior="ignoreErrors")
    for one in (visitor, dead, blocked):
        one.page.close()


def reference(stage: Stage) -> Iterator[Shown]:
    visitor = stage.visitor(f"{stage.offline.page}/api.html")
    expect(visitor.page.locator("#reference")).to_be_visible()
    yield Shown("api", "The API's page, as the server describes itself.", visitor, "")
    visitor.page.close()


def press(visitor: Visitor) -> None:
    visitor.page.locator("#primary").click()


def fails(visitor: Visitor, code: str) -> None:
    press(visitor)
    expect(visitor.page.locator("html")).to_have_attribute("data-failure", code, timeout=PATIENCE_MS)
    visitor.page.mouse.move(0, 0)


def microphone(visitor: Visitor, answer: str) -> None:
    """What the browser says from now on when the page asks for the microphone."""
    visitor.page.evaluate("(answer) => { __parts.microphone = answer; }", answer)


def show_tab(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("tab", name=name).click()


def open_more(visitor: Visitor) -> None:
    visitor.page.locator("#more > summary").click()
    expect(visitor.page.locator(".more-panel")).to_be_visible()


def resize(page: Page, viewport: Mapping[str, int], part: str = "") -> None:
    """Another window: the top of the page, or a part of it."""
    page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    page.evaluate("scrollTo(0, 0)")
    if part:
        page.locator(part).evaluate("(part) => part.scrollIntoView({ block: 'nearest' })")


def _astray(route: Route) -> None:
    """The service's answer with ports at which nobody is: what a firewall makes of it."""
    reply = route.fetch()
    lines = reply.text().splitlines(keepends=True)
    route.fulfill(response=reply, body="".join(_nowhere(line) for line in lines))


def _refused(route: Route) -> None:
    """However often it is asked."""
    route.fulfill(response=route.fetch(), status=500, body='{"error": {"message": "It has a fault of its own."}}')


def _nowhere(line: str) -> str:
    if not line.startswith("a=candidate:"):
        return line
    words = line.split(" ")
    return " ".join([*words[:5], "9", *words[6:]])
