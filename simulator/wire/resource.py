"""One Azure OpenAI resource: its deployments and credentials, the secrets it has minted and the sessions it runs."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.engine.session import Parts, Session
from simulator.ids import Ids
from simulator.knobs import Knobs
from simulator.parts import Playback, SessionConfig
from simulator.refusals import throttled
from simulator.wire.access import Access
from simulator.wire.client_secrets import ClientSecrets
from simulator.wire.deployments import DEFAULT, Deployments
from simulator.wire.live import LiveSessions


@dataclass
class Resource:
    """Everything that the routes share. `parts` are what its sessions are made of."""

    parts: Parts
    access: Access
    deployments: Deployments = field(default_factory=lambda: DEFAULT)
    webrtc: bool = True
    """False on a machine without aiortc: `/calls` then answers 503."""

    def __post_init__(self) -> None:
        self.secrets = ClientSecrets(self.ids, self.clock)
        self.live = LiveSessions(self.clock)
        self._mints: dict[str, deque[float]] = {}

    @property
    def clock(self) -> Clock:
        return self.parts.clock

    @property
    def ids(self) -> Ids:
        return self.parts.ids

    @property
    def knobs(self) -> Knobs:
        return self.parts.knobs

    def open(self, config: SessionConfig, session_id: str, playback: Playback | None) -> Session:
        """Start a session. Raises `Refused` 429 if too many run."""
        self.live.check_room()
        return Session(config, id=session_id, parts=self.parts, playback=playback)

    def count_mint(self, deployment: str) -> None:
        """Raise `Refused` 429 with the seconds to wait if this deployment had its requests of the minute."""
        allowed = self.knobs.requests_per_minute
        now = self.clock.monotonic()
        recent = self._mints.setdefault(deployment, deque())
        while recent and recent[0] <= now - 60:
            recent.popleft()
        if allowed and len(recent) >= allowed:
            raise throttled(retry_after=max(1, round(recent[0] + 60 - now)))
        recent.append(now)
