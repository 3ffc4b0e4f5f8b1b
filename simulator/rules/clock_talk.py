"""The time and the date, in the time zone of the `datetime` that came with the turn."""

from __future__ import annotations

import re

from simulator.rules.turn import Turn

_DATE = re.compile(
    r"\b(what|which|todays|the)( is)?( the| todays)? date\b|\b(what|which) day\b|\bday (of the week )?is it\b"
    r"|\bwhat (year|month) is it\b"
)
_TIME = re.compile(
    r"\bwhat(s| is)? (the )?time\b|(?<!\ball )(?<!\bby )\b(the|current) time\b(?! zone)"
    r"|\bwhat hour\b|\bhow late is it\b"
)


def tell_time(turn: Turn) -> str | None:
    """ "It is 3:42 PM." """
    if not _TIME.search(turn.plain):
        return None
    hour = turn.now.hour % 12 or 12
    return f"It is {hour}:{turn.now.minute:02d} {'AM' if turn.now.hour < 12 else 'PM'}."


def tell_date(turn: Turn) -> str | None:
    """ "Today is Tuesday, November 21, 2028." """
    if not _DATE.search(turn.plain):
        return None
    return f"Today is {turn.now:%A}, {turn.now:%B} {turn.now.day}, {turn.now.year}."
