"""A certificate authority for one run, so that clients can keep certificate verification on.

It lives in memory. Only its public certificate is written to disk, because client libraries want a file to trust.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Certificates:
    """Issues server certificates; `bundle` is the file that clients trust."""

    def __init__(self, directory: Path) -> None:
        self._authority = trustme.CA()
        self.bundle = directory / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.bundle))

    def server_context(self, *names: str) -> ssl.SSLContext:
        """A TLS context for a server that is known by `names` (host names or addresses)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._authority.issue_cert(*names).configure_cert(context)
        return context
