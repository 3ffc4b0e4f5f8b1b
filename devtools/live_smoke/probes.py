"""All probes, in the order in which they are asked. The one that uses up the deployment's minute comes last."""

from __future__ import annotations

from devtools.live_smoke import call_probes, catalogue, mint_probes
from devtools.live_smoke.answers import Probe

PROBES = (
    Probe(
        "1",
        "Is `expires_after` honoured, and how long does a secret live when nobody asks?",
        "60 s; 7200 s",
        ("mint with 60 s", "mint without a time", "compare `expires_at` with the service's own clock"),
        mint_probes.lifetimes,
    ),
    Probe(
        "2",
        "Which audience of Entra ID does the resource take?",
        "both",
        ("a token for each of the two audiences", "one mint with each"),
        mint_probes.audiences,
    ),
    Probe(
        "3",
        "Are mint, sideband and hang-up allowed with `Cognitive Services OpenAI User` alone?",
        "200, 201, `session.updated`, 200",
        ("one call, a sideband beside it, a hang-up", "the names of the roles of whoever is signed in, by `az`"),
        mint_probes.role,
    ),
    Probe(
        "4a",
        "How is an expired secret refused?",
        "401",
        ("mint with 10 s", "wait 12 s", "post an offer"),
        mint_probes.expired,
    ),
    Probe(
        "5",
        "May any page post an offer, and with which headers?",
        "yes; no headers beyond two",
        (
            "two odd preflights and a plain one",
            "a call from a made-up origin",
            "a mint with the header `OpenAI-Safety-Identifier`",
        ),
        call_probes.origins,
    ),
    Probe(
        "6",
        "Can the browser change the instructions behind the private filter?",
        "yes, and it is told nothing",
        ("a filtered call and a sideband", "`session.update` from the browser's side"),
        call_probes.filtered_update,
    ),
    Probe(
        "7",
        "Is `rate_limits.updated` ever sent?",
        "no",
        ("one call, one typed question, every event looked at",),
        call_probes.rate_limits,
    ),
    Probe(
        "8",
        "In which order do the events of an interruption come?",
        "all three; the order is not known",
        ("one call, one answer recorded", "a story, interrupted with that voice"),
        call_probes.barge_in,
    ),
    Probe(
        "9",
        "Who may hang up, and what does the browser see?",
        "the standing credential only; the call closes",
        ("one call", "hang up with a client secret", "hang up with the standing credential", "watch the call"),
        call_probes.hanging_up,
    ),
    Probe(
        "10",
        "What does the catalogue say of our models?",
        "offered, the dates of models.json",
        ("`az cognitiveservices model list`",),
        catalogue.lifecycles,
    ),
    Probe(
        "4b",
        "How is a mint throttled?",
        "429 with Retry-After",
        ("mint without a pause until refused; nobody else can start a call for a minute",),
        mint_probes.throttled,
    ),
)
