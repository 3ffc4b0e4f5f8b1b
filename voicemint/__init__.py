"""Voicemint: one Azure Function that turns "a person opened a page" into a live voice call.

`app.py` puts the parts together, `azure_openai.py` is the only file that knows Azure's URLs and JSON, and `errors.py`
draws everything that can go wrong. Nothing here imports the Functions library: that is `function_app.py`'s.
"""

from __future__ import annotations

__version__ = "0.1.0"
