"""What a tool is about, and what a sentence asks for, as sets of words that can be compared.

A tool's name says most ("set_background_color"), its description the rest. A sentence is cut into clauses, because one
sentence may ask for two things ("make the page green and the text white").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.rules.words import Word, listed, words_of

_CHANGING = frozenset(listed("set change make update turn switch paint put add create write send edit apply toggle"))
_READING = frozenset(listed("get read fetch show list look find search lookup check query describe summarise load"))
_ASKING = frozenset(
    listed("what read show tell describe summarise summarize summary look see check get find which how")
)
_QUESTION_OPENINGS = frozenset(listed("what which who whose why when where how is are was were does did"))
_EMPTY = frozenset(
    listed(
        "the a an of to in on for with and or by from at as is are be it its this that these those my your our me you "
        "i we please can could would will do use used using when user users function tool new current value name given "
        "any one only also into html css"
    )
)
_SAID_INSTEAD = {
    "background": frozenset(listed("backdrop page site screen website wallpaper")),
    "text": frozenset(listed("font writing letter word print lettering type")),
    "page": frozenset(listed("site website screen document")),
}
_AFTERTHOUGHTS = frozenset(listed("please now thanks again too okay"))
_MOST_CLAUSES = 8
_CLAUSE_END = re.compile(r"[,;.!?](?=\s|$)|\b(?:and|then|also)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that may ask for one call."""

    words: tuple[Word, ...]

    @property
    def plain(self) -> list[str]:
        """Its words as rules see them."""
        return [word.plain for word in self.words]

    def joined(self, other: Clause) -> Clause:
        """This clause and the next as one."""
        return Clause(self.words + other.words)


@dataclass(frozen=True)
class Tool:
    """A function tool: its name, the words it is about, and the schemas of its parameters."""

    name: str
    about: frozenset[str]
    described: frozenset[str]
    changes: bool
    reads: bool
    parameters: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]


def clauses_of(text: str) -> list[Clause]:
    """At most eight clauses of `text`, none empty."""
    clauses = []
    for part in _CLAUSE_END.split(text)[:_MOST_CLAUSES]:
        words = words_of(part)
        while words and words[-1].plain in _AFTERTHOUGHTS:
            words.pop()
        if words:
            clauses.append(Clause(tuple(words)))
    return clauses


def tool_of(raw: Mapping[str, Any]) -> Tool | None:
    """A session's tool as rules see it; None if it is not a function with a name."""
    name = raw.get("name")
    if raw.get("type", "function") != "function" or not isinstance(name, str) or not name:
        return None
    schema = raw.get("parameters")
    schema = schema if isinstance(schema, Mapping) else {}
    properties, required = schema.get("properties"), schema.get("required")
    parameters = {
        key: value if isinstance(value, Mapping) else {}
        for key, value in (properties.items() if isinstance(properties, Mapping) else ())
    }
    spoken = [word.plain for word in words_of(re.sub(r"[_\W]+|(?<=[a-z])(?=[A-Z])", " ", name))]
    return Tool(
        name=name,
        about=stems(spoken) - _CHANGING - _READING,
        described=stems(word.plain for word in words_of(str(raw.get("description") or ""))) - _CHANGING - _READING,
        changes=bool(_CHANGING & set(spoken)),
        reads=bool(_READING & set(spoken)),
        parameters=parameters,
        required=frozenset(key for key in required if isinstance(key, str))
        if isinstance(required, list)
        else frozenset(),
    )


def stems(words: Any) -> frozenset[str]:
    """Words that carry meaning, without a plural s."""
    return frozenset(_stem(word) for word in words if word not in _EMPTY)


def matched(about: frozenset[str], heard: Sequence[str]) -> frozenset[str]:
    """Those words of `about` that were heard, or for which another word is often said."""
    spoken = stems(heard)
    return frozenset(word for word in about if word in spoken or _SAID_INSTEAD.get(word, frozenset()) & spoken)


def allows(tool: Tool, clause: Clause) -> bool:
    """Whether a clause of this form can ask for a tool of this kind.

    A question changes nothing, a refusal neither; what only reads must be asked for as one asks.
    """
    words = clause.plain
    if "not" in words and tool.changes:
        return False
    if tool.changes:
        return words[0] not in _QUESTION_OPENINGS
    return not tool.reads or bool(_ASKING & set(words) or tool.parameters)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
