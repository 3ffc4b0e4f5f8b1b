"""The picture of bench/tap.py: bars by latency and way, as an SVG that can be read on a light and on a dark page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

LABEL, WIDTH, RIGHT = 170, 430, 110
ROW, GAP, HEAD = 26, 34, 30
TOLD = 110
"""How wide the words beside a bar are."""

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #26322d; }
.head { font-weight: 600; }
.serial { fill: #9a9f9c; }
.ours { fill: #12805c; }
.spread { stroke: #26322d; stroke-width: 1.5; }
.half { stroke: #b4602a; stroke-width: 1.5; stroke-dasharray: 4 3; }
.half-label { fill: #b4602a; }
@media (prefers-color-scheme: dark) {
  text { fill: #dfe7e3; }
  .serial { fill: #6d7471; }
  .ours { fill: #3fc497; }
  .spread { stroke: #dfe7e3; }
  .half { stroke: #e39a63; }
  .half-label { fill: #e39a63; }
}
"""


def plot(figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Medians as bars, least to greatest as a line, and a mark at half of the first way's median."""
    longest = max(row["spread ms"][1] for ways in figures.values() for row in ways.values())
    scale = WIDTH / longest
    parts: list[str] = []
    top = 0.0
    for latency, ways in figures.items():
        top += HEAD
        parts.append(f'<text class="head" x="0" y="{top - 10:.0f}">{escape(_head(latency))}</text>')
        begin = top
        half = LABEL + next(iter(ways.values()))["median ms"] / 2 * scale
        for place, (name, row) in enumerate(ways.items()):
            parts += _bar(name, row, top, scale, half, "ours" if place else "serial")
            top += ROW
        parts.append(f'<line class="half" x1="{half:.1f}" x2="{half:.1f}" y1="{begin - 4:.0f}" y2="{top:.0f}"/>')
        parts.append(f'<text class="half-label" x="{half - 12:.1f}" y="{top + 12:.0f}">half</text>')
        top += GAP
    size = f"0 0 {LABEL + WIDTH + RIGHT} {top:.0f}"
    title = "Milliseconds from the click on Start to “Listening”: median, least to greatest, and the ratio"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _head(latency: str) -> str:
    return f"Mint and SDP exchange {latency} ms slower each"


def _bar(name: str, row: Mapping[str, Any], top: float, scale: float, half: float, kind: str) -> list[str]:
    least, greatest = (LABEL + value * scale for value in row["spread ms"])
    middle = top + (ROW - 6) / 2
    width = row["median ms"] * scale
    beside = max(greatest, LABEL) + 8
    if beside < half < beside + TOLD:
        beside = half + 8  # the mark at half would go through the words
    told = f"{row['median ms']} ms" + (f" · {row['ratio']:.2f}" if kind == "ours" else "")
    return [
        f'<text x="0" y="{middle + 5:.1f}">{escape(name)}</text>',
        f'<rect class="{kind}" x="{LABEL}" y="{top:.1f}" width="{width:.1f}" height="{ROW - 6}" rx="3"/>',
        f'<line class="spread" x1="{least:.1f}" x2="{greatest:.1f}" y1="{middle:.1f}" y2="{middle:.1f}"/>',
        f'<text x="{beside:.1f}" y="{middle + 5:.1f}">{escape(told)}</text>',
    ]
