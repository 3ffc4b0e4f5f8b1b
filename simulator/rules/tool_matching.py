"""Which tools a sentence asks for: the brain's stand-in for a model that has learned to call functions.

Each clause goes to the tool whose name and description share most words with it, provided that every required parameter
can be filled from the clause. Nothing is called on a guess unless `tool_choice` demands a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.parts import FunctionCall
from simulator.rules.colours import colour_in, colour_words
from simulator.rules.tool_arguments import arguments_for, forced_arguments, missing_from, wants_colour
from simulator.rules.tool_words import Clause, Tool, allows, clauses_of, matched, tool_of

END_CALL = "end_call"
"""The tool of a page that can end the call. A farewell asks for it (see `small_talk`), no likeness of words does."""
_MOST_TOOLS = 128
_MOST_CALLS = 4


def calls_for(
    text: str, tools: Sequence[Mapping[str, Any]], tool_choice: Any = "auto", last_tool: str | None = None
) -> list[FunctionCall]:
    """The calls that `text` asks for, in its order, none twice; none at all if `tool_choice` is "none".

    "required" and a named function always give a call, with stand-ins for what the words leave open. `last_tool` is the
    tool called before, which "make it green" refers to. Raises nothing, whatever the text and the schemas.
    """
    known = [tool for raw in tools[:_MOST_TOOLS] if (tool := tool_of(raw))]
    if tool_choice == "none" or not known:
        return []
    forced = tool_choice.get("name") if isinstance(tool_choice, Mapping) else None
    if forced is not None:
        known = [tool for tool in known if tool.name == forced]
    clauses = clauses_of(text)
    calls = _asked(clauses, [tool for tool in known if tool.name != END_CALL], last_tool)
    if not calls and known and (forced is not None or tool_choice == "required"):
        whole = Clause(tuple(word for clause in clauses for word in clause.words))
        best = max(known, key=lambda tool: _score(tool, whole, arguments_for(tool, whole)))
        return [FunctionCall(best.name, forced_arguments(best, whole))]
    return calls[:1] if forced is not None else calls[:_MOST_CALLS]


def can_end(tools: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the session has the tool that ends the call."""
    return any(tool.get("name") == END_CALL for tool in tools[:_MOST_TOOLS])


def lacks_colour(text: str, tools: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a clause plainly asks for a tool that takes a colour and names none that we know."""
    for tool in (tool for raw in tools[:_MOST_TOOLS] if (tool := tool_of(raw)) and tool.changes):
        if not any(wants_colour(name, tool.parameters.get(name, {})) for name in tool.required):
            continue
        for clause in clauses_of(text):
            words = set(clause.plain)
            wished = words & {"change", "make", "set", "turn", "paint"} and words & {"to", "color"}
            if wished and allows(tool, clause) and _subject(tool, clause) and not colour_in(clause.plain):
                return True
    return False


def _asked(clauses: Sequence[Clause], tools: Sequence[Tool], last_tool: str | None) -> list[FunctionCall]:
    calls: list[FunctionCall] = []
    for at, clause in enumerate(clauses):
        call = _best(tools, clause, last_tool)
        if call is None and at + 1 < len(clauses):
            # "Set the background and the text to blue": the value stands in the clause that follows.
            call = _best([tool for tool in tools if _subject(tool, clause)], clause.joined(clauses[at + 1]), None)
        if call and call not in calls:
            calls.append(call)
    return calls


def _best(tools: Sequence[Tool], clause: Clause, last_tool: str | None) -> FunctionCall | None:
    best: tuple[float, FunctionCall] | None = None
    for tool in tools:
        arguments = arguments_for(tool, clause)
        if missing_from(tool, arguments) or not allows(tool, clause):
            continue
        if not (_subject(tool, clause) or _refers_back(tool, clause, last_tool)):
            continue
        score = _score(tool, clause, arguments)
        if best is None or score > best[0]:
            best = score, FunctionCall(tool.name, arguments)
    return best and best[1]


def _subject(tool: Tool, clause: Clause) -> frozenset[str]:
    """The words that show that the clause is about the tool's own subject, not just any colour."""
    heard = [word for word in clause.plain if word not in colour_words(clause.plain)]
    subject = (tool.about - {"color"}) or tool.about or tool.described
    found = matched(subject, heard)
    return found if len(found) * 2 >= len(subject) or len(found) >= 2 else frozenset()


def _refers_back(tool: Tool, clause: Clause, last_tool: str | None) -> bool:
    return (
        tool.name == last_tool
        and tool.changes
        and bool({"it", "that", "now"} & set(clause.plain))
        and bool(tool.required)
    )


def _score(tool: Tool, clause: Clause, arguments: Mapping[str, Any]) -> float:
    words = clause.plain
    literal = len(tool.about & set(words))
    return (
        2.0 * len(matched(tool.about, words))
        + literal
        + 0.5 * len(matched(tool.described, words))
        + 1.5 * len(arguments)
    )
