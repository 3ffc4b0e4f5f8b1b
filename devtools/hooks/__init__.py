"""What azd calls around its own steps: `azure.yaml` has one thin line for each, `dev.py hook NAME`, on every system.

| hook | does | file |
|---|---|---|
| preprovision | looks for whatever would fail, before anything is made or billed | `preflight.py` |
| postprovision | writes `local.settings.json`, without a secret, and the exact page | `settings_file.py`, `page.py` |
| prepackage, predeploy | writes the page that is uploaded | `page.py` |
| postdeploy | opens the page, asks the API, tries the locked door, mints once | `smoke.py` |
| predown, postdown | remembers names, then purges what deletion leaves behind | `down.py` |

The checks are the doctor's own, from `devtools/doctor/scopes.py`.
"""
