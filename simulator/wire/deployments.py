"""Which models are deployed on the resource, under which names, and what each can do.

Sessions name deployments, not models. The family of the model behind a name decides the session's defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.refusals import deployment_not_found, operation_not_supported

Kind = Literal["realtime", "transcription", "other"]
_TRANSCRIBERS = (
    "gpt-realtime-whisper",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-transcribe",
    "gpt-live-transcribe",
    "whisper",
)


@dataclass(frozen=True)
class Deployment:
    """A model under a name of the owner's choice."""

    name: str
    model: str

    @property
    def kind(self) -> Kind:
        """What the model can do, told by its family name."""
        if self.model.startswith(_TRANSCRIBERS):
            return "transcription"
        return "realtime" if self.model.startswith("gpt-realtime") else "other"


Deployments = Mapping[str, Deployment]


def deploy(**models: str) -> Deployments:
    """Deployments from name to model, both as in `deploy(voice="gpt-realtime-2.1")`."""
    return {name: Deployment(name, model) for name, model in models.items()}


DEFAULT: Deployments = deploy(
    **{"gpt-realtime": "gpt-realtime", "gpt-realtime-whisper": "gpt-realtime-whisper"},
)


def realtime(deployments: Deployments, name: str) -> Deployment:
    """The deployment of that name, if a session can run on it. Raises `Refused` 404 or 400, as recorded."""
    found = deployments.get(name)
    if found is None:
        raise deployment_not_found()
    if found.kind != "realtime":
        raise operation_not_supported()
    return found


def transcribers(deployments: Deployments) -> frozenset[str]:
    """The names that a session may use for input transcription."""
    return frozenset(one.name for one in deployments.values() if one.kind == "transcription")
