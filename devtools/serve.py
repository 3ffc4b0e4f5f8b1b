"""`dev.py serve`: function and page on one address, with the settings of the environment or local.settings.json."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path

from devtools import ROOT, environment, ports
from devtools.console import say
from devtools.processes import Children

LOCAL_HOST_SECONDS = 60.0


def run(asked_port: int | None, *, open_browser: bool) -> None:
    """Install what is missing, serve, and stay until interrupted."""
    ports.choose(asked_port)  # a port that cannot be had is told before any installing, not after it
    env = environment.ensure(environment.SERVE)
    port, note = ports.choose(asked_port)
    with Children() as children:
        url = start(children, env.python, port, os.environ)
        announce(url, note, open_browser=open_browser)
        children.run()


def start(children: Children, python: Path, port: int, env: Mapping[str, str]) -> str:
    """Start the local host and return its address once it answers."""
    child = children.start("page", [str(python), "-m", "local_host", "--port", str(port)], env, ROOT)
    return children.wait_ready(child, LOCAL_HOST_SECONDS)


def announce(url: str, note: str, *, open_browser: bool) -> None:
    """Tell the person, and any program that waits for the `ready` line, that the page can be used."""
    if note:
        say(note)
    say()
    say(f"ready {url}")
    say("Open that address and press Start. Ctrl-C here ends everything.")
    if open_browser and has_screen(os.environ):
        # In a thread, because some platforms wait for the browser to come up.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def has_screen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser could show itself. Without a screen some systems would open a text browser in this terminal."""
    if environ.get("CI"):
        return False
    return platform in {"darwin", "win32"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
