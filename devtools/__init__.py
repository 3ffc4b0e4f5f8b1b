"""What stands behind `dev.py`: environment, processes, demo, tests, checks.

Only the standard library until the environment exists, on Python 3.11 to 3.14, on Linux, macOS and Windows.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The repository: the folder that holds dev.py."""
