"""The doubles together: what environment they give, and running a command in it."""

from __future__ import annotations

import json
import os
import signal
import ssl
import sys
from collections.abc import Iterator

import pytest

from simulator.azure import doubles as azure_doubles
from simulator.azure.doubles import NAME_SHIM, SECRET_NAME, child_environment, start
from simulator.azure.storage import Emulator
from simulator.knobs import Knobs
from tests.integration.offline_azure import silent_openai


@pytest.fixture
def handlers() -> Iterator[None]:
    """This process's signal handlers, put back afterwards."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_the_environment_of_each_way_to_authenticate() -> None:
    knobs = Knobs()
    with start(silent_openai, knobs=knobs) as doubles:
        entra, vault = doubles.environment("entra"), doubles.environment("key_vault")
        assert doubles.knobs is doubles.vault.knobs is doubles.identity.knobs is knobs
        assert json.loads(entra["AZURE_DOUBLES"]) == {
            doubles.vault.host: doubles.vault_server.port,
            doubles.openai_host: doubles.openai_server.port,
        }
        assert entra["IDENTITY_ENDPOINT"] == f"https://localhost:{doubles.identity_server.port}/msi/token"
        assert (entra["AZURE_OPENAI_AUTH"], vault["AZURE_OPENAI_AUTH"]) == ("entra", "key_vault")
        assert "KEY_VAULT_URL" not in entra
        assert "TABLES_ENDPOINT" not in entra
        assert (vault["KEY_VAULT_URL"], vault["KEY_VAULT_SECRET_NAME"]) == (
            f"https://{doubles.vault.host}",
            SECRET_NAME,
        )
        assert doubles.key not in "".join(vault.values())
        assert os.path.isfile(entra["SSL_CERT_FILE"])
    assert not os.path.exists(entra["SSL_CERT_FILE"])


def test_a_storage_account_has_two_names() -> None:
    emulator = Emulator("https://127.0.0.1:1/account", "https://127.0.0.1:2/account", ssl.create_default_context())
    with start(silent_openai, emulator=emulator) as doubles:
        environment = doubles.environment("entra")
        assert doubles.storage is not None
        assert doubles.storage_server is not None
        names = json.loads(environment["AZURE_DOUBLES"])
        assert names[doubles.storage.table_host] == names[doubles.storage.queue_host] == doubles.storage_server.port
        assert environment["TABLES_ENDPOINT"] == f"https://{doubles.storage.table_host}"


def test_a_virtual_machine_has_another_identity_endpoint() -> None:
    with start(silent_openai) as doubles:
        environment = doubles.environment("entra", imds=True)
    assert environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"].startswith("https://localhost:")
    assert "IDENTITY_ENDPOINT" not in environment


def test_a_child_keeps_its_own_paths_and_loses_its_proxies() -> None:
    own = {"PYTHONPATH": "mine", "PATH": "p", "HTTPS_PROXY": "x", "all_proxy": "y", "AZURE_CLIENT_ID": "own"}
    merged = child_environment(own, {"PYTHONPATH": "shim", "AZURE_CLIENT_ID": "given", "NO_PROXY": "*"})
    assert merged == {
        "PYTHONPATH": os.pathsep.join(["shim", "mine"]),
        "PATH": "p",
        "AZURE_CLIENT_ID": "given",
        "NO_PROXY": "*",
    }


@pytest.mark.usefixtures("handlers")
def test_a_command_runs_among_them(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(azure_doubles, "realtime", silent_openai)
    code = "import os, sys; print(os.environ['PYTHONPATH']); sys.exit(7)"
    assert azure_doubles.main(["--auth", "entra", "--", sys.executable, "-c", code]) == 7
    assert capfd.readouterr().out.startswith(str(NAME_SHIM))


@pytest.mark.usefixtures("handlers")
def test_a_command_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(azure_doubles, "realtime", silent_openai)
    assert azure_doubles.main(["no-such-command"]) == 127
    assert capsys.readouterr().err == "Cannot run no-such-command: No such file or directory.\n"


def test_no_command_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        azure_doubles.main([])
    assert ended.value.code == 2
    assert "say what to run" in capsys.readouterr().err
