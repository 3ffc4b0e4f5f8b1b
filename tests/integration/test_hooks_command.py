"""azd's hooks as processes of their own, with azd's environment in theirs, in a folder of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devtools.hooks.page import TARGET
from devtools.infra.site_config import CONFIG
from tests.integration.azure_doubles import answers
from tests.integration.azure_doubles.answers import OUTPUTS, SITE, Page, data, refused
from tests.integration.azure_doubles.cases import MINT, Case, direct
from tests.integration.azure_doubles.cases_before import DELETED, DELETED_VAULT, PREFLIGHT, PROTECTED_VAULT
from tests.integration.azure_doubles.recorded import SUBSCRIPTION, account, deleted_account, usage
from tests.integration.azure_doubles.scene import Ran, Scene, folders, posix, run

pytestmark = pytest.mark.skipif(not posix(), reason="platform: the doubles of az and azd are POSIX scripts")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the hooks read of the project; what they write stays here."""
    root = tmp_path / "project"
    folders(root, ["azure.yaml", "infra", "static_site/public"])
    return root


def hook(name: str, scene: Scene, project: Path) -> Ran:
    scene.root = project
    folder = project.parent / f"machine-{name}"
    folder.mkdir()
    return run(scene, folder, "hook", name)


def provisioned(**changed: str) -> Scene:
    return Scene(environ={**OUTPUTS, **changed})


def test_a_machine_and_a_subscription_that_will_do_let_azd_go_on(project: Path) -> None:
    ran = hook("preprovision", Scene(environ=dict(answers.NOT_MADE_YET)), project)

    assert (ran.code, ran.said.strip()) == (0, "Before anything is made: nothing is wrong")
    assert ran.asked == [], "a look before anything is made needs no HTTP of ours"


@pytest.mark.parametrize("case", PREFLIGHT, ids=lambda case: case.id)
def test_what_would_fail_stops_azd_before_anything_is_made(case: Case, project: Path) -> None:
    scene = Scene(environ=dict(answers.NOT_MADE_YET))
    case.spoil(scene)
    ran = hook("preprovision", scene, project)
    ids = {line.partition("  [")[2].rstrip("]") for line in ran.said.splitlines() if line.startswith("  fault")}

    assert ran.code == 1, ran.said
    assert ids == {case.id, *case.also}, ran.said
    assert case.fix in ran.said
    assert "Nothing was made." in ran.said
    changes = [one for one in ran.commands if any(word in one for word in (" create", " purge", " delete ", " set "))]
    assert changes == []


def test_the_choice_that_locks_everybody_out_is_only_a_warning(project: Path) -> None:
    scene = Scene(environ={**answers.NOT_MADE_YET, "VOICEMINT_FRONT_DOOR": "direct"})
    ran = hook("preprovision", scene, project)

    assert ran.code == 0
    assert "[choice.nobody]" in ran.said


def test_who_knows_better_can_go_on(project: Path) -> None:
    scene = Scene(environ={**answers.NOT_MADE_YET, "VOICEMINT_PREFLIGHT": "warn"})
    scene.without("npx")
    assert hook("preprovision", scene, project).code == 0


def test_a_second_provision_counts_its_own_units_as_free(project: Path) -> None:
    scene = provisioned()
    full = [usage(answers.MODEL, 10, 10), usage(answers.WHISPER, 1, 1)]
    scene.programs["az cognitiveservices usage list"] = data(full)
    assert hook("preprovision", scene, project).code == 0


def test_so_does_one_of_a_pipeline_which_knows_no_outputs(project: Path) -> None:
    scene = Scene(environ=dict(answers.NOT_MADE_YET))
    full = [usage(answers.MODEL, 10, 10), usage(answers.WHISPER, 1, 1)]
    scene.programs["az cognitiveservices usage list"] = data(full)
    scene.programs["az cognitiveservices account list"] = data([account()])
    assert hook("preprovision", scene, project).code == 0


def test_a_link_must_go_before_the_page_becomes_a_direct_one(project: Path) -> None:
    scene = provisioned(VOICEMINT_FRONT_DOOR="direct", VOICEMINT_CALLERS="anonymous")
    ran = hook("preprovision", scene, project)
    assert ran.code == 1
    assert "[link.left-over]" in ran.said
    assert "unlink --name stapp-abc123 --resource-group rg-talk --remove-backend-auth" in ran.said

    (project.parent / "machine-preprovision").rename(project.parent / "first")
    scene.programs["az staticwebapp backends show"] = data([])
    assert hook("preprovision", scene, project).code == 0


