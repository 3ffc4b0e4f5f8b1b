"""Firefox under the same `Visitor` as Chromium, with the microphones and the loudspeaker of a sound system."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from devtools import browsers
from tests.e2e.chromium import started_by
from tests.e2e.sound_system import SoundSystem

PROXY = Path(__file__).with_name("firefox_proxy.py")
PREFERENCES: dict[str, str | int | bool] = {
    "permissions.default.microphone": 1,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "media.peerconnection.ice.loopback": True,
    # Sound in larger pieces, or words lose their beginnings on a busy machine.
    "media.cubeb_latency_mtg_frames": 8192,
    "media.cubeb_latency_playback_ms": 200,
    # And no word to anyone else.
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
}


@contextmanager
def firefox(
    playwright: Playwright,
    sound: SoundSystem | None,
    preferences: Mapping[str, str | int | bool] | None = None,
) -> Iterator[Browser]:
    """A Firefox that hears and is heard there; without a sound system it has no device."""
    program = browsers.find(browsers.FIREFOX, os.environ, Path.home())
    if program is None:
        pytest.skip("needs Firefox: `dev.py test` installs it where it may, and FIREFOX may name its program")
    if os.name != "posix":
        pytest.skip("platform: Firefox is started by a shell's script")
    with started_by([sys.executable, str(PROXY)], program) as path:
        browser = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=path,
            firefox_user_prefs={**PREFERENCES, **(preferences or {})},
            env={**os.environ, **(sound.environment if sound else {})},
        )
        try:
            yield browser
        finally:
            browser.close()
