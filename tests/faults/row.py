"""What a row of the fault matrix says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.faults.causes import Cause
from voicemint.errors import leaves

Ask = Literal["session", "call", "hang_up", "leash"]
Credential = Literal["entra", "key_vault"]

DEFAULT_HINTS = {kind.code: kind.default_hint for kind in leaves()}
NEXT = "the next request succeeds"


@dataclass(frozen=True)
class Row:
    """A fault, how it is caused, and what the caller is told.

    `code` is None where the fault is survived. `hint` is None where it is the code's own, `detail` where it is not
    looked at. `retry_after` is in seconds, or the bounds of it. `warm`: a request succeeded before. `then` says what
    happens next, `wait` the seconds that must pass before. `hung_up`: the call was ended at Azure OpenAI on the way.
    """

    fault: str
    cause: Cause
    status: int
    code: str | None = None
    hint: str | None = None
    retry_after: int | tuple[int, int] | None = None
    credential: Credential = "entra"
    warm: bool = False
    then: str = NEXT
    wait: float = 0.0
    hung_up: bool = False
    detail: str | None = None

    @property
    def told(self) -> str:
        """The hint that the caller gets, "" for a success."""
        return "" if self.code is None else self.hint or DEFAULT_HINTS[self.code]


@dataclass(frozen=True)
class Section:
    """Rows about one place. `ask` is the request that each of them makes."""

    title: str
    text: str
    ask: Ask
    rows: tuple[Row, ...]

    @property
    def mode(self) -> str:
        """The value of CALL_MODE."""
        return "token" if self.ask == "session" else "relay"
