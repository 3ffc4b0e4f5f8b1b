"""A brain by rules: it answers everyday questions and calls tools, offline, the same way every time.

It stands in for the model, so that a newcomer can talk to something and a test knows what it will hear. It understands
English only and says openly that it is a stand-in whenever it has no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from simulator.clock import Clock, RealClock
from simulator.parts import Answer, FunctionCall, Prompt
from simulator.rules import (
    clock_talk,
    knowledge,
    memory,
    persona,
    phrases,
    pictures,
    repeating,
    small_talk,
    stories,
    tool_matching,
    tool_results,
)
from simulator.rules.arithmetic import answer_sum
from simulator.rules.turn import Turn, read_turn

Topic = Callable[[Turn], str | None]


def _sum(turn: Turn) -> str | None:
    return answer_sum(turn.plain.split())


# Asked before any tool: what must never be taken for one.
FIRST: tuple[Topic, ...] = (
    persona.keep_secret,
    persona.offer,
    pictures.describe,
    repeating.repeat_last,
    repeating.echo,
)
# Asked in this order; the first that has an answer gives it.
TOPICS: tuple[Topic, ...] = (
    memory.recall_name,
    memory.last_words,
    memory.remember,
    memory.learn_name,
    persona.introduce,
    phrases.translate,
    repeating.spell,
    repeating.count,
    _sum,
    stories.tell_joke,
    stories.tell_story,
    clock_talk.tell_time,
    clock_talk.tell_date,
    knowledge.name_capital,
    knowledge.admit_offline,
    phrases.teach,
    small_talk.chat,
)


class RuleBrain:
    """Satisfies `Brain`. `clock` and `zone` (the machine's own if None) decide what time it says it is."""

    name = "rules"

    def __init__(self, clock: Clock | None = None, zone: tzinfo | None = None) -> None:
        self._clock = clock or RealClock()
        self._zone = zone

    async def answer(self, prompt: Prompt) -> Answer:
        """What to say and which tools to call. Never raises on anything a conversation can hold.

        After tool results it speaks, even where `tool_choice` demands a call: a session that always demands one would
        otherwise never come to rest.
        """
        now = datetime.fromtimestamp(self._clock.time(), self._zone).astimezone(self._zone)
        turn = read_turn(prompt.items, prompt.instructions, now)
        if turn.results:
            return Answer(tool_results.say_results(turn.results))
        demanded = prompt.tool_choice not in ("auto", "none")
        said = None if demanded else _without_words(turn) or _first_answer(FIRST, turn)
        if said:
            return Answer(said)
        if prompt.tool_choice == "auto" and tool_matching.can_end(prompt.tools) and small_talk.leaves(turn):
            return Answer(small_talk.GOODBYE, [FunctionCall(tool_matching.END_CALL, {})])
        calls = tool_matching.calls_for(turn.heard or "", prompt.tools, prompt.tool_choice, turn.last_tool)
        if calls:
            return Answer(calls=calls)
        said = _without_words(turn) or _first_answer(FIRST + TOPICS, turn)
        if not said and prompt.tool_choice != "none" and tool_matching.lacks_colour(turn.heard or "", prompt.tools):
            said = "I did not catch the colour. Try purple, teal or light blue."
        return Answer(said or small_talk.admit_ignorance(turn))


def _without_words(turn: Turn) -> str | None:
    if turn.heard is None:
        return persona.opening_words(turn.instructions)
    if turn.heard == "(speech)":
        return "I heard you speak, but there is no speech recogniser on this machine. You can type to me instead."
    if turn.words or turn.shown_now:
        return None
    return "Are you still there?" if turn.noted else "I did not catch that. Could you say it again?"


def _first_answer(topics: tuple[Topic, ...], turn: Turn) -> str | None:
    return next((said for topic in topics if (said := topic(turn))), None)
