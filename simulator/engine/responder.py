"""All responses of a session: at most one that writes to the conversation, and a few beside it (out of band).

It starts them, cancels them, and knows what a barge-in means on either transport: over WebRTC the service silences its
own loudspeaker and takes back what was not heard; over WebSocket only the client knows what was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.engine import events
from simulator.engine.conversation import Entry
from simulator.engine.hearing import Spawn
from simulator.engine.output_items import Outlet
from simulator.engine.response import Generator, Response
from simulator.engine.response_plan import Plan, plan_of
from simulator.engine.usage import NOTHING, Tokens, cached, preamble_tokens
from simulator.parts import SessionConfig
from simulator.refusals import Rejected

MAX_OUT_OF_BAND = 8
_LIMIT_TOKENS = 10_000


class Responder:
    """`on_quiet` is called when a response is over, with the milliseconds that are still to be heard of it."""

    def __init__(
        self,
        outlet: Outlet,
        generator: Generator,
        spawn: Spawn,
        new_entry: Callable[[object, str], Entry],
        on_quiet: Callable[[float], None],
    ) -> None:
        self._outlet = outlet
        self._generator = generator
        self._spawn = spawn
        self._new_entry = new_entry
        self._on_quiet = on_quiet
        self._active: Response | None = None
        self._beside: dict[str, Response] = {}
        self._next: SessionConfig | None = None
        self._last_preamble: tuple[Any, Any] | None = None
        self._last_prompt = NOTHING
        self._spoke = False

    @property
    def voice_locked(self) -> bool:
        """Whether the session has produced sound, after which its voice stays (OpenAI's spec)."""
        return self._spoke or any(one.audio_ms > 0 for one in self._running())

    @property
    def busy(self) -> bool:
        return self._active is not None

    def create(self, config: SessionConfig, overrides: Mapping[str, Any]) -> None:
        """`response.create`. Raises `Rejected`, with a code known from OpenAI if one is running already."""
        beside = overrides.get("conversation") == "none"
        if not beside and self._active is not None:
            raise Rejected(
                f"Conversation already has an active response in progress: {self._active.id}. "
                "Wait until the response is finished before creating a new one.",
                code="conversation_already_has_active_response",
            )
        if beside and len(self._beside) >= MAX_OUT_OF_BAND:
            raise Rejected(
                f"At most {MAX_OUT_OF_BAND} out-of-band responses can run at once.", code="rate_limit_exceeded"
            )  # our reading
        plan = plan_of(config, overrides, self._outlet.conversation, self._new_entry, voice_locked=self.voice_locked)
        self._start(plan)

    def answer_turn(self, config: SessionConfig) -> None:
        """Answer what was just said. While a response that may not be interrupted runs, after it (our reading)."""
        if self._active is None:
            self.create(config, {})
        else:
            self._next = config

    def cancel(self, response_id: str | None) -> None:
        """`response.cancel`. Raises `Rejected` if there is nothing to cancel (code known from OpenAI)."""
        if response_id is None:
            response = self._active
        else:
            response = next((one for one in self._running() if one.id == response_id), None)
        if response is None:
            raise Rejected("Cancellation failed: no active response found", code="response_cancel_not_active")
        self._next = None
        response.cancel("client_cancelled")

    def interrupt(self) -> None:
        """The user speaks: end the response and fall silent. Not recorded in which order; this is our reading."""
        self._next = None
        if self._active is not None:
            self._active.cancel("turn_detected")
        self._silence()

    def clear_playback(self) -> None:
        """`output_audio_buffer.clear`: fall silent. It also stops a response that is still speaking (OpenAI's spec)."""
        if self._active is not None and self._active.audio_ms:
            self._active.cancel("client_cancelled")
        self._silence()

    def _silence(self) -> None:
        if self._outlet.loudspeaker is None:
            return
        for item_id, heard_ms in self._outlet.loudspeaker.clear():
            entry = self._outlet.conversation.find(item_id)
            if entry is not None and entry.spoken:
                heard_ms = min(heard_ms, entry.audio_ms)
                self._outlet.conversation.truncate(item_id, 0, heard_ms)
                self._outlet.emit(events.item_truncated(item_id, 0, heard_ms))

    def _running(self) -> list[Response]:
        return [*([self._active] if self._active else []), *self._beside.values()]

    def _start(self, plan: Plan) -> None:
        response = Response(self._outlet.ids.response(), plan, self._generator, self._outlet, self._known, self._over)
        if plan.in_conversation:
            self._active = response
        else:
            self._beside[response.id] = response
        response.announce()
        response.task = self._spawn(response.run())

    def _over(self, response: Response) -> None:
        self._spoke = self._spoke or response.audio_ms > 0
        if response is self._active:
            self._active = None
        self._beside.pop(response.id, None)
        if self._generator.knobs.send_rate_limits:
            limit = {"name": "tokens", "limit": _LIMIT_TOKENS, "remaining": _LIMIT_TOKENS, "reset_seconds": 0.0}
            self._outlet.emit(events.rate_limits_updated([limit]))
        if self._outlet.loudspeaker is not None:
            self._outlet.loudspeaker.over(response.id)
        if not response.plan.in_conversation:
            return
        following, self._next = self._next, None
        if following is not None:
            self.create(following, {})
        elif self._outlet.loudspeaker is None or response.first_sound_at is None:
            self._on_quiet(self._unheard_ms(response))

    def _unheard_ms(self, response: Response) -> float:
        """What a client that plays at once has not played yet."""
        if response.first_sound_at is None:
            return 0.0
        played = (self._generator.clock.monotonic() - response.first_sound_at) * 1000
        return max(0.0, response.audio_ms - played)

    def _known(self, plan: Plan, prompt: Tokens) -> Tokens:
        """What of `prompt` is cached; other instructions or tools than last time begin anew."""
        preamble = (plan.instructions, preamble_tokens("", plan.tools))
        known = cached(prompt, self._last_prompt) if preamble == self._last_preamble else NOTHING
        self._last_preamble, self._last_prompt = preamble, prompt
        return known
