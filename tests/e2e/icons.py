"""`python -m tests.e2e.icons`: draws the icons that systems want as PNG from the one drawing, `icon.svg`.

A system that cuts an icon to its own shape gets it without rounded corners, and with all that counts in the circle of
80 % of its width that every shape leaves.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.chromium import chromium
from tests.programs import ROOT

PUBLIC = ROOT / "static_site" / "public"
ICONS = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "icon-maskable-512.png": (512, True),
    "apple-touch-icon.png": (180, True),
}
"""Name, pixels, and whether a system cuts its own shape out of it."""
CORNERS = 'rx="16" '
INNER = 0.9


def drawing(svg: str, pixels: int, *, cut: bool) -> str:
    """A page that shows the icon and nothing else."""
    if cut:
        ground, _, lines = svg.replace(CORNERS, "").partition("/>")
        lines = lines.removesuffix("</svg>")
        svg = f'{ground}/><g transform="translate(32 32) scale({INNER}) translate(-32 -32)">{lines}</g></svg>'
    svg = svg.replace("<svg ", f'<svg width="{pixels}" height="{pixels}" style="display:block" ', 1)
    return f'<body style="margin:0">{svg}'


def main(folder: Path = PUBLIC) -> None:
    svg = (PUBLIC / "icon.svg").read_text(encoding="utf-8").strip()
    with sync_playwright() as playwright, chromium(playwright, Path("unheard.wav")) as browser:
        page = browser.new_page()
        for name, (pixels, cut) in ICONS.items():
            page.set_viewport_size({"width": pixels, "height": pixels})
            page.set_content(drawing(svg, pixels, cut=cut))
            page.screenshot(path=folder / name, omit_background=True)


if __name__ == "__main__":
    main()