def test_before_azd_has_asked_for_the_subscription_none_is_looked_at(project: Path) -> None:
    ran = hook("preprovision", Scene(environ={"AZURE_ENV_NAME": "talk"}), project)

    assert ran.code == 0, ran.said
    assert "[choice.not-asked-yet]" in ran.said
    assert not [one for one in ran.commands if "cognitiveservices" in one or "role assignment" in one]


def test_an_account_is_brought_back_once(project: Path) -> None:
    ran = hook("preprovision", provisioned(VOICEMINT_RESTORE_ACCOUNT="true"), project)

    assert ran.code == 1
    assert "[leftover.nothing-to-restore]" in ran.said


def test_after_provisioning_a_local_run_is_set_up_without_a_secret(project: Path) -> None:
    ran = hook("postprovision", provisioned(), project)
    written = json.loads((project / "local.settings.json").read_text())

    assert ran.code == 0, ran.said
    assert written["Values"] == {
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "AZURE_OPENAI_ENDPOINT": answers.OPENAI,
        "AZURE_OPENAI_DEPLOYMENT": answers.MODEL,
        "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": answers.WHISPER,
        "AZURE_OPENAI_AUTH": "entra",
        "CALL_MODE": "token",
        "EVENT_FILTER": "open",
    }
    from voicemint.settings import faults

    assert faults(written["Values"]) == []


def test_what_somebody_wrote_into_the_file_stays_or_is_kept_aside(project: Path) -> None:
    before = {"AZURE_OPENAI_AUTH": "key", "AZURE_OPENAI_API_KEY": "0123456789abcdef", "MAX_CALL_SECONDS": "60"}
    text = json.dumps({"IsEncrypted": False, "Values": before, "Host": {"CORS": "*"}})
    (project / "local.settings.json").write_text(text)
    ran = hook("postprovision", provisioned(), project)
    written = json.loads((project / "local.settings.json").read_text())

    assert written["Values"]["MAX_CALL_SECONDS"] == "60"
    assert written["Host"] == {"CORS": "*"}
    assert "AZURE_OPENAI_API_KEY" not in written["Values"], "beside entra it would be a fault"
    assert (project / ".azure/talk/local.settings.json.before").read_text() == text
    assert "0123456789abcdef" not in ran.said


def test_a_file_that_cannot_be_read_is_left_alone(project: Path) -> None:
    (project / "local.settings.json").write_text("{broken")
    ran = hook("postprovision", provisioned(), project)

    assert ran.code == 0
    assert (project / "local.settings.json").read_text() == "{broken"
    assert "was left as it is" in ran.said


def test_azd_packages_a_page_before_it_knows_the_hosts_and_uploads_the_exact_one(project: Path) -> None:
    assert hook("prepackage", Scene(environ=dict(answers.NOT_MADE_YET)), project).code == 0
    config = project / TARGET / CONFIG
    assert "https://*.openai.azure.com" in config.read_text()

    assert hook("predeploy", provisioned(), project).code == 0
    policy = json.loads(config.read_text())["globalHeaders"]["Content-Security-Policy"]
    assert f"connect-src 'self' {answers.OPENAI}" in policy
    assert "*" not in policy
    assert (project / TARGET / "index.html").exists()


def test_without_outputs_nothing_is_deployed(project: Path) -> None:
    ran = hook("predeploy", Scene(environ=dict(answers.NOT_MADE_YET)), project)

    assert ran.code == 1
    assert "[deployed.not-provisioned]" in ran.said


def test_after_a_good_deployment_it_says_where_to_go(project: Path) -> None:
    ran = hook("postdeploy", provisioned(), project)

    assert ran.code == 0, ran.said
    assert f"Open {SITE} and press Start." in ran.said
    assert {f"GET {SITE}/", f"GET {SITE}/api/health", MINT} <= set(ran.asked)
    assert f"GET {answers.FUNCTION}/api/health" in ran.asked, "the direct call was not tried"
    assert f"OPTIONS {answers.OPENAI}/openai/v1/realtime/calls" in ran.asked
    assert f"POST {answers.OPENAI}/openai/v1/realtime/calls" not in ran.asked, "the deployer's network is no part of it"


