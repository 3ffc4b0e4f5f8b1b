"""The direct front door: the page on one origin, as a deployment writes it, and its function on another."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Playwright, expect

from devtools.infra.site_config import Door, write_site
from local_host.site import Site
from local_host.site_config import read_site_config
from simulator.wire.listener import bind
from simulator.wire.serving import config_of
from tests.e2e.chromium import Visitor, chromium
from tests.e2e.offline import Offline
from tests.e2e.test_check import run
from tests.programs import ROOT

PUBLIC = ROOT / "static_site" / "public"
MODES = {"token": {}, "relay": {"CALL_MODE": "relay"}}


@contextmanager
def serving(folder: Path, listener: socket.socket) -> Iterator[None]:
    """The folder as Static Web Apps would serve it: its headers, routes and overrides, and no API."""
    server = uvicorn.Server(config_of(Site(folder, read_site_config(folder)), lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("mode", MODES)
def test_the_whole_page_with_its_function_on_another_origin(
    mode: str, playwright_: Playwright, offline: Offline, quiet: Path, tmp_path: Path
) -> None:
    with bind("127.0.0.1", 0) as listener, chromium(playwright_, quiet) as browser:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        function = offline.another_page(ALLOWED_ORIGINS=address, **MODES[mode])
        write_site(PUBLIC, tmp_path / "site", Door(False, mode == "relay", "nobody", (), offline.service, function))
        with serving(tmp_path / "site", listener):
            visitor = Visitor(browser, address)
            page = visitor.page
            asked: set[str] = set()
            page.on("request", lambda request: "/api/" in request.url and asked.add(request.url.partition("/api/")[0]))
            visitor.start()
            visitor.type("What is the capital of Japan?")
            answers = visitor.expect_turns("assistant", 1)
            page.get_by_role("tab", name="Call").click()
            expect(page.locator("#insights")).to_contain_text("About $")  # the prices are beside the page
            # Who leaves at once has the next page hang up again, which is told that the call is over.
            hung_up = page.expect_request_finished(lambda request: request.method == "DELETE")
            with hung_up if mode == "relay" else nullcontext():
                visitor.stop()
            page.goto(f"{address}/check.html")
            found = run(visitor)
            page.goto(f"{address}/api.html")
            expect(page.get_by_text(f"{function}/api/config").first).to_be_attached()
    assert "Tokyo" in answers[0]
    assert asked == {function}
    assert (found["server"], found["route"]) == ("good", "good")
    assert visitor.complaints == []
