"""`python -m local_host` as a person meets it: a child process in a folder with a tiny app."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).parents[3]

APP = """
import os
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
seen_at_import = os.environ.get("COLOUR")

@app.route(route="colour", methods=["GET"])
async def colour(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(seen_at_import)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "function_app.py").write_text(APP)
    (tmp_path / "local.settings.json").write_text('{"Values": {"COLOUR": "from the file", "AZURE_OPENAI_AUTH": "key"}}')
    public = tmp_path / "static_site" / "public"
    public.mkdir(parents=True)
    (public / "index.html").write_text("<title>page</title>")
    (public / "staticwebapp.config.json").write_text(
        '{"globalHeaders": {"Content-Security-Policy": "connect-src \'self\'"}}'
    )
    return tmp_path


@contextmanager
def started(folder: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "COLOUR"))}
    environment |= {"PYTHONPATH": str(REPOSITORY), **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "local_host", *arguments],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ready_url(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("ready http://127.0.0.1:"), line
    return line.removeprefix("ready ").strip()


def test_function_and_page_on_one_address(folder: Path) -> None:
    with started(folder, "--port", "0", AZURE_OPENAI_ENDPOINT="http://127.0.0.1:8081/openai") as process:
        url = ready_url(process)
        page = httpx.get(url + "/", trust_env=False)
        colour = httpx.get(url + "/api/colour", trust_env=False)
        foreign = httpx.get(url + "/api/colour", headers={"host": "evil.example"}, trust_env=False)
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=30)
    assert (page.status_code, page.text) == (200, "<title>page</title>")
    assert page.headers["content-security-policy"] == "connect-src 'self' http://127.0.0.1:8081"
    assert (colour.status_code, colour.text) == (200, "from the file")
    assert foreign.status_code == 421
    assert process.returncode == 0
    assert "AZURE_OPENAI_API_KEY is missing" in complaints
    assert "Traceback" not in complaints


def test_ctrl_c_ends_it_quietly_and_the_environment_wins(folder: Path) -> None:
    with started(folder, "--port", "0", COLOUR="from the shell") as process:
        url = ready_url(process)
        colour = httpx.get(url + "/api/colour", trust_env=False)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert colour.text == "from the shell"
    assert process.returncode == 0
    assert "Traceback" not in complaints


def test_a_busy_port_is_one_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(folder, "--port", str(port)) as process:
            said, complaints = process.communicate(timeout=30)
    assert process.returncode == 2
    assert said == ""
    assert complaints.startswith(f"Port {port} is in use. Try --port ")
    assert complaints.count("\n") == 1


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("host.json", "{", "host.json cannot be read"),
        ("host.json", '{"extensions": {"queues": {"batchSize": 0}}}', "extensions.queues.batchSize must be"),
        ("local.settings.json", "{", "local.settings.json is not valid JSON"),
        ("static_site/public/staticwebapp.config.json", "{", "staticwebapp.config.json cannot be used"),
        ("function_app.py", "import no_such_module", "No module named 'no_such_module'"),
        ("function_app.py", None, "there is no function_app.py in this folder"),
    ],
)
def test_a_broken_app_is_one_sentence(folder: Path, file: str, content: str | None, said: str) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content)
    with started(folder, "--port", "0") as process:
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said in complaints
    assert complaints.count("\n") == 1