def test_what_may_settle_is_asked_again_and_what_cannot_is_not(project: Path) -> None:
    slow, broken = provisioned(), provisioned()
    slow.page(f"GET {SITE}/api/health", Page(404, ""))
    broken.page(MINT, refused(400, "OpperationNotSupported"))

    ran = hook("postdeploy", slow, project)
    assert ran.code == 1
    assert ran.asked.count(f"GET {SITE}/api/health") == 10
    (project.parent / "machine-postdeploy").rename(project.parent / "first")
    ran = hook("postdeploy", broken, project)
    assert ran.code == 1
    assert ran.asked.count(MINT) == 1


def test_a_direct_function_that_is_still_starting_is_asked_again(project: Path) -> None:
    scene = provisioned()
    direct(scene)
    scene.environ |= {"FRONT_DOOR": "direct", "WHO_MAY_CALL": "anonymous"}
    scene.page(f"OPTIONS {answers.FUNCTION}/api/session", Page(503, ""))
    ran = hook("postdeploy", scene, project)

    assert ran.code == 1
    assert "cors.function-refuses" not in ran.said
    assert ran.asked.count(f"OPTIONS {answers.FUNCTION}/api/session") == 10


def down(project: Path, scene: Scene) -> Ran:
    """`azd down`: it forgets its outputs in between."""
    assert hook("predown", Scene(environ=scene.environ), project).code == 0
    scene.environ = {"AZURE_ENV_NAME": "talk", **{k: v for k, v in scene.environ.items() if "KEEP" in k}}
    return hook("postdown", scene, project)


def test_down_purges_what_it_deleted_and_nothing_else(project: Path) -> None:
    scene = provisioned(KEY_VAULT_URL="https://kv-abc123.vault.azure.net/")
    other = deleted_account("aif-somebody-elses")
    scene.programs["az cognitiveservices account list-deleted"] = data([DELETED, other])
    scene.programs["az keyvault list-deleted"] = data([DELETED_VAULT])
    ran = down(project, scene)

    assert ran.code == 0, ran.said
    purged = [one for one in ran.commands if " purge " in one]
    assert [one.partition(" --")[0] for one in purged] == ["az cognitiveservices account purge", "az keyvault purge"]
    assert all(f"--subscription {SUBSCRIPTION}" in one for one in purged)
    assert "somebody" not in " ".join(purged)
    assert not (project / ".azure/talk/voicemint-down.json").exists()


def test_down_says_what_it_could_not_purge(project: Path) -> None:
    scene = provisioned(KEY_VAULT_URL="https://kv-abc123.vault.azure.net/")
    scene.programs["az cognitiveservices account list-deleted"] = data([DELETED])
    scene.programs["az cognitiveservices account purge"] = answers.not_allowed("Microsoft.CognitiveServices/x/delete")
    scene.programs["az keyvault list-deleted"] = data([PROTECTED_VAULT])
    ran = down(project, scene)

    assert ran.code == 1
    assert "[leftover.account]" in ran.said
    assert "[leftover.vault-protected]" in ran.said
    assert "2026-11-28" in ran.said


@pytest.mark.parametrize("environ", [{"VOICEMINT_KEEP_DELETED": "true"}, {"AZURE_OPENAI_RESOURCE": ""}])
def test_down_purges_nothing_that_is_wanted_or_unknown(project: Path, environ: dict[str, str]) -> None:
    scene = provisioned(**environ)
    scene.programs["az cognitiveservices account list-deleted"] = data([DELETED])
    ran = down(project, scene)

    assert ran.code == 0
    assert not [one for one in ran.commands if " purge " in one]


def test_a_hook_that_is_none_is_a_sentence(project: Path) -> None:
    ran = hook("preup", Scene(), project)
    assert (ran.code, "preup is no hook" in ran.said) == (1, True)


def test_somebody_elses_deleted_account_is_in_nobodys_way_and_is_not_purged(project: Path) -> None:
    others = [deleted_account("aif-other"), deleted_account(group="rg-other")]
    before = Scene(environ=dict(answers.NOT_MADE_YET))
    before.programs["az cognitiveservices account list-deleted"] = data(others[1:])
    assert hook("preprovision", before, project).code == 0

    after = provisioned()
    after.programs["az cognitiveservices account list-deleted"] = data(others)
    ran = down(project, after)
    assert ran.code == 0
    assert not [one for one in ran.commands if " purge " in one]
