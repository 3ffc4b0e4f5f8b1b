"""`dev.py doctor`: what is wrong with this machine, these settings or this deployment, and the one thing that fixes it.

| file | tells |
|---|---|
| `findings.py` | what a diagnosis is: a stable id, a sentence, evidence, a fix |
| `world.py` | processes, HTTP, messages, time and environment, as arguments |
| `exchange.py` | messages to an address over UDP or TCP, and what comes back |
| `az.py` | answers of the Azure command line, and what its refusals mean |
| `tools.py`, `sign_in.py`, `model.py`, `leftovers.py`, `rights.py` | before anything is made |
| `setting_faults.py`, `credential.py`, `mint.py` | the settings, and one real mint with them |
| `resource.py`, `function_app.py`, `site.py` | what is deployed |
| `own_mint.py`, `route.py` | a mint with your own credential, and whether your network lets its call through |
| `sdp.py`, `stun.py` | what that call offers and is answered, and the check that a browser would make |
| `scopes.py` | which of these belong to which scope; azd's hooks use the same |
| `catalogue.py`, `document.py` | every diagnosis, and the table in `docs/troubleshooting.md` |

Only the standard library, so that it works before anything is installed. No secret and no token is ever printed.
"""
