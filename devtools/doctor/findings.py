"""A diagnosis: what can be wrong, and one case of it being so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from voicemint.masking import redact

Level = Literal["fault", "warning", "note"]
"""A fault stops calls or the deployment; a warning will, or makes something worse; a note is for information."""

LONGEST_EVIDENCE = 300


@dataclass(frozen=True)
class Finding:
    """One case. `evidence` is what was seen, shortened and without secrets; `fix` is one command or one click."""

    id: str
    level: Level
    sentence: str
    evidence: str
    fix: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Ailment:
    """What can be wrong. `sentence` and `fix` may hold words in braces, which a case fills in."""

    id: str
    level: Level
    sentence: str
    fix: str

    def found(self, evidence: str = "", **words: str) -> Finding:
        """A case of it. Raises `KeyError` if a word is not given."""
        shown = redact(" ".join(evidence.split()))
        if len(shown) > LONGEST_EVIDENCE:
            shown = shown[:LONGEST_EVIDENCE] + "..."
        return Finding(self.id, self.level, self.sentence.format_map(words), shown, self.fix.format_map(words))


def each_once(findings: Iterable[Finding]) -> list[Finding]:
    """Without repetitions, faults first, otherwise in their order."""
    order = {"fault": 0, "warning": 1, "note": 2}
    return sorted(dict.fromkeys(findings), key=lambda one: order[one.level])


def broken(findings: Iterable[Finding]) -> bool:
    """Whether a fault is among them."""
    return any(one.level == "fault" for one in findings)
