"""The site answers each request as Static Web Apps would with the same configuration."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from local_host.site import Site
from local_host.site_config import CONFIG_NAME, read_site_config

pytestmark = pytest.mark.anyio

CONFIG = {
    "globalHeaders": {"Content-Security-Policy": "default-src 'none'; connect-src 'self'", "X-Frame-Options": "DENY"},
    "mimeTypes": {".webmanifest": "application/manifest+json"},
    "navigationFallback": {"rewrite": "/index.html", "exclude": ["/assets/*", "*.js"]},
    "routes": [
        {"route": "/old", "redirect": "/new", "statusCode": 301},
        {"route": "/moved", "redirect": "/new", "statusCode": 200},
        {"route": "/start", "rewrite": "/index.html", "headers": {"X-Frame-Options": "", "X-Start": "1"}},
        {"route": "/hidden", "statusCode": 404},
        {"route": "/teapot", "rewrite": "/index.html", "statusCode": 418},
    ],
    "responseOverrides": {"404": {"rewrite": "/lost.html"}},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / CONFIG_NAME).write_text(json.dumps(CONFIG))
    (tmp_path / "index.html").write_text("<title>index</title>")
    (tmp_path / "lost.html").write_text("<title>lost</title>")
    (tmp_path / "app.webmanifest").write_text("{}")
    (tmp_path / "app.js").write_text("0123456789")
    return tmp_path


@pytest.fixture
def client(root: Path) -> httpx.AsyncClient:
    site = Site(root, read_site_config(root), connect_origin="http://127.0.0.1:9")
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://127.0.0.1")


async def test_a_file_with_the_configured_headers(client: httpx.AsyncClient) -> None:
    reply = await client.get("/")
    assert (reply.status_code, reply.text) == (200, "<title>index</title>")
    assert reply.headers["content-type"] == "text/html"
    assert reply.headers["content-security-policy"] == "default-src 'none'; connect-src 'self' http://127.0.0.1:9"
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["cache-control"] == "public, must-revalidate, max-age=30"
    assert reply.headers["content-length"] == "20"


async def test_without_a_loopback_service_the_policy_is_the_deployed_one(root: Path) -> None:
    site = Site(root, read_site_config(root))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://x") as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert policy == CONFIG["globalHeaders"]["Content-Security-Policy"]  # type: ignore[index]


async def test_configured_mime_types(client: httpx.AsyncClient) -> None:
    assert (await client.get("/app.webmanifest")).headers["content-type"] == "application/manifest+json"


async def test_head_has_the_headers_of_get(client: httpx.AsyncClient) -> None:
    get, head = await client.get("/app.js"), await client.head("/app.js")
    assert head.headers == get.headers
    assert head.status_code == 200


async def test_a_known_version_is_not_sent_again(client: httpx.AsyncClient, root: Path) -> None:
    etag = (await client.get("/app.js")).headers["etag"]
    again = await client.get("/app.js", headers={"if-none-match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    (root / "app.js").write_text("edited")
    edited = await client.get("/app.js", headers={"if-none-match": etag})
    assert (edited.status_code, edited.text) == (200, "edited")


async def test_ranges(client: httpx.AsyncClient) -> None:
    part = await client.get("/app.js", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.text, part.headers["content-range"]) == (206, "234", "bytes 2-4/10")
    beyond = await client.get("/app.js", headers={"range": "bytes=10-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */10")
    stale = await client.get("/app.js", headers={"range": "bytes=2-4", "if-range": '"old"'})
    assert (stale.status_code, stale.text) == (200, "0123456789")


async def test_redirects(client: httpx.AsyncClient) -> None:
    old, moved = await client.get("/old"), await client.get("/moved")
    assert (old.status_code, old.headers["location"]) == (301, "/new")
    assert (moved.status_code, moved.headers["location"]) == (302, "/new")


async def test_a_rewrite_with_its_own_headers(client: httpx.AsyncClient) -> None:
    reply = await client.get("/start")
    assert (reply.status_code, reply.text, reply.headers["x-start"]) == (200, "<title>index</title>", "1")
    assert "x-frame-options" not in reply.headers
    assert (await client.get("/teapot")).status_code == 418


async def test_navigation_falls_back_to_the_page(client: httpx.AsyncClient) -> None:
    reply = await client.get("/some/view")
    assert (reply.status_code, reply.text) == (200, "<title>index</title>")


@pytest.mark.parametrize(
    "path", ["/gone.js", "/assets/x", "/hidden", f"/{CONFIG_NAME}", "/.auth/me", "/%2e%2e/x.js", "/a%5c..%5cx.js"]
)
async def test_what_is_missing_shows_the_override(client: httpx.AsyncClient, path: str) -> None:
    reply = await client.get(path)
    if path == f"/{CONFIG_NAME}":
        # The fallback hides that there is such a file; its content is never sent.
        assert (reply.status_code, reply.text) == (200, "<title>index</title>")
    else:
        assert (reply.status_code, reply.text) == (404, "<title>lost</title>")
    assert reply.headers["x-frame-options"] == "DENY"


async def test_an_override_may_redirect(root: Path) -> None:
    changed = {**CONFIG, "responseOverrides": {"404": {"redirect": "/"}}}
    (root / CONFIG_NAME).write_text(json.dumps(changed))
    site = Site(root, read_site_config(root))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://x") as client:
        reply = await client.get("/hidden")
    assert (reply.status_code, reply.headers["location"]) == (302, "/")


async def test_other_methods(client: httpx.AsyncClient) -> None:
    refused, options = await client.post("/"), await client.options("/")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (options.status_code, options.content) == (204, b"")
