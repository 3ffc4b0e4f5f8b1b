"""A realtime session, whatever carries it: client events in, server events out, sound heard, sound spoken.

Everything that a session does begins here, in one of three ways: a client event (`receive`), sound from a track
(`hear`) or a turn that the ears found. The work itself is done next door: `hearing`, `conversation`, `responder`.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.clock import Clock
from simulator.engine import client_events, events, g711
from simulator.engine.conversation import Conversation, Entry
from simulator.engine.hearing import Hearing, Turn
from simulator.engine.items import checked_item
from simulator.engine.loudspeaker import Loudspeaker
from simulator.engine.output_items import Outlet
from simulator.engine.responder import Responder
from simulator.engine.response import Generator
from simulator.engine.transcription import report
from simulator.ids import Ids
from simulator.knobs import Knobs
from simulator.parts import BYTES_PER_MS, Brain, Event, Playback, SessionConfig, Speech
from simulator.refusals import Rejected
from simulator.schema import session_config

MAX_PENDING_FRAMES = 512
_SLICE = 1_000 * BYTES_PER_MS
_IDLE_NOTE = (
    "The user has been silent for a while. If the recording holds speech after all, answer it; if not, take up the "
    "last topic again or ask whether they are still there."
)

Sink = Callable[[Event], None]


@dataclass(frozen=True)
class Parts:
    """What a session is made with. `transcription_deployments` are the names that exist."""

    speech: Speech
    brain: Brain
    clock: Clock
    ids: Ids
    knobs: Knobs
    transcription_deployments: frozenset[str]


@dataclass(eq=False)
class Attachment:
    """One connection to a session: its own client, or a sideband."""

    sink: Sink
    detach: Callable[[], None] = field(default=lambda: None)
    pending: int = 0


class Session:
    """`playback` None means WebSocket: sound goes out as events. Otherwise through it, with `output_audio_buffer.*`.

    Must be made on a running event loop, and closed. It closes itself with the reason "expired" when its time is up.
    """

    def __init__(self, config: SessionConfig, *, id: str, parts: Parts, playback: Playback | None) -> None:
        self.id = id
        self.ended = asyncio.Event()
        self.end_reason: str | None = None
        self._config = config
        self._parts = parts
        self._playback = playback
        self._attachments: list[Attachment] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._turnstile = asyncio.Lock()
        self._seconds = parts.knobs.max_session_seconds
        self._expires_at = int(parts.clock.time() + self._seconds)
        self._conversation = Conversation(parts.ids.conversation())
        self._hearing = Hearing(parts.speech, parts.ids, self, self._spawn)
        self._hearing.configure(config["audio"]["input"])
        loudspeaker = None if playback is None else Loudspeaker(playback, self._emit, self._fell_silent)
        outlet = Outlet(self._emit, parts.ids, self._conversation, loudspeaker)
        generator = Generator(parts.brain, parts.speech.synthesiser, parts.clock, parts.knobs)
        self._responder = Responder(outlet, generator, self._spawn, self._new_entry, self._wait_for_speech)
        self._handlers: Mapping[str, Callable[..., None]] = {
            "session.update": self._update,
            "input_audio_buffer.commit": self._commit,
            "input_audio_buffer.clear": self._clear,
            "output_audio_buffer.clear": self._responder.clear_playback,
            "conversation.item.create": self._create_item,
            "conversation.item.retrieve": self._retrieve_item,
            "conversation.item.delete": self._delete_item,
            "conversation.item.truncate": self._truncate_item,
            "response.create": self._create_response,
            "response.cancel": self._cancel_response,
        }
        self._spawn(self._expire())

    @property
    def config(self) -> SessionConfig:
        """The effective session, without `id`, `object` and `expires_at`. Not to be changed."""
        return self._config

    def attach(self, sink: Sink, *, announce: bool) -> Attachment:
        """Send every event from now on to `sink`, which must not block or change it.

        `announce`: send `session.created` first, to this sink alone. A sideband gets none (recorded on Azure).
        """
        attachment = Attachment(sink)
        attachment.detach = lambda: self._detach(attachment)
        self._attachments.append(attachment)
        if announce:
            self._tell(attachment, events.session_created(self._public()))
        return attachment

    async def receive(self, text: str | bytes, attachment: Attachment) -> None:
        """Act on one client frame. Refusals go to the sender as `error` events; frames are taken in order."""
        if attachment.pending >= MAX_PENDING_FRAMES:
            self._refuse(Rejected("Too many events are waiting.", code="rate_limit_exceeded"), None, attachment)
            return
        attachment.pending += 1
        try:
            async with self._turnstile:
                await self._take(text, attachment)
        finally:
            attachment.pending -= 1

    def hear(self, pcm: bytes) -> None:
        """Take sound from the track: PCM16, mono, 24 kHz."""
        if not self._over:
            self._hearing.hear(pcm)

    async def close(self, reason: str) -> None:
        """End everything that runs. Further calls do nothing."""
        if self._over:
            return
        self.end_reason = reason
        self._attachments.clear()
        ending = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in ending:
            task.cancel()
        if self._playback is not None:
            self._playback.clear()
        await asyncio.gather(*ending, return_exceptions=True)
        self._hearing.release()
        self.ended.set()

    # What the ears report.

    def speech_started(self, item_id: str, audio_start_ms: int) -> None:
        self._emit(events.speech_started(item_id, audio_start_ms))
        if self._turn_detection["interrupt_response"]:
            self._responder.interrupt()

    def speech_stopped(self, turn: Turn, audio_end_ms: int) -> None:
        self._emit(events.speech_stopped(turn.item_id, audio_end_ms))
        self._add_turn(turn)
        if self._turn_detection["create_response"] and self._config["type"] == "realtime":
            self._responder.answer_turn(self._config)

    def waited_in_vain(self, turn: Turn, audio_start_ms: int, audio_end_ms: int) -> None:
        """Order recorded at OpenAI, September 2026; the text of the system's message is ours."""
        if self._config["type"] != "realtime":
            return
        self._emit(events.timeout_triggered(turn.item_id, audio_start_ms, audio_end_ms))
        note = {"type": "message", "role": "system", "content": [{"type": "input_text", "text": _IDLE_NOTE}]}
        self._add(self._new_entry(note, "item"))
        self._add_turn(turn)
        self._responder.answer_turn(self._config)

    # What the client asks for.

    async def _take(self, text: str | bytes, attachment: Attachment) -> None:
        event_id: str | None = None
        try:
            if self._over:
                return
            raw = client_events.opened(text)
            event_id = client_events.event_id_of(raw)
            event = client_events.checked(raw, playback=self._playback is not None)
            if event.type == "input_audio_buffer.append":
                await self._append(event.fields["audio"])
            else:
                self._handlers[event.type](**event.fields)
        except Rejected as refusal:
            self._refuse(refusal, event_id, attachment)

    def _update(self, session: object) -> None:
        self._config = session_config.update(self._config, session, voice_locked=self._responder.voice_locked)
        self._hearing.configure(self._config["audio"]["input"])
        self._emit(events.session_updated(self._public()))

    async def _append(self, audio: bytes) -> None:
        """A long recording is heard in slices, so that other sessions get their turn."""
        pcm = g711.decoded(audio, self._config["audio"]["input"]["format"])
        for start in range(0, len(pcm), _SLICE):
            self.hear(pcm[start : start + _SLICE])
            if start + _SLICE < len(pcm):
                await asyncio.sleep(0)

    def _commit(self) -> None:
        self._add_turn(self._hearing.commit())

    def _clear(self) -> None:
        self._hearing.clear()
        self._emit(events.input_cleared())

    def _create_item(self, item: object, previous_item_id: str | None = None) -> None:
        self._add(self._new_entry(item, "item"), previous_item_id)

    def _retrieve_item(self, item_id: str) -> None:
        entry = self._conversation.get(item_id, "retrieve")
        spoken = entry.item.get("role") == "assistant"
        side = self._config["audio"]["output" if spoken and "output" in self._config["audio"] else "input"]
        encoded = base64.b64encode(g711.encoded(entry.audio or b"", side["format"])).decode()
        self._emit(events.item_retrieved(entry.with_audio(encoded)))

    def _delete_item(self, item_id: str) -> None:
        self._conversation.remove(item_id)
        self._emit(events.item_deleted(item_id))

    def _truncate_item(self, item_id: str, content_index: int, audio_end_ms: int) -> None:
        self._conversation.truncate(item_id, content_index, audio_end_ms)
        self._emit(events.item_truncated(item_id, content_index, audio_end_ms))

    def _create_response(self, response: object = None) -> None:
        overrides = session_config.response_overrides(response)
        self._responder.create(self._config, overrides)
        if self._responder.busy:
            self._hearing.await_speech(None)

    def _cancel_response(self, response_id: str | None = None) -> None:
        self._responder.cancel(response_id)

    # What they have in common.

    @property
    def _over(self) -> bool:
        return self.end_reason is not None

    @property
    def _turn_detection(self) -> Mapping[str, Any]:
        detection: Mapping[str, Any] = self._config["audio"]["input"]["turn_detection"]
        return detection

    def _public(self) -> dict[str, Any]:
        """The session as its clients see it: the minted id, and when it will be cut."""
        return session_config.described(self._config, self.id, expires_at=self._expires_at)

    def _new_entry(self, raw: object, path: str) -> Entry:
        """An entry of a client's item; sound in it is recognised, but not reported as a transcription (our reading)."""
        item, audio = checked_item(raw, path, self._parts.ids)
        entry = Entry(item)
        if audio is not None:
            entry.audio = g711.decoded(audio, self._config["audio"]["input"]["format"])
            entry.audio_ms = len(entry.audio) // BYTES_PER_MS
            entry.words = self._hearing.words_of(entry.audio)
        return entry

    def _add(self, entry: Entry, after: str | None = None) -> None:
        previous = self._conversation.add(entry, after)
        self._emit(events.item_added(entry.item, previous))
        self._emit(events.item_done(entry.item, previous))
        self._make_room()

    def _add_turn(self, turn: Turn) -> None:
        """What the user said becomes an item; its words follow whenever they are there."""
        content = [{"type": "input_audio", "transcript": None}]
        item = {"id": turn.item_id, "type": "message", "status": "completed", "role": "user", "content": content}
        entry = Entry(item, audio=turn.audio, audio_ms=turn.audio_ms, words=turn.words)
        self._emit(events.committed(turn.item_id, self._conversation.last_id))
        self._add(entry)
        transcription = self._config["audio"]["input"]["transcription"]
        names = self._parts.transcription_deployments
        self._spawn(report(entry, transcription, names, self._parts.ids, self._emit))

    def _make_room(self) -> None:
        for item_id in self._conversation.make_room():
            self._emit(events.item_deleted(item_id))

    def _wait_for_speech(self, unheard_ms: float) -> None:
        if not self._responder.busy:
            self._hearing.await_speech(self._hearing.position_ms + round(unheard_ms))

    def _fell_silent(self) -> None:
        self._wait_for_speech(0.0)

    async def _expire(self) -> None:
        await self._parts.clock.sleep(self._seconds)
        self._emit(events.session_expired(self._seconds))
        await self.close("expired")

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _emit(self, event: Event) -> None:
        sent = events.stamped(event, self._parts.ids)
        for attachment in tuple(self._attachments):
            attachment.sink(sent)

    def _tell(self, attachment: Attachment, event: Event) -> None:
        attachment.sink(events.stamped(event, self._parts.ids))

    def _refuse(self, refusal: Rejected, event_id: str | None, attachment: Attachment) -> None:
        self._tell(attachment, events.error(refusal.error(event_id)))

    def _detach(self, attachment: Attachment) -> None:
        if attachment in self._attachments:
            self._attachments.remove(attachment)
