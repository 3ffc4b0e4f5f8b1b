"""Ephemeral client secrets: minted with a session inside, good for several calls until they expire.

Lifetime, shape and reuse: recorded on Azure, July 2026. A call that runs outlives its secret; there is no revoking.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.clock import Clock
from simulator.ids import Ids
from simulator.parts import SessionConfig
from simulator.refusals import throttled
from simulator.schema.session_config import described

DEFAULT_SECONDS = 7_200  # recorded; OpenAI's spec says 600
MIN_SECONDS = 10
MAX_SECONDS = 7_200


@dataclass
class ClientSecret:
    """One secret. `value` never appears in a repr."""

    value: str = field(repr=False)
    expires_at: int
    config: SessionConfig = field(repr=False)
    session_id: str
    used: bool = False

    def reply(self) -> dict[str, Any]:
        """The mint's body. `session.expires_at` is 0 until a session runs (recorded)."""
        session = described(self.config, self.session_id, expires_at=0)
        return {"value": self.value, "expires_at": self.expires_at, "session": session}


class ClientSecrets:
    """The secrets that are alive, at most `limit` of them."""

    def __init__(self, ids: Ids, clock: Clock, limit: int = 10_000) -> None:
        self._ids = ids
        self._clock = clock
        self._limit = limit
        self._alive: dict[str, ClientSecret] = {}

    def __len__(self) -> int:
        return len(self._alive)

    def mint(self, config: SessionConfig, seconds: int = DEFAULT_SECONDS) -> ClientSecret:
        """A new secret for sessions of this config. Raises `Refused` 429 if there are too many."""
        self._drop_expired()
        if len(self._alive) >= self._limit:
            raise throttled(retry_after=MIN_SECONDS)
        secret = ClientSecret(
            value=self._ids.client_secret(),
            expires_at=int(self._clock.time()) + seconds,
            config=config,
            session_id=self._ids.session(),
        )
        self._alive[secret.value] = secret
        return secret

    def find(self, value: str) -> ClientSecret | None:
        """The secret with this value, if it has not expired."""
        self._drop_expired()
        return self._alive.get(value)

    def next_session_id(self, secret: ClientSecret) -> str:
        """The id of the next session of `secret`: the minted one for the first (recorded), then new ones."""
        if secret.used:
            return self._ids.session()
        secret.used = True
        return secret.session_id

    def _drop_expired(self) -> None:
        now = self._clock.time()
        for value in [value for value, one in self._alive.items() if one.expires_at <= now]:
            del self._alive[value]
