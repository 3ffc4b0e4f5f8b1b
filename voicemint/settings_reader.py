"""Reads settings from one mapping, checks each value and remembers every fault, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from voicemint.masking import shown
from voicemint.setting_list import BY_NAME


class SettingsReader:
    """One mapping; `faults` are (setting, what is wrong). A value that is refused reads as empty."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[tuple[str, str]] = []

    def fault(self, name: str, problem: str) -> None:
        self.faults.append((name, problem))

    def refuse(self, name: str, value: str) -> None:
        setting = BY_NAME[name]
        self.fault(name, f"is {shown(value, secret=setting.secret)}; allowed: {setting.allowed}")

    def value(self, name: str) -> str:
        return self._environ.get(name, "").strip() or BY_NAME[name].default or ""

    def text(self, name: str, pattern: str, *, needed: bool = False) -> str:
        value = self.value(name)
        if not value and needed:
            self.fault(name, f"is missing; allowed: {BY_NAME[name].allowed}")
        elif value and not re.fullmatch(pattern, value):
            self.refuse(name, value)
            return ""
        return value

    def only_with(self, name: str, pattern: str, auth: str, owner: str) -> str | None:
        """What one value of AZURE_OPENAI_AUTH needs and the others forbid: a conflict is never guessed over."""
        if not auth:
            return None  # AZURE_OPENAI_AUTH itself is wrong and reported; what belongs to it cannot be told
        if auth == owner:
            return self.text(name, pattern, needed=True) or None
        if self.value(name):
            self.fault(name, f"is set, but AZURE_OPENAI_AUTH is {auth}: remove it, or set AZURE_OPENAI_AUTH={owner}")
        return None

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.value(name)
        if value in allowed:
            return value
        self.refuse(name, value)
        return ""

    def whole_number(self, name: str, least: int, most: int) -> int:
        value = self.value(name)
        if re.fullmatch(r"[0-9]{1,6}", value) and least <= int(value) <= most:
            return int(value)
        self.refuse(name, value)
        return least

    def names(self, name: str, pattern: str, most: int) -> list[str]:
        """A list separated by commas, each entry matching `pattern`."""
        entries = [entry.strip() for entry in self.value(name).split(",") if entry.strip()]
        for entry in entries:
            if not re.fullmatch(pattern, entry):
                self.refuse(name, entry)
        if len(entries) > most:
            self.refuse(name, f"{len(entries)} entries")
        return entries

    def is_set(self, name: str) -> bool:
        return bool(self._environ.get(name, "").strip())

    def flag(self, name: str) -> bool:
        value = self.value(name).lower()
        if value not in ("true", "false"):
            self.refuse(name, value)
        return value == "true"
