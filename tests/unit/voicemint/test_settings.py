"""Settings: read from a mapping, every fault at once, conflicts refused, secrets never shown."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import CANARY_KEY
from tests.mint_support import ENTRA, ENVIRON, HOSTED, KEY_VAULT, settings
from voicemint.errors import NotConfigured
from voicemint.masking import Secret
from voicemint.setting_list import SETTINGS
from voicemint.settings import HOSTED_MARKS, faults, is_hosted, read_settings

HOSTED_ENVIRON = {**ENVIRON, **HOSTED}


def test_the_least_that_must_be_set_gives_the_defaults() -> None:
    least = {"AZURE_OPENAI_ENDPOINT": "https://res.openai.azure.com", "AZURE_OPENAI_DEPLOYMENT": "gpt-realtime"}
    read = read_settings(least)

    assert (read.auth, read.scope) == ("entra", "https://cognitiveservices.azure.com/.default")
    assert (read.event_filter, read.token_ttl_seconds, read.max_call_seconds) == ("open", 60, 900)
    assert [read.allow_custom_instructions, read.allow_anonymous, read.hosted, read.managed_identity] == [False] * 4
    assert read.transcription_deployment is read.client_id is read.key_vault_url is read.api_key is None
    assert read.allowed_origins == frozenset()


def test_everything_can_be_set() -> None:
    read = settings(
        **KEY_VAULT,
        AZURE_OPENAI_SCOPE="https://ai.azure.com/.default",
        AZURE_CLIENT_ID="01234567-89ab-cdef-0123-456789abcdef",
        EVENT_FILTER="private",
        TOKEN_TTL_SECONDS="600",
        MAX_CALL_SECONDS="10",
        ALLOW_CUSTOM_INSTRUCTIONS="True",
        ALLOW_ANONYMOUS="TRUE",
        ALLOWED_ORIGINS="https://A.example, http://localhost:4280 ,",
        IDENTITY_ENDPOINT="http://127.0.0.1:1",
    )

    assert read.auth == "key_vault"
    assert (read.key_vault_url, read.key_vault_secret_name) == ("https://my-vault.vault.azure.net", "openai-key")
    assert (read.scope, read.client_id) == ("https://ai.azure.com/.default", "01234567-89ab-cdef-0123-456789abcdef")
    assert (read.event_filter, read.token_ttl_seconds, read.max_call_seconds) == ("private", 600, 10)
    assert read.allow_custom_instructions
    assert read.allow_anonymous
    assert read.allowed_origins == {"https://a.example", "http://localhost:4280"}
    assert read.managed_identity


def test_settings_are_frozen_and_print_no_key() -> None:
    read = settings()

    assert read.api_key == Secret(CANARY_KEY)
    assert CANARY_KEY not in repr(read)
    with pytest.raises(dataclasses.FrozenInstanceError):
        read.auth = "entra"  # type: ignore[misc]


def test_every_fault_is_named_at_once() -> None:
    found = faults(dict.fromkeys(("EVENT_FILTER", "TOKEN_TTL_SECONDS", "ALLOW_ANONYMOUS", "ALLOWED_ORIGINS"), "?"))

    assert found == [
        "AZURE_OPENAI_ENDPOINT is missing; allowed: https://{resource}.openai.azure.com, or any URL of it that the "
        "portal shows; http://127.0.0.1:port when local",
        "AZURE_OPENAI_DEPLOYMENT is missing; allowed: the realtime deployment's name, 1 to 64 of A-Z a-z 0-9 . _ -",
        "EVENT_FILTER is '?'; allowed: open or private",
        "TOKEN_TTL_SECONDS is '?'; allowed: a whole number from 10 to 600",
        "ALLOW_ANONYMOUS is '?'; allowed: true or false; not together with REQUIRE_SIGN_IN",
        "ALLOWED_ORIGINS is '?'; allowed: up to 20 origins separated by commas, each https://host[:port], or http:// "
        "for localhost",
    ]
    assert faults(ENVIRON) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"AZURE_OPENAI_AUTH": "keyvault"}, "AZURE_OPENAI_AUTH is 'keyvault'; allowed: entra, key_vault or key"),
        ({"AZURE_OPENAI_ENDPOINT": "https://x.example"}, "AZURE_OPENAI_ENDPOINT is 'https://x.example': the host must"),
        ({"AZURE_OPENAI_ENDPOINT": "https://a b"}, "AZURE_OPENAI_ENDPOINT is 'https://a b'; allowed"),
        ({"AZURE_OPENAI_DEPLOYMENT": "my deployment"}, "AZURE_OPENAI_DEPLOYMENT is 'my deployment'; allowed"),
        ({"AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": "a/b"}, "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT is 'a/b'; allowed"),
        ({"AZURE_OPENAI_SCOPE": "https://ai.azure.com"}, "AZURE_OPENAI_SCOPE is 'https://ai.azure.com'; allowed"),
        ({"AZURE_CLIENT_ID": "me"}, "AZURE_CLIENT_ID is 'me'; allowed: the client id (a UUID)"),
        ({"AZURE_OPENAI_API_KEY": "short"}, "AZURE_OPENAI_API_KEY is (hidden, 5 characters); allowed: 16 to 256"),
        ({"AZURE_OPENAI_API_KEY": ""}, "AZURE_OPENAI_API_KEY is missing"),
        ({"TOKEN_TTL_SECONDS": "9"}, "TOKEN_TTL_SECONDS is '9'; allowed: a whole number from 10 to 600"),
        ({"TOKEN_TTL_SECONDS": "601"}, "TOKEN_TTL_SECONDS is '601'"),
        ({"TOKEN_TTL_SECONDS": "60.5"}, "TOKEN_TTL_SECONDS is '60.5'"),
        ({"MAX_CALL_SECONDS": "3601"}, "MAX_CALL_SECONDS is '3601'"),
        ({"KEY_VAULT_URL": "https://my-vault.vault.azure.net"}, "KEY_VAULT_URL is set, but AZURE_OPENAI_AUTH is key"),
        ({"AZURE_OPENAI_AUTH": "entra"}, "AZURE_OPENAI_API_KEY is set, but AZURE_OPENAI_AUTH is entra: remove it, or"),
        ({**KEY_VAULT, "KEY_VAULT_URL": ""}, "KEY_VAULT_URL is missing"),
        ({**KEY_VAULT, "KEY_VAULT_SECRET_NAME": ""}, "KEY_VAULT_SECRET_NAME is missing"),
        ({**KEY_VAULT, "KEY_VAULT_URL": "https://vault.example"}, "KEY_VAULT_URL is 'https://vault.example'; allowed"),
        (
            {**KEY_VAULT, "AZURE_OPENAI_API_KEY": CANARY_KEY},
            "AZURE_OPENAI_API_KEY is set, but AZURE_OPENAI_AUTH is key_",
        ),
        (
            {"WEBSITE_INSTANCE_ID": "1", "TABLES_ENDPOINT": HOSTED["TABLES_ENDPOINT"]},
            "AZURE_OPENAI_AUTH is 'key', which is refused when hosted",
        ),
        (
            {**HOSTED, "AZURE_OPENAI_ENDPOINT": "http://localhost:1"},
            "AZURE_OPENAI_ENDPOINT is 'http://localhost:1': a l",
        ),
        ({"ALLOWED_ORIGINS": ",".join(f"https://{n}.example" for n in range(21))}, "ALLOWED_ORIGINS is '21 entries'"),
    ],
)
def test_one_fault_gives_one_line(changes: dict[str, str], fault: str) -> None:
    (line,) = faults({**ENVIRON, **changes})

    assert line.startswith(fault)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "a.example",
        "https://*.example",
        "https://a.example/",
        "https://a.example/x",
        "https://a.example:443",
        "https://a.example:0",
        "https://a.example:65536",
        "http://a.example",
        "http://localhost:80",
    ],
)
def test_an_origin_is_what_a_browser_could_send(origin: str) -> None:
    assert [line.partition(";")[0] for line in faults({**ENVIRON, "ALLOWED_ORIGINS": origin})] == [
        f"ALLOWED_ORIGINS is {origin!r}"
    ]


@pytest.mark.parametrize(
    "origin", ["https://a.example", "https://a.example:8443", "http://127.0.0.1:5", "http://[::1]:5"]
)
def test_good_origins_are_taken(origin: str) -> None:
    assert settings(ALLOWED_ORIGINS=origin).allowed_origins == {origin}


RELAY = {**ENVIRON, "CALL_MODE": "relay"}
SIGN_IN = {**ENVIRON, "REQUIRE_SIGN_IN": "true", "TRUST_CLIENT_PRINCIPAL": "true"}


def test_limits_and_callers_have_careful_defaults() -> None:
    read = settings()

    assert (read.call_mode, read.require_sign_in, read.trust_client_principal) == ("token", False, False)
    assert (read.rate_limit_per_minute, read.max_concurrent_calls, read.max_minutes_per_day) == (10, 2, 60)
    assert (read.max_calls_per_day, read.trusted_proxies, read.allowed_roles) == (200, 1, frozenset())
    assert read.tables_endpoint is read.queue_endpoint is None
    assert read.sign_in_providers == ("aad", "github")


def test_limits_and_callers_can_be_set() -> None:
    read = read_settings(
        {
            **RELAY,
            **SIGN_IN,
            "CALL_MODE": "relay",
            "ALLOWED_ROLES": "caller, admin",
            "SIGN_IN_PROVIDERS": "github",
            "TRUSTED_PROXIES": "2",
            "RATE_LIMIT_PER_MINUTE": "1",
            "MAX_CONCURRENT_CALLS": "20",
            "MAX_MINUTES_PER_DAY": "1440",
            "MAX_CALLS_PER_DAY": "999999",
            "TABLES_ENDPOINT": "https://account.table.core.windows.net/",
            "CALL_QUEUE__queueServiceUri": "http://127.0.0.1:10001/devstoreaccount1",
        }
    )

    assert (read.call_mode, read.require_sign_in, read.trust_client_principal) == ("relay", True, True)
    assert (read.allowed_roles, read.sign_in_providers, read.trusted_proxies) == ({"caller", "admin"}, ("github",), 2)
    assert (read.rate_limit_per_minute, read.max_concurrent_calls, read.max_minutes_per_day) == (1, 20, 1440)
    assert read.max_calls_per_day == 999_999
    assert read.tables_endpoint == "https://account.table.core.windows.net"
    assert read.queue_endpoint == "http://127.0.0.1:10001/devstoreaccount1"


@pytest.mark.parametrize("name", ["MAX_CONCURRENT_CALLS", "MAX_MINUTES_PER_DAY"])
def test_a_limit_that_token_mode_cannot_enforce_is_a_fault(name: str) -> None:
    (fault,) = faults({**ENVIRON, name: "1"})

    assert fault.startswith(f"{name} is set, but CALL_MODE is token")
    assert faults({**RELAY, name: "1"}) == []
    assert faults({**ENVIRON, name: ""}) == []


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({**SIGN_IN, "ALLOW_ANONYMOUS": "true"}, "REQUIRE_SIGN_IN is true, but so is ALLOW_ANONYMOUS"),
        ({**SIGN_IN, "TRUST_CLIENT_PRINCIPAL": ""}, "TRUST_CLIENT_PRINCIPAL is not true, but REQUIRE_SIGN_IN needs it"),
        ({**ENVIRON, "ALLOWED_ROLES": "caller"}, "ALLOWED_ROLES is set, but REQUIRE_SIGN_IN is not true"),
        ({**SIGN_IN, "ALLOWED_ROLES": "a b"}, "ALLOWED_ROLES is 'a b'; allowed: up to 10 role names"),
        ({**SIGN_IN, "ALLOWED_ROLES": ",".join("abcdefghijk")}, "ALLOWED_ROLES is '11 entries'"),
        ({**ENVIRON, "SIGN_IN_PROVIDERS": "aad,myspace"}, "SIGN_IN_PROVIDERS is 'myspace'; allowed"),
        ({**HOSTED_ENVIRON, "TABLES_ENDPOINT": ""}, "TABLES_ENDPOINT is missing; allowed"),
        ({**HOSTED_ENVIRON, "CALL_MODE": "relay"}, "CALL_QUEUE__queueServiceUri is missing; allowed"),
        ({**HOSTED_ENVIRON, "TABLES_ENDPOINT": "http://127.0.0.1:10002/devstoreaccount1"}, "TABLES_ENDPOINT is"),
        ({**ENVIRON, "TABLES_ENDPOINT": "https://account.queue.core.windows.net"}, "TABLES_ENDPOINT is"),
        ({**ENVIRON, "TABLES_ENDPOINT": "https://a.table.core.windows.net.evil.example"}, "TABLES_ENDPOINT is"),
    ],
)  # fmt: skip
def test_protections_that_could_not_hold_are_faults(environ: dict[str, str], fault: str) -> None:
    (found,) = faults(environ)

    assert found.startswith(fault)


def test_a_key_in_the_wrong_setting_is_hidden() -> None:
    for name in (setting.name for setting in SETTINGS):
        assert CANARY_KEY not in "\n".join(faults({**ENVIRON, name: f"{CANARY_KEY} "}))


def test_hosted_faults_go_to_the_log_and_only_names_to_the_caller() -> None:
    with pytest.raises(NotConfigured) as caught:
        read_settings({**ENVIRON, **HOSTED, "TOKEN_TTL_SECONDS": "soon"})

    assert caught.value.detail == "Missing or wrong: TOKEN_TTL_SECONDS."
    assert caught.value.report.startswith("TOKEN_TTL_SECONDS is 'soon'; allowed")


@pytest.mark.parametrize("mark", HOSTED_MARKS)
def test_each_mark_of_azure_means_hosted(mark: str) -> None:
    assert is_hosted({mark: "x"})
    assert not is_hosted({mark: ""})


@pytest.mark.parametrize(
    ("name", "hosted"),
    [("app.azurewebsites.net", True), ("localhost:7071", False), ("127.0.0.1:7071", False), ("0.0.0.0:7071", False)],
)
def test_a_public_host_name_means_hosted(name: str, hosted: bool) -> None:
    assert is_hosted({"WEBSITE_HOSTNAME": name}) is hosted


def test_somebody_elses_container_is_not_azure() -> None:
    assert not is_hosted({"CONTAINER_NAME": "dev"})


@pytest.mark.parametrize("changes", [{}, ENTRA, KEY_VAULT])
def test_an_empty_value_counts_as_absent(changes: dict[str, str]) -> None:
    blank = {setting.name: "  " for setting in SETTINGS if setting.name not in {**ENVIRON, **changes}}

    assert read_settings({**ENVIRON, **blank, **changes}) == settings(**changes)


NAMES = st.sampled_from([setting.name for setting in SETTINGS] + list(HOSTED_MARKS))
VALUES = st.text(max_size=80) | st.sampled_from([*ENVIRON.values(), *KEY_VAULT.values(), "true", "60", "key", "entra"])


@given(st.dictionaries(NAMES, VALUES))
def test_any_mapping_gives_settings_or_faults_that_name_settings(environ: dict[str, str]) -> None:
    found = faults(environ)

    assert {line.partition(" ")[0] for line in found} <= {setting.name for setting in SETTINGS}
    assert CANARY_KEY not in "".join(found)
    if not found:
        read = read_settings(environ)
        assert not (read.hosted and read.auth == "key")
        assert (read.api_key is not None) == (read.auth == "key")
        assert (read.key_vault_url is not None) == (read.auth == "key_vault")
