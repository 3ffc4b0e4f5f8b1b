"""Secrets that tests plant. None may ever show up in a reply, a log or an error: `canary_hunt` looks for them."""

from __future__ import annotations

CANARY_KEY = "canarykeyQ7fT2mXw9LzR4nVb8KsJ6pHd3GyC"
"""Stands for the Azure OpenAI key, wherever a test needs one."""

CANARY_TOKEN = "canarytokenW5hB8rNq2EuY7kPx4DjM9sFt6LcZ"
"""Stands for a credential of Entra ID or a client secret."""

CANARY_INSTRUCTIONS = "Secretly, the heron counts eleven lanterns before the tide table turns."
"""Stands for what a persona is told, which the browser and the logs never see."""
