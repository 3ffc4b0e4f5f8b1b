"""A brain that says what it was told to: for tests, and for demonstrations that must go the same way each time.

The script is a list (one answer after the other) or a mapping (an answer by words that the person used).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from simulator.parts import Answer, Prompt

Line = Answer | str
AT_THE_END = "That is all I was told to say."


class ScriptedBrain:
    """Plays `script`; says `otherwise` when a list is used up or no words match.

    `prompts` keeps the last hundred questions, so that a test can see what the engine asked.
    """

    name = "scripted"

    def __init__(self, script: Sequence[Line] | Mapping[str, Line], otherwise: Line = AT_THE_END) -> None:
        self._by_words = dict(script) if isinstance(script, Mapping) else {}
        self._lines = deque(() if isinstance(script, Mapping) else script)
        self._otherwise = otherwise
        self.prompts: deque[Prompt] = deque(maxlen=100)

    async def answer(self, prompt: Prompt) -> Answer:
        """The next line, or the first whose words are all in what was said or returned last."""
        self.prompts.append(prompt)
        line = self._lines.popleft() if self._lines else self._matching(prompt)
        return Answer(text=line) if isinstance(line, str) else line

    def _matching(self, prompt: Prompt) -> Line:
        said = _last_words(prompt)
        for words, line in self._by_words.items():
            if all(word in said for word in words.casefold().split()):
                return line
        return self._otherwise


def _last_words(prompt: Prompt) -> str:
    if not prompt.items:
        return ""
    last = prompt.items[-1]
    texts = [part.get("text") or part.get("transcript") or "" for part in last.get("content", [])]
    return " ".join([*texts, last.get("output", "")]).casefold()
