"""The rules of staticwebapp.config.json are read as Static Web Apps reads them; nonsense gets a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local_host.site_config import CONFIG_NAME, SiteConfig, index_path, read_site_config, wildcard


def config(tmp_path: Path, content: Any) -> SiteConfig:
    (tmp_path / CONFIG_NAME).write_text(json.dumps(content))
    return read_site_config(tmp_path)


def test_no_file_means_no_rules(tmp_path: Path) -> None:
    assert read_site_config(tmp_path) == SiteConfig()


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/about", "/about", True),
        ("/about", "/about/", False),
        ("/js/*", "/js/a/b.js", True),
        ("/js/*", "/jsx", False),
        ("/*.{png,jpg}", "/a/b.jpg", True),
        ("/*.{png,jpg}", "/a/bxjpg", False),
        ("*.css", "/css/base.css", True),
        ("*", "/anything", True),
        ("/a.b", "/axb", False),
    ],
)
def test_wildcards(pattern: str, path: str, fits: bool) -> None:
    assert bool(wildcard(pattern).fullmatch(path)) is fits


@pytest.mark.parametrize("pattern", ["/*/x", "**", "/a*b", "/*.{}", "/*.{a,}", "/{a,b}"])
def test_wildcards_that_the_platform_would_ignore_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="not a pattern"):
        wildcard(pattern)


def test_the_first_route_that_fits_counts(tmp_path: Path) -> None:
    rules = config(
        tmp_path,
        {"routes": [{"route": "/a", "methods": ["POST"], "rewrite": "/p"}, {"route": "/a*", "rewrite": "b.html"}]},
    )
    assert rules.route_for("/a", "POST").rewrite == "/p"  # type: ignore[union-attr]
    assert rules.route_for("/a", "GET").rewrite == "/b.html"  # type: ignore[union-attr]
    assert rules.route_for("/x", "GET") is None


def test_a_redirect_to_itself_is_passed_over(tmp_path: Path) -> None:
    assert config(tmp_path, {"routes": [{"route": "/a*", "redirect": "/a"}]}).route_for("/a", "GET") is None


def test_a_route_for_a_folder_fits_through_its_index(tmp_path: Path) -> None:
    rules = config(tmp_path, {"routes": [{"route": "/docs/*", "rewrite": "/d"}]})
    assert rules.route_for("/docs", "GET") is not None


def test_headers_override_each_other_and_an_empty_one_removes(tmp_path: Path) -> None:
    rules = config(
        tmp_path,
        {
            "globalHeaders": {"Cache-Control": "no-cache", "X-A": "global", "X-XSS-Protection": ""},
            "routes": [{"route": "/r", "headers": {"x-a": "route"}}],
        },
    )
    plain, routed = rules.headers_for(None), rules.headers_for(rules.route_for("/r", "GET"))
    assert plain["cache-control"] == "no-cache"
    assert plain["x-content-type-options"] == "nosniff"
    assert "x-xss-protection" not in plain
    assert (plain["x-a"], routed["x-a"]) == ("global", "route")


def test_the_fallback_leaves_out_what_is_excluded(tmp_path: Path) -> None:
    rules = config(tmp_path, {"navigationFallback": {"rewrite": "index.html", "exclude": ["/api/*", "*.{js,css}"]}})
    assert rules.fallback_for("/call") == "/index.html"
    assert rules.fallback_for("/js/gone.js") is None
    assert rules.fallback_for("/api/x") is None


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"routes": [{}]}', '{"responseOverrides": {"x": {}}}', '{"routes": [{"route": "/*/x"}]}']
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / CONFIG_NAME).write_text(content)
    with pytest.raises(ValueError, match=re.escape(CONFIG_NAME)):
        read_site_config(tmp_path)


@pytest.mark.parametrize(("path", "index"), [("/", "/index.html"), ("/a", "/a/index.html"), ("/a.js", "/a.js")])
def test_index_path(path: str, index: str) -> None:
    assert index_path(path) == index
