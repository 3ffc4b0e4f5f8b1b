"""Input transcription: the events that tell the client what the user said, at any time after the item was added.

It is a service of its own beside the model: it can be missing or fail while the reply still comes (recorded on Azure).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from simulator.engine import events
from simulator.engine.conversation import Entry
from simulator.engine.deltas import pieces_of
from simulator.engine.usage import transcription_usage
from simulator.ids import Ids
from simulator.parts import Event


async def report(
    entry: Entry,
    transcription: Mapping[str, Any] | None,
    deployments: Collection[str],
    ids: Ids,
    emit: Callable[[Event], None],
) -> None:
    """Send the transcription of a user's item, or why there is none; nothing if the session did not ask for any.

    An empty transcript (noise that passed for speech) is completed without deltas, as recorded at OpenAI.
    """
    if transcription is None or entry.words is None:
        return
    deployment = transcription["model"]
    if deployment not in deployments:
        emit(events.transcription_failed(entry.id, "DeploymentNotFound"))
        return
    words = await entry.words
    if words is None:
        emit(events.transcription_failed(entry.id, "transcription_failed"))  # our reading
        return
    for part in entry.item["content"]:
        part["transcript"] = words
    for piece in pieces_of(words):
        emit(events.transcription_delta(entry.id, piece, ids.obfuscation()))
    usage = transcription_usage(deployment, entry.audio_ms, words)
    emit(events.transcription_completed(entry.id, words, usage))
