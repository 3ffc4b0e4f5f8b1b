"""The checks that only read files. Each takes the tree and returns its findings, one line each; none is good.

The words that must not stand in the tree are put together here from pieces, or this file would trip over itself.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from devtools import requirements
from devtools.tree import Tree

LONGEST = 350
CODE = ("*.py", "*.js", "*.mjs", "*.css", "*.bicep", "*.html")

PREVIEW = ("api" + "-version", "OpenAI" + "-Beta", "realtimeapi" + "-preview", "/realtime" + "/sessions")

_REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "yarn" + "pkg.com")
_ADDRESS = re.compile(
    "|".join(re.escape(host) for host in _REGISTRIES) + r'|"resolved":\s*"https?:|--(?:extra-)?index-url'
)
_MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:root|work|home|Users|tmp)/[\w.]+/|[A-Z]:\\Users\\")

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\((?P<image>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_EXACT = re.compile(r"^\d+\.\d+\.\d+(-[\w.]+)?$")


def preview_strings(tree: Tree) -> list[str]:
    """The retired preview protocol must not come back, not even in a comment."""
    return [
        f"{path}:{number}: {word}"
        for path, number, line in tree.lines()
        for word in PREVIEW
        if word.lower() in line.lower()
    ]


def addresses(tree: Tree) -> list[str]:
    """No download address and no path of somebody's machine may be written down."""
    found = []
    for path, number, line in tree.lines():
        match = _ADDRESS.search(line) or _MACHINE_PATH.search(line)
        if match:
            found.append(f"{path}:{number}: {match[0]}")
    return found


def pins(tree: Tree) -> list[str]:
    """Every requirement is pinned exactly, the same everywhere, for Python and for npm."""
    return _python_pins(tree) + _npm_pins(tree)


def _python_pins(tree: Tree) -> list[str]:
    found = []
    allowed: dict[str, set[str]] = {}
    for line in requirements.lines(tree.root / "constraints.txt"):
        if pin := requirements.PINNED.match(line):
            allowed.setdefault(requirements.package(line), set()).add(pin["version"])
    for path in [*tree.named("*requirements.txt"), Path("constraints.txt")]:
        for line in requirements.lines(tree.root / path):
            pin = requirements.PINNED.match(line)
            if pin:
                versions = allowed.get(requirements.package(line), {pin["version"]})
                if pin["version"] not in versions:
                    found.append(f"{path}: {line}, but constraints.txt says {' or '.join(sorted(versions))}")
            elif not line.startswith("-"):
                found.append(f"{path}: {line} is not pinned as name==version")
    return found


def _npm_pins(tree: Tree) -> list[str]:
    found = []
    for path in tree.named("package.json"):
        content = json.loads(tree.text(path))
        for kind in ("dependencies", "devDependencies", "optionalDependencies"):
            for name, version in content.get(kind, {}).items():
                if not _EXACT.match(version):
                    found.append(f"{path}: {name} {version} is not an exact version")
    return found


def lengths(tree: Tree) -> list[str]:
    """A file has one idea; over 350 lines it has two."""
    found = []
    for path in tree.named(*CODE):
        count = len(tree.text(path).splitlines())
        if count > LONGEST:
            found.append(f"{path}: {count} lines, {LONGEST} at most")
    return found


def links(tree: Tree) -> list[str]:
    """Every link in the documentation leads to a file of the project, and to a heading if it names one."""
    found = []
    known = set(tree.paths) | {parent for path in tree.paths for parent in path.parents}
    for page in tree.named("*.md"):
        for number, target in _targets(tree.text(page)):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            name, _, anchor = target.partition("#")
            place = _resolve(page.parent / name) if name else page
            if place not in known:
                found.append(f"{page}:{number}: {target} leads nowhere")
            elif anchor and place.suffix == ".md" and anchor not in anchors(tree.text(place)):
                found.append(f"{page}:{number}: {target} names a heading that is not there")
    return found


def anchors(markdown: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for _, line in _prose(markdown):
        heading = _HEADING.match(line)
        if heading:
            title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["title"]).replace("`", "")
            slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            found[slug] = found.get(slug, 0) + 1
    return {slug if index == 0 else f"{slug}-{index}" for slug, count in found.items() for index in range(count)}


def _targets(markdown: str) -> list[tuple[int, str]]:
    return [
        (number, link["target"] or link["image"]) for number, line in _prose(markdown) for link in _LINK.finditer(line)
    ]


def _prose(markdown: str) -> list[tuple[int, str]]:
    """Numbered lines outside fenced code, without inline code spans that look like links."""
    found, fenced = [], False
    for number, line in enumerate(markdown.splitlines(), start=1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            found.append((number, line))
    return found


def _resolve(path: Path) -> Path:
    """`docs/../README.md` to `README.md`, without asking the disk."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)
