"""The demo's settings are its own, whatever the person's shell holds."""

from __future__ import annotations

from devtools.demo import offline_settings
from devtools.serve import has_screen
from tests.canaries import CANARY_KEY
from voicemint.setting_list import SETTINGS
from voicemint.settings import HOSTED_MARKS, read_settings

SERVICE = "http://127.0.0.1:50123"


def test_the_function_accepts_them_without_a_fault() -> None:
    settings = read_settings(offline_settings(SERVICE, CANARY_KEY))
    assert settings.deployment == "gpt-realtime"
    assert settings.transcription_deployment == "gpt-realtime-whisper"
    assert not settings.hosted


def test_nothing_of_the_shell_or_the_settings_file_shows_through() -> None:
    elsewhere = {setting.name: "something else" for setting in SETTINGS} | dict.fromkeys(HOSTED_MARKS, "1")
    elsewhere |= {"IDENTITY_ENDPOINT": "http://somewhere", "WEBSITE_HOSTNAME": "voicemint.azurewebsites.net"}
    offline = offline_settings(SERVICE, CANARY_KEY)
    assert read_settings(elsewhere | offline) == read_settings(offline)
    assert set(elsewhere) <= set(offline)


def test_a_browser_is_opened_only_where_there_is_a_screen_and_a_person() -> None:
    assert has_screen({}, "darwin")
    assert has_screen({}, "win32")
    assert has_screen({"DISPLAY": ":0"}, "linux")
    assert has_screen({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert not has_screen({}, "linux")
    assert not has_screen({"CI": "true"}, "darwin")
