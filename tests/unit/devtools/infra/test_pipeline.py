"""The variables that the deploying workflow hands on."""

from __future__ import annotations

import json

import pytest

from devtools.infra import pipeline


def test_only_what_is_a_parameter_and_has_a_value_is_handed_on(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"VOICEMINT_MODEL": "gpt-realtime-1.5", "VOICEMINT_ALLOWED_ROLES": "", "PATH": "x", "AZURE_CLIENT_ID": "1"}
    assert pipeline.main({"VARIABLES": json.dumps(given)}) == 0
    assert capsys.readouterr().out == "VOICEMINT_MODEL=gpt-realtime-1.5\n"


def test_who_knows_better_than_the_first_hook_can_say_so_in_a_pipeline_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert pipeline.main({"VARIABLES": '{"VOICEMINT_PREFLIGHT": "warn"}'}) == 0
    assert capsys.readouterr().out == "VOICEMINT_PREFLIGHT=warn\n"


@pytest.mark.parametrize("value", ["a\nPATH=b", "a\rPATH=b"])
def test_a_value_that_would_set_a_second_variable_is_refused(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pipeline.main({"VARIABLES": json.dumps({"VOICEMINT_MODEL": value})}) == 1
    told = capsys.readouterr()
    assert (told.out, "VOICEMINT_MODEL" in told.err) == ("", True)


def test_what_the_workflow_decides_stays(capsys: pytest.CaptureFixture[str]) -> None:
    assert pipeline.main({"VARIABLES": '{"VOICEMINT_GRANT_TO_PRINCIPAL": "true"}'}) == 0
    assert capsys.readouterr().out.strip() == ""


def test_without_variables_there_is_nothing_to_say() -> None:
    assert pipeline.main({}) == 0
    assert pipeline.main({"VARIABLES": "not json"}) == 1
