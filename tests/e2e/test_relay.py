"""Relay mode in Chromium: the browser sees no credential, and the server ends a call whatever becomes of the tab."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Playwright, Request, Response, expect

from tests.canary_hunt import found_in
from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Listen, Microphone
from tests.e2e.offline import Offline, Program
from tests.integration.azurite import Azurite, running

LIMIT_SECONDS = 12


class Network:
    """Everything that a page sends and gets, as text."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        self.text: list[str] = []
        page.on("request", self._request)
        page.on("response", self._response)

    def _request(self, request: Request) -> None:
        self.hosts.add(request.url.split("/")[2])
        self.text += [request.method, request.url, json.dumps(request.headers), request.post_data or ""]

    def _response(self, response: Response) -> None:
        self.text += [response.url, json.dumps(response.headers)]
        if "/api/" in response.url and response.status != 204:
            self.text.append(response.text())


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with running(tmp_path_factory.mktemp("azurite")) as emulator:
        yield emulator


def test_a_spoken_question_is_answered_and_no_credential_reaches_the_browser(
    playwright_: Playwright, offline: Offline, microphone: Microphone, listen: Listen
) -> None:
    page = offline.another_page(CALL_MODE="relay")
    with chromium(playwright_, microphone(("What is seven times eight?", 12))) as browser:
        visitor = Visitor(browser, "about:blank")
        network = Network(visitor.page)
        visitor.page.goto(page)
        visitor.start()
        (answer,) = visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        heard = listen(visitor.heard_out())
        session = _newest(offline)
        with visitor.page.expect_response(lambda reply: reply.request.method == "DELETE") as hung_up:
            visitor.stop()
        assert hung_up.value.status == 204
        stored = visitor.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    seen = "\n".join([*network.text, stored])

    assert "56" in answer
    assert "56" in heard or "fifty" in heard
    assert network.hosts == {page.split("/")[2]}, "the page talks to its own server and to nobody else"
    assert "/api/call" in seen
    assert "a=ice-ufrag" in seen, "the log that is searched does hold the bodies"
    assert "ek_" not in seen
    assert "authorization" not in seen.lower()
    assert found_in(seen) == []
    assert session not in _open(offline)
    assert visitor.complaints == []


def test_a_call_is_cut_with_its_tab_frozen_and_its_server_killed_and_started_again(
    playwright_: Playwright, offline: Offline, storage: Azurite, quiet: Path
) -> None:
    settings = {
        "CALL_MODE": "relay",
        "MAX_CALL_SECONDS": str(LIMIT_SECONDS),
        "TABLES_ENDPOINT": storage.tables,
        "CALL_QUEUE__queueServiceUri": storage.queues,
    }
    host = offline.another_host(**settings)
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, host.url, record=False)
        visitor.start()
        session = _newest(offline)
        visitor.page.context.new_cdp_session(visitor.page).send("Page.setWebLifecycleState", {"state": "frozen"})
        host.kill()
        again = offline.another_host(**settings)
        assert session in _open(offline), "the call outlives the server that made it"
        lasted = _until_cut(session, offline, browser.new_page())
        ended = _until_said(again, "call_ended", browser.new_page())

    assert '"why": "leash"' in ended
    assert lasted >= LIMIT_SECONDS - 2, "cut long before its limit"


def test_a_call_that_the_server_cuts_is_told_as_the_limit(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    page = offline.another_page(CALL_MODE="relay", MAX_CALL_SECONDS="10")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, page, record=False)
        visitor.start()
        session = _newest(offline)
        visitor.expect_state("ended")
        expect(visitor.page.locator("html")).to_have_attribute("data-ended", "limit")
        _until_cut(session, offline, visitor.page)


def test_a_crashed_tab_does_not_keep_its_place(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    page = offline.another_page(CALL_MODE="relay", MAX_CONCURRENT_CALLS="1")
    with chromium(playwright_, quiet) as browser:
        context = browser.new_context()
        first = context.new_page()
        first.goto(page)
        first.get_by_role("button", name="Start", exact=True).click()
        expect(first.locator("html")).to_have_attribute("data-state", "live", timeout=60_000)
        left = _newest(offline)
        _crash(first)
        second = context.new_page()
        second.goto(page)
        second.get_by_role("button", name="Start", exact=True).click()
        expect(second.locator("html")).to_have_attribute("data-state", "live", timeout=60_000)
        assert left not in _open(offline)


def _open(offline: Offline) -> list[str]:
    """The service's open sessions. Other tests may have left some: a lost connection is noticed late."""
    return [one["id"] for one in offline.sessions()]


def _newest(offline: Offline) -> str:
    """The session that was opened last."""
    session: str = min(offline.sessions(), key=lambda one: one["seconds"])["id"]
    return session


def _crash(page: Page) -> None:
    """Kill the tab's process, as a phone does that runs out of memory."""
    with suppress(Error):  # Playwright has several words for a page that has crashed
        page.goto("chrome://crash", timeout=2_000)


def _until_said(program: Program, event: str, clock: Page) -> str:
    """Wait for a line of the log that names `event`."""
    for _ in range(100):
        for line in program.said:
            if event in line:
                return line
        clock.wait_for_timeout(100)
    raise AssertionError(f"{event} was never logged:\n" + "\n".join(program.said[-20:]))


def _until_cut(session: str, offline: Offline, clock: Page) -> float:
    """Wait until the service has ended the session; the seconds that it was last seen with."""
    lasted = 0.0
    for _ in range(600):
        found = [one["seconds"] for one in offline.sessions() if one["id"] == session]
        if not found:
            return lasted
        lasted = found[0]
        clock.wait_for_timeout(100)
    raise AssertionError("the call was never cut")
