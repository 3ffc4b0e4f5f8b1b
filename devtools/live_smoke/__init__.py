"""What is not known about the real service, asked of a real resource in about ten minutes.

`python -m devtools.live_smoke --help` says how. One probe a question, each with the answer that the project was built
on. What comes back is a table for docs/verification.md. The offline service answers the same probes in a test, which
shows that they work, not that Azure agrees.
"""
