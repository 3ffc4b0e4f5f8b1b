"""Firefox for Playwright: stands between the two and answers what this Firefox does not know yet.

Playwright starts it in the browser's place: `python firefox_proxy.py FIREFOX ARGUMENTS`. Both speak WebDriver
BiDi, but Playwright is written for newer Firefoxes than Debian's: it breaks off at the first command that is unknown
(the preferred colour scheme), and knows a download by an identifier that older ones do not send.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


async def main(command: list[str]) -> int:
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    address = asyncio.get_running_loop().create_future()
    reading = asyncio.create_task(_find_address(firefox, address))
    await asyncio.wait([reading, address], return_when=asyncio.FIRST_COMPLETED)

    async def attend(playwright: ServerConnection) -> None:
        async with connect(f"{address.result()}/session", max_size=None, ping_interval=None) as browser:
            there = asyncio.create_task(_pass_on(playwright, browser))
            back = asyncio.create_task(_answer(browser, playwright))
            await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
            there.cancel()
            back.cancel()

    # No pings: a busy Firefox that answers one late is not gone.
    async with serve(attend, "127.0.0.1", 0, max_size=None, ping_interval=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stderr.write(f"WebDriver BiDi listening on ws://127.0.0.1:{port}\n")
        sys.stderr.flush()
        return await firefox.wait()


async def _find_address(firefox: asyncio.subprocess.Process, address: asyncio.Future[str]) -> None:
    """Read what Firefox says to its end, or it would stop when the pipe is full."""
    assert firefox.stderr is not None
    async for raw in firefox.stderr:
        line = raw.decode(errors="replace").rstrip()
        found = LISTENING.search(line)
        if found and not address.done():
            address.set_result(found[1])
        elif not found:
            sys.stderr.write(f"{line}\n")


async def _pass_on(playwright: ServerConnection, browser: ClientConnection) -> None:
    async for text in playwright:
        await browser.send(text)


async def _answer(browser: ClientConnection, playwright: ServerConnection) -> None:
    async for text in browser:
        await playwright.send(json.dumps(understood(json.loads(text))))


def understood(message: dict[str, Any]) -> dict[str, Any]:
    """A message of Firefox as Playwright expects it."""
    if message.get("error") == "unknown command":
        return {"type": "success", "id": message["id"], "result": {}}
    if str(message.get("method")).startswith("browsingContext.download"):
        params = message["params"]
        return {**message, "params": {"download": params["url"], **params}}
    return message


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
