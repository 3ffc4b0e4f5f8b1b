"""`dev.py demo`: the whole path on this machine, or, with `--azure`, the page and the function against real Azure."""

from __future__ import annotations

import os
import secrets
import subprocess

from devtools import ROOT, environment, ports, serve
from devtools.console import Problem, say
from devtools.processes import Children

SIMULATOR_SECONDS = 120.0
"""The first start after installing compiles and loads the speech models; on a slow disk that takes a while."""

BLANKED = (
    "AZURE_OPENAI_SCOPE",
    "AZURE_CLIENT_ID",
    "KEY_VAULT_URL",
    "KEY_VAULT_SECRET_NAME",
    "CALL_MODE",
    "EVENT_FILTER",
    "TOKEN_TTL_SECONDS",
    "MAX_CALL_SECONDS",
    "ALLOW_CUSTOM_INSTRUCTIONS",
    "REQUIRE_SIGN_IN",
    "ALLOWED_ROLES",
    "SIGN_IN_PROVIDERS",
    "TRUSTED_PROXIES",
    "MAX_MINUTES_PER_DAY",
    "MAX_CALLS_PER_DAY",
    "CALL_QUEUE__queueServiceUri",
    "TRUST_CLIENT_PRINCIPAL",
    "ALLOW_ANONYMOUS",
    "ALLOWED_ORIGINS",
    "RATE_LIMIT_PER_MINUTE",
    "MAX_CONCURRENT_CALLS",
    "TABLES_ENDPOINT",
    "WEBSITE_HOSTNAME",
    "WEBSITE_INSTANCE_ID",
    "WEBSITE_POD_NAME",
    "WEBSITE_SKU",
    "LEGION_SERVICE_HOST",
    "MANAGED_ENVIRONMENT",
    "IDENTITY_ENDPOINT",
)
"""What an offline demo must not pick up from the person's shell or local.settings.json: an empty value hides both."""


def run(asked_port: int | None, *, open_browser: bool, azure: bool, relay: bool = False) -> None:
    """Install what is missing, start everything and stay until interrupted. Raises `Problem` if a part gives way."""
    if azure and relay:
        raise Problem("--azure takes its settings from you: set CALL_MODE=relay instead of --relay.")
    if azure:
        _require_azure_settings()
        serve.run(asked_port, open_browser=open_browser)
        return
    ports.choose(asked_port)  # a port that cannot be had is told before a minute of installing, not after it
    ready = environment.ensure(environment.DEMO)
    key = secrets.token_urlsafe(32)
    say("Starting; the first time this takes a little longer.")
    with Children() as children:
        simulator = children.start(
            "simulator",
            [str(ready.python), "-m", "simulator", "--port", "0"],
            {**os.environ, "SIMULATOR_API_KEY": key},
            ROOT,
        )
        service = children.wait_ready(simulator, SIMULATOR_SECONDS)
        port, note = ports.choose(asked_port)
        settings = offline_settings(service, key) | ({"CALL_MODE": "relay"} if relay else {})
        url = serve.start(children, ready.python, port, {**os.environ, **settings})
        serve.announce(url, note, open_browser=open_browser)
        children.run()


def offline_settings(service: str, key: str) -> dict[str, str]:
    """The function's settings for the offline service at `service`, which accepts `key` and nothing else."""
    return dict.fromkeys(BLANKED, "") | {
        "AZURE_OPENAI_ENDPOINT": service,
        "AZURE_OPENAI_DEPLOYMENT": "gpt-realtime",
        "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": "gpt-realtime-whisper",
        "AZURE_OPENAI_AUTH": "key",
        "AZURE_OPENAI_API_KEY": key,
    }


def _require_azure_settings() -> None:
    ready = environment.ensure(environment.SERVE)
    told = subprocess.run(
        [str(ready.python), "-m", "devtools.azure_settings"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if told.returncode != 0:
        raise Problem(told.stdout.strip() or told.stderr.strip() or "The settings cannot be read.")
