"""What the doctor says: for people as lines, for programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from devtools.doctor.findings import Finding, broken

HEALTHY, BROKEN, BLIND = 0, 1, 2
"""Exit codes: nothing is broken; something is; there was nothing to look at."""

TITLES = {"local": "This machine", "settings": "The settings", "deployed": "The deployment"}


def exit_code(found: Mapping[str, Sequence[Finding]], blind: bool) -> int:
    if blind:
        return BLIND
    return BROKEN if any(broken(findings) for findings in found.values()) else HEALTHY


def lines(found: Mapping[str, Sequence[Finding]]) -> list[str]:
    """Scope by scope, each finding with its evidence and its fix."""
    said: list[str] = []
    for scope, findings in found.items():
        said.append(f"{TITLES.get(scope, scope)}: {_summary(findings)}")
        for one in findings:
            said += entry(one)
    return said


def entry(finding: Finding) -> list[str]:
    """One finding."""
    said = [f"  {finding.level}: {finding.sentence}  [{finding.id}]"]
    if finding.evidence:
        said.append(f"    seen: {finding.evidence}")
    return [*said, f"    fix:  {finding.fix}"]


def as_json(found: Mapping[str, Sequence[Finding]], code: int) -> str:
    """Stable members: `healthy`, `exit_code`, `scopes` from name to findings of id, level, sentence, evidence, fix."""
    scopes = {scope: [one.as_json() for one in findings] for scope, findings in found.items()}
    return json.dumps({"healthy": code == HEALTHY, "exit_code": code, "scopes": scopes}, indent=2)


def _summary(findings: Sequence[Finding]) -> str:
    counts = [(level, sum(one.level == level for one in findings)) for level in ("fault", "warning", "note")]
    told = [f"{count} {level}{'s' if count > 1 else ''}" for level, count in counts if count]
    return ", ".join(told) if told else "nothing is wrong"
