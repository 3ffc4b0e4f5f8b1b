"""Questions 5 to 9: what a browser may ask, what it may change, what it is told, and how a call is cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from devtools.live_smoke.answers import Answer, Verdict, compared
from devtools.live_smoke.bench import ORIGIN, Bench

PLAIN_HEADERS = "authorization,content-type"
ODD_HEADERS = ("openai-safety-identifier", "x-openai-agents-sdk")
SAFETY = {"OpenAI-Safety-Identifier": "voicemint-live-smoke"}
OTHER_INSTRUCTIONS = "Answer with the word yes."
QUESTION = "Say in one sentence what the weather is like in spring."
STORY = "Tell me a long story about a lighthouse, at least two hundred words."
BARGE_IN = ("response.done", "output_audio_buffer.cleared", "conversation.item.truncated")


async def origins(bench: Bench) -> Answer:
    """Preflights with plain and with odd headers, an offer from a page, a mint with the safety header."""
    plain = await bench.resource.preflight(ORIGIN, PLAIN_HEADERS)
    lets_in = plain.headers.get("access-control-allow-origin", "nobody")
    odd = []
    for name in ODD_HEADERS:
        reply = await bench.resource.preflight(ORIGIN, f"{PLAIN_HEADERS},{name}")
        allowed = reply.headers.get("access-control-allow-headers", "").lower().replace(" ", "").split(",")
        odd.append(f"{name} {'allowed' if name in allowed or '*' in allowed else 'not allowed'}")
    async with bench.call(origin=ORIGIN) as call:
        answered = bool(call.id)
    marked = await bench.resource.mint(60, headers=SAFETY)
    seen = (
        f"preflight {plain.status_code} for {lets_in}, {', '.join(odd)}; the page's offer "
        f"{'answered' if answered else 'refused'}; mint with the safety header {marked.status_code}"
    )
    expected = lets_in in ("*", ORIGIN) and not any(one.endswith(" allowed") and "not" not in one for one in odd)
    return compared(seen, expected and answered and marked.status_code == 200)


async def filtered_update(bench: Bench) -> Answer:
    """The browser changes the instructions behind the filter; the sideband tells whether it worked."""
    async with bench.call("?webrtcfilter=on") as call, await bench.resource.sideband(call.id) as beside:
        call.send("session.update", session={"type": "realtime", "instructions": OTHER_INSTRUCTIONS})
        taken = False
        try:
            async with asyncio.timeout(bench.patience):
                while not taken:
                    event = json.loads(await beside.recv())
                    taken = (
                        event["type"] == "session.updated" and event["session"]["instructions"] == OTHER_INSTRUCTIONS
                    )
        except TimeoutError:
            pass
        told = sorted({event["type"] for event in call.events if event["type"].startswith("session.")})
    seen = f"instructions {'changed' if taken else 'not changed'}; the browser was told {', '.join(told) or 'nothing'}"
    return compared(seen, taken and not told)


async def rate_limits(bench: Bench) -> Answer:
    """One answered question; every kind of event that came is looked through."""
    async with bench.call() as call:
        call.ask(QUESTION)
        done = await call.until({"response.done"}, bench.patience * 2)
        await call.until({"output_audio_buffer.stopped"}, bench.patience)
        kinds = {event["type"] for event in call.events}
    sent = "rate_limits.updated" in kinds
    seen = f"{'sent' if sent else 'not sent'} in an answer with {len(kinds)} kinds of event"
    return compared(seen, not sent) if done else Answer(f"no answer came; {seen}", Verdict.DIFFERENT)


async def barge_in(bench: Bench) -> Answer:
    """A story is interrupted with the service's own voice, recorded from its first answer."""
    async with bench.call() as call:
        call.ask(QUESTION)
        await call.until({"output_audio_buffer.stopped"}, bench.patience * 2)
        voice = bytes(call.heard)
        if not voice:
            return Answer("no voice was heard, so there was nothing to interrupt with", Verdict.DIFFERENT)
        start = len(call.events)
        call.ask(STORY)
        await call.until({"output_audio_buffer.started"}, bench.patience, start)
        spoken = len(call.events)
        call.microphone.playing += voice
        await call.until(BARGE_IN, bench.patience, spoken)
        order = ordered([event["type"] for event in call.events[spoken:]])
        status = next(
            (one["response"]["status"] for one in call.events[spoken:] if one["type"] == "response.done"), "none"
        )
    seen = f"{', '.join(order) or 'none of the three'}; the answer's status: {status}"
    return Answer(seen, Verdict.NOTED if set(order) == set(BARGE_IN) else Verdict.DIFFERENT)


async def hanging_up(bench: Bench) -> Answer:
    """First with the browser's secret, then with the standing credential."""
    secret = await bench.resource.secret()
    async with bench.call() as call:
        by_secret = await bench.resource.hang_up(call.id, secret)
        cut = by_secret.status_code == 200
        by_owner = None if cut else await bench.resource.hang_up(call.id)
        ended = await call.ended(bench.patience)
    words = f"client secret: {bench.resource.shown(by_secret)}"
    if by_owner is not None:
        words += f"; standing credential: {by_owner.status_code}"
    words += f"; the browser's call {'closed' if ended else f'still open after {bench.patience:.0f} s'}"
    return compared(words, not cut and by_owner is not None and by_owner.status_code == 200 and ended)


def ordered(kinds: Sequence[str]) -> list[str]:
    """The three events of an interruption in the order in which they first came."""
    return sorted({kind for kind in kinds if kind in BARGE_IN}, key=list(kinds).index)
