"""Whoever asks for a call, as the rest of the product knows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Caller:
    """`subject` tells callers of one kind apart: an account for `user`, an address for `anonymous`, "" for `local`.

    It is personal data, so it is never stored or logged: limits, call records and logs use a keyed hash of it.
    """

    kind: Literal["user", "anonymous", "local"]
    subject: str = field(default="", repr=False)
