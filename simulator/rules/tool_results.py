"""What to say when a tool has answered: short, and only what is in the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

from simulator.rules.colours import say_colour
from simulator.rules.small_talk import GOODBYE
from simulator.rules.tool_matching import END_CALL
from simulator.rules.turn import ToolResult

_LONGEST_READ = 100_000
_LONGEST_SAID = 240
_MOST_FIELDS = 5
_MOST_HEADINGS = 4
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|main|div|p|h[1-6]|section|title)\b", re.IGNORECASE)
_FAILED = re.compile(r"^\s*(?:error|failed|exception|unknown tool)\b", re.IGNORECASE)


def say_results(results: Sequence[ToolResult]) -> str:
    """A sentence or two for each result, "Done" only once."""
    sentences = [_say(result) for result in results]
    done = [sentence for sentence in sentences if sentence.startswith("Done, ")]
    for sentence in done[1:]:
        at = len(sentences) - 1 - sentences[::-1].index(sentence)
        sentences[at] = _capital(sentence.removeprefix("Done, "))
    return " ".join(sentences)


def _say(result: ToolResult) -> str:
    output = _decoded(result.output[:_LONGEST_READ])
    problem = _problem(output)
    if problem is not None:
        return f"That did not work{': ' + problem if problem else ''}."
    if result.name == END_CALL:
        return GOODBYE
    markup = _markup_in(output)
    if markup:
        return _say_page(markup)
    changed = re.match(r"(?:set|change|update)_(\w+?)(?:_colou?r)?$", result.name)
    value = next((value for value in result.arguments.values() if isinstance(value, str | int | float)), None)
    if changed and value is not None and "olor" in result.name:
        return f"Done, the {changed.group(1).replace('_', ' ')} is {say_colour(str(value))} now."
    if changed:
        return f"Done, the {changed.group(1).replace('_', ' ')} is set."
    return _say_plainly(output)


def _decoded(output: str) -> Any:
    try:
        return json.loads(output)
    except (ValueError, RecursionError):
        return output


def _problem(output: Any) -> str | None:
    """What went wrong, "" if it only says that something did, None if all is well."""
    if isinstance(output, dict):
        error = output.get("error")
        if error or output.get("ok") is False or output.get("success") is False:
            text = error.get("message") if isinstance(error, dict) else error or output.get("message")
            return _short(text) if isinstance(text, str) else ""
    if isinstance(output, str) and _FAILED.match(output):
        return _short(output)
    return None


def _markup_in(output: Any) -> str | None:
    found = output.get("html") if isinstance(output, dict) else output
    return found if isinstance(found, str) and _MARKUP.search(found) else None


def _say_page(markup: str) -> str:
    page = _Page()
    page.feed(markup)
    title, headings = _short(page.text["title"]), [_short(heading) for heading in page.headings if heading.strip()]
    said = f"The page is called {title}." if title else "The page has no title."
    if headings:
        said += f" Its headings are: {'; '.join(headings[:_MOST_HEADINGS])}."
    elif page.text["p"].strip():
        said += f" It begins: {_short(page.text['p'])}."
    return said


class _Page(HTMLParser):
    """Collects a page's title, headings and first paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.text = {"title": "", "p": ""}
        self.headings: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-3]", tag):
            self.headings.append("")
            self._inside = "heading"
        elif tag in self.text:
            self._inside = tag
        elif tag in ("script", "style", "svg"):
            self._inside = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self.text or re.fullmatch(r"h[1-3]", tag):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "heading":
            self.headings[-1] += data
        elif self._inside:
            self.text[self._inside] += data


def _say_plainly(output: Any) -> str:
    if isinstance(output, dict):
        fields = [
            f"{key.replace('_', ' ')} {value}"
            for key, value in output.items()
            if isinstance(value, str | int | float) and not isinstance(value, bool)
        ]
        return f"Here is what I got: {_short(', '.join(fields[:_MOST_FIELDS]))}." if fields else "Done."
    if isinstance(output, list):
        return f"I got {len(output)} results." if len(output) != 1 else "I got one result."
    if output is None or isinstance(output, bool) or not str(output).strip():
        return "Done."
    return f"The answer is: {_short(str(output))}."


def _short(text: str) -> str:
    flat = " ".join(text.split())
    if len(flat) > _LONGEST_SAID:
        flat = flat[:_LONGEST_SAID].rsplit(" ", 1)[0]
    return flat.strip(" .")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
