"""The real page under the local host: every file arrives, under the page's own security policy, and no other file."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from local_host.content_security import loopback_origin
from local_host.site import Site
from local_host.site_config import CONFIG_NAME, read_site_config

pytestmark = pytest.mark.anyio

PUBLIC = Path(__file__).parents[2] / "static_site" / "public"
ENDPOINT = "http://127.0.0.1:8090"


def page(endpoint: str | None) -> httpx.AsyncClient:
    site = Site(PUBLIC, read_site_config(PUBLIC), connect_origin=loopback_origin(endpoint))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://127.0.0.1:7071")


async def test_every_file_is_served_with_a_type_that_nosniff_accepts() -> None:
    needed = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
    needed[".json"] = "application/json"
    files = [file for file in PUBLIC.rglob("*") if file.is_file() and file.name != CONFIG_NAME]
    assert len(files) > 5
    async with page(ENDPOINT) as client:
        for file in files:
            reply = await client.get("/" + file.relative_to(PUBLIC).as_posix())
            assert reply.status_code == 200, file
            assert reply.content == file.read_bytes()
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert reply.headers["content-type"] != "application/octet-stream", file
            assert reply.headers["content-type"] == needed.get(file.suffix, reply.headers["content-type"])


async def test_what_the_page_refers_to_exists() -> None:
    async with page(ENDPOINT) as client:
        html = (await client.get("/")).text
        references = re.findall(r'(?:src|href)="(?!https?:|data:|#)([^"]+)"', html)
        assert references
        for reference in references:
            assert (await client.get("/" + reference.removeprefix("/"))).status_code == 200, reference


async def test_the_policy_differs_from_the_deployed_one_by_the_simulator_alone() -> None:
    async with page(ENDPOINT) as offline, page("https://res.openai.azure.com") as azure:
        here = (await offline.get("/")).headers["content-security-policy"]
        there = (await azure.get("/")).headers["content-security-policy"]
    connect = re.findall(r"connect-src [^;]*", there)[0]
    assert here == there.replace(connect, f"{connect} {ENDPOINT}")


async def test_the_models_are_data_that_is_asked_for_anew_and_a_missing_file_is_not_the_page() -> None:
    async with page(ENDPOINT) as client:
        models, none = await client.get("/models.json"), await client.get("/none.json")
    assert (models.status_code, models.headers["content-type"]) == (200, "application/json")
    assert models.headers["cache-control"] == "no-cache"
    assert models.json()["prices_read"]
    assert none.status_code == 404


@pytest.mark.parametrize("path", [f"/{CONFIG_NAME}", "/js/none.js", "/api/none", "/../host.json", "/%2e%2e/host.json"])
async def test_what_is_not_the_page_is_not_served(path: str) -> None:
    async with page(ENDPOINT) as client:
        reply = await client.get(path)
    assert "globalHeaders" not in reply.text
    assert "extensionBundle" not in reply.text
    assert reply.status_code == 404 or reply.content == (PUBLIC / "index.html").read_bytes()
