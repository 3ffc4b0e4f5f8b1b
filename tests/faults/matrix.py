"""The fault matrix: every section, in the order of the document."""

from __future__ import annotations

from tests.faults import credential_rows, storage_rows, upstream_rows

SECTIONS = (*upstream_rows.SECTIONS, *credential_rows.SECTIONS, *storage_rows.SECTIONS)
