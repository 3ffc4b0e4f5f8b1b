"""No path leaves the site's directory; versions and ranges follow RFC 9110."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_host.site_config import CONFIG_NAME
from local_host.site_files import byte_range, is_current, read_site_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    public = tmp_path / "public"
    (public / "docs").mkdir(parents=True)
    for name in ("index.html", "about.html", "app.js", "docs/index.html", CONFIG_NAME, "data.bin"):
        (public / name).write_text(f"content of {name}")
    (tmp_path / "secret.txt").write_text("outside")
    (public / "link.txt").symlink_to(tmp_path / "secret.txt")
    return public


@pytest.mark.parametrize(
    ("path", "content", "content_type"),
    [
        ("/", "content of index.html", "text/html"),
        ("/about", "content of about.html", "text/html"),
        ("/docs", "content of docs/index.html", "text/html"),
        ("/docs/", "content of docs/index.html", "text/html"),
        ("/app.js", "content of app.js", "text/javascript"),
        ("/data.bin", "content of data.bin", "application/octet-stream"),
    ],
)
def test_found(root: Path, path: str, content: str, content_type: str) -> None:
    file = read_site_file(root, path, {})
    assert file is not None
    assert (file.body.decode(), file.content_type) == (content, content_type)


def test_mime_types_of_the_configuration_win(root: Path) -> None:
    assert read_site_file(root, "/app.js", {".js": "text/x"}).content_type == "text/x"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "path",
    [
        "/gone",
        f"/{CONFIG_NAME}",
        f"/{CONFIG_NAME.upper()}",
        "/../secret.txt",
        "/docs/../../secret.txt",
        "/docs/./index.html",
        "/..\\secret.txt",
        "/link.txt",
        "//etc/passwd",
        "/a\0b",
        "/" + "x" * 5000,
    ],
)
def test_not_found(root: Path, path: str) -> None:
    assert read_site_file(root, path, {}) is None


@given(path=st.text(alphabet="./\\\0%secrt x", max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_outside_is_ever_read(root: Path, path: str) -> None:
    file = read_site_file(root, "/" + path, {})
    assert file is None or file.body != b"outside"


@pytest.mark.parametrize(
    ("header", "current"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False), (None, False)],
)
def test_is_current(header: str | None, current: bool) -> None:
    assert is_current('"a"', header) is current


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("bytes=0-3", (0, 3)),
        ("bytes=4-", (4, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-30", (0, 9)),
        ("bytes=5-900", (5, 9)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("chars=0-1", None),
        (None, None),
    ],
)
def test_byte_range(header: str | None, asked: tuple[int, int] | None) -> None:
    assert byte_range(header, 10) == asked


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_beyond_the_end(header: str) -> None:
    with pytest.raises(ValueError):
        byte_range(header, 10)


@given(st.integers(1, 50), st.text(alphabet="bytes=-0123456789, ", max_size=20))
def test_a_range_always_lies_inside(size: int, header: str) -> None:
    try:
        found = byte_range(header, size)
    except ValueError:
        return
    assert found is None or 0 <= found[0] <= found[1] < size
