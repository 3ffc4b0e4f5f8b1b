"""A run's own authority: its certificates hold for their names, and only for those who trust it."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from simulator.azure.certificates import Certificates


def handshake(server: ssl.SSLContext, trusted: Path, name: str) -> str | None:
    """Connect both ends of a socket pair; the protocol that was agreed on."""
    near, far = socket.socketpair()
    with near, far:

        def answer() -> None:
            # The client's refusal is what is tested; the server only sees its alert or a closed socket.
            try:
                server.wrap_socket(far, server_side=True).close()
            except OSError:
                far.close()

        thread = threading.Thread(target=answer)
        thread.start()
        client = ssl.create_default_context(cafile=str(trusted))
        try:
            with client.wrap_socket(near, server_hostname=name) as wrapped:
                return wrapped.version()
        finally:
            near.close()
            thread.join()


def test_trusted_by_name(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    context = certificates.server_context("vault.example", "127.0.0.1")
    assert handshake(context, certificates.bundle, "vault.example") in ("TLSv1.2", "TLSv1.3")
    assert handshake(context, certificates.bundle, "127.0.0.1") in ("TLSv1.2", "TLSv1.3")


def test_another_name_is_refused(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(certificates.server_context("vault.example"), certificates.bundle, "other.example")


def test_another_authority_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Certificates(tmp_path / "other")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(Certificates(tmp_path).server_context("vault.example"), other.bundle, "vault.example")


def test_no_private_key_on_disk(tmp_path: Path) -> None:
    Certificates(tmp_path).server_context("vault.example")
    assert [file.name for file in tmp_path.iterdir()] == ["authority.pem"]
    assert "PRIVATE" not in (tmp_path / "authority.pem").read_text()
