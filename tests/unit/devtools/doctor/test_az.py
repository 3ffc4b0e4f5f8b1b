"""Words of az become diagnoses; what is not there is not trouble; what is not understood is not good news."""

from __future__ import annotations

import pytest

from devtools.doctor.az import Az, Trouble, at
from devtools.doctor.world import NOT_THERE, TOO_SLOW, Answer
from tests.unit.devtools.doctor.worlds import world


def az(answer: Answer, **known: str) -> Az:
    return Az(world({"az thing": answer}), **known)


@pytest.mark.parametrize(
    ("said", "id"),
    [
        ("ERROR: Please run 'az login' to setup account.", "sign-in.az-out"),
        ("AADSTS700082: The refresh token has expired due to inactivity.", "sign-in.az-out"),
        (
            "AADSTS50076: Due to a configuration change ... you must use multi-factor authentication",
            "sign-in.more-proof",
        ),
        ("(SubscriptionNotFound) The subscription '0' could not be found.", "sign-in.no-subscription"),
        ("Subscription '0' not found. Check the spelling and casing and try again.", "sign-in.no-subscription"),
        ("(AuthorizationFailed) The client 'x' does not have authorization to perform action", "azure.forbidden"),
        ("(TooManyRequests) Please retry", "azure.busy"),
        ("HTTPSConnectionPool: Max retries exceeded", "azure.unreachable"),
        ("Something nobody has heard of", "azure.unreadable"),
    ],
)
def test_a_refusal_is_told_by_its_words(said: str, id: str) -> None:
    with pytest.raises(Trouble) as trouble:
        az(Answer(1, "", said), tenant="T", subscription="S").read("thing")
    assert trouble.value.finding.id == id


@pytest.mark.parametrize("said", ["(ResourceNotFound) The Resource 'a'", "(ResourceGroupNotFound)", "x was not found."])
def test_what_is_not_there_is_none_and_no_list(said: str) -> None:
    asked = az(Answer(3, "", said))
    assert (asked.read("thing"), asked.listed("thing")) == (None, [])


def test_no_program_and_no_answer_are_told_apart() -> None:
    for code, id in ((NOT_THERE, "tool.az-missing"), (TOO_SLOW, "azure.unreachable")):
        with pytest.raises(Trouble) as trouble:
            az(Answer(code, "", "it was not found")).read("thing")
        assert trouble.value.finding.id == id


def test_an_answer_that_is_no_data_or_no_list_is_told() -> None:
    for out in ("<html>", '{"a": 1}'):
        with pytest.raises(Trouble) as trouble:
            az(Answer(0, out, "")).listed("thing")
        assert trouble.value.finding.id == "azure.unreadable"
    assert az(Answer(0, "  ", "")).listed("thing") == []


def test_it_asks_in_the_subscription_unless_told_not_to() -> None:
    asked: list[str] = []

    def run(command: list[str]) -> Answer:
        asked.append(" ".join(command))
        return Answer(0, "[]", "")

    from dataclasses import replace

    one = Az(replace(world(), run=run), "S")
    one.read("thing")
    one.read("thing", anywhere=True)
    assert ["--subscription S" in one for one in asked] == [True, False]


def test_at_reads_nothing_where_there_is_nothing() -> None:
    assert (at({"a": {"b": 1}}, "a", "b"), at({"a": []}, "a", "b"), at(None, "a")) == (1, None, None)
