"""What a template would deploy: conditions, loops, modules, scopes, outputs, and the order."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools.bicep.lexer import BicepFault
from devtools.bicep.parser import parse
from devtools.bicep.world import SECRET
from tests.unit.devtools.bicep.templates import deployed, written

STORAGE = "Microsoft.Storage/storageAccounts"

ACCOUNT = f"""
param made bool = true
resource account '{STORAGE}@2025-06-01' = if (made) {{
  name: 'stone'
  location: 'x'
}}
"""

WITH_A_MODULE = """
targetScope = 'subscription'
param keyed bool = true
resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-one'
  location: 'x'
}
module vault 'vault.bicep' = if (keyed) {
  scope: group
  name: 'vault'
  params: { word: keyed ? 'yes' : 'no' }
}
module last 'vault.bicep' = {
  scope: group
  name: 'last'
  params: { word: address }
  dependsOn: [vault]
}
var address = keyed ? vault!.outputs.url : 'none'
output url string = address
"""

VAULT = """
param word string
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-${length}'
  location: 'x'
}
var length = word == 'yes' ? 3 : 2
output url string = vault.properties.vaultUri
"""


def test_a_resource_with_its_type_name_id_and_body(tmp_path: Path) -> None:
    (one,) = deployed(tmp_path, ACCOUNT).resources

    assert (one.symbol, one.file, one.kind, one.version) == ("account", "main.bicep", STORAGE, "2025-06-01")
    assert one.name == "stone"
    assert one.identifier.endswith("/providers/Microsoft.Storage/storageAccounts/stone")
    assert one.body == {"location": "x"}


def test_a_condition_that_does_not_hold_leaves_it_out(tmp_path: Path) -> None:
    assert deployed(tmp_path, ACCOUNT, {"made": False}).resources == ()


def test_reading_what_is_not_deployed_is_a_fault(tmp_path: Path) -> None:
    text = ACCOUNT + "output blob string = account.properties.primaryEndpoints.blob\n"

    assert deployed(tmp_path, text).outputs == {"blob": "https://stone.blob.core.windows.net/"}
    with pytest.raises(BicepFault, match="reads 'properties' of account, which is not deployed"):
        deployed(tmp_path, text, {"made": False})


def test_children_carry_their_parents_name_and_a_loop_makes_several(tmp_path: Path) -> None:
    text = (
        ACCOUNT
        + f"""
resource queues '{STORAGE}/queueServices@2025-06-01' = {{
  parent: account
  name: 'default'
}}
resource each '{STORAGE}/queueServices/queues@2025-06-01' = [for one in ['a', 'b']: {{
  parent: queues
  name: 'queue-${{one}}'
}}]
"""
    )
    found = deployed(tmp_path, text).of(f"{STORAGE}/queueServices/queues")

    assert [one.name for one in found] == ["stone/default/queue-a", "stone/default/queue-b"]
    assert found[0].identifier.endswith("/storageAccounts/stone/queueServices/default/queues/queue-a")


def test_a_resource_on_another_has_the_others_id_before_its_own(tmp_path: Path) -> None:
    text = (
        ACCOUNT
        + """
resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, 'x')
  properties: { principalId: account.name }
}
"""
    )
    role = deployed(tmp_path, text).of("Microsoft.Authorization/roleAssignments")[0]

    assert "/storageAccounts/stone/providers/Microsoft.Authorization/roleAssignments/" in role.identifier
    assert role.properties == {"principalId": "stone"}


def test_an_existing_resource_is_not_deployed_and_can_be_asked_for_its_keys(tmp_path: Path) -> None:
    text = """
resource account 'Microsoft.CognitiveServices/accounts@2025-09-01' existing = {
  name: 'aif'
}
resource secret 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {
  name: 'kv/secret'
  properties: { value: account.listKeys().key2 }
}
"""
    found = deployed(tmp_path, text)

    assert [one.symbol for one in found.resources] == ["secret"]
    assert found.resources[0].properties["value"] == f"{SECRET}-2"


def test_modules_get_parameters_and_give_outputs_within_their_group(tmp_path: Path) -> None:
    written(tmp_path, VAULT, "vault.bicep")
    found = deployed(tmp_path, WITH_A_MODULE)

    assert found.outputs == {"url": "https://kv-3.vault.azure.net/"}
    assert [one.name for one in found.of("Microsoft.KeyVault/vaults")] == ["kv-3", "kv-2"]
    assert all("/resourceGroups/rg-one/" in one.identifier for one in found.of("Microsoft.KeyVault/vaults"))
    assert sorted(found.modules) == ["last", "vault"]


def test_what_waits_for_what_also_by_way_of_a_variable(tmp_path: Path) -> None:
    written(tmp_path, VAULT, "vault.bicep")
    found = deployed(tmp_path, WITH_A_MODULE)
    without = deployed(tmp_path, WITH_A_MODULE, {"keyed": False})

    loose = deployed(tmp_path, WITH_A_MODULE.replace("  dependsOn: [vault]\n", ""))

    assert found.waits_for("last") == loose.waits_for("last") == {"vault", "group"}
    assert without.waits_for("last") == {"group"}
    assert without.outputs == {"url": "none"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("word: address", "word: address, more: 1", "has no parameter more"),
        ("params: { word: address }", "params: {}", "parameter word is missing"),
        ("vault.bicep' = {", "nowhere.bicep' = {", "nowhere.bicep is not there"),
        ("outputs.url", "outputs.uri", "reads 'uri', which is not among"),
        ("scope: group\n  name: 'last'", "scope: 'group'\n  name: 'last'", "the scope of 'last' is no resource"),
        ("param keyed bool = true", "param keyed bool = 1", "parameter keyed is 1, no bool"),
    ],
)
def test_a_module_that_does_not_fit_is_a_fault(tmp_path: Path, old: str, new: str, words: str) -> None:
    written(tmp_path, VAULT, "vault.bicep")
    assert old in WITH_A_MODULE
    with pytest.raises(BicepFault, match=words):
        deployed(tmp_path, WITH_A_MODULE.replace(old, new))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("type x = string", "'type' is not known to this model"),
        ("import * as x from 'y'", "'import' is not known to this model"),
        ("var a = 1\nparam a string", "'a' is declared twice"),
        ("param a sometype", "the type 'sometype' is not known"),
        ("resource a 'T@1' = 1", "'a' has no body"),
        ("resource a '${b}' = {}", "needs a type or a file in plain words"),
        ("var a = 1 var b = 2", "expected 'newline'"),
    ],
)
def test_what_this_model_does_not_know_is_never_skipped(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BicepFault, match=f"main.bicep: .*{words}"):
        parse(written(tmp_path, text))


def test_a_property_that_azure_would_answer_and_this_model_does_not_know_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BicepFault, match="has no 'sku' that this model knows"):
        deployed(tmp_path, ACCOUNT + "output sku string = account.sku\n")


def test_waiting_goes_on_through_others(tmp_path: Path) -> None:
    one = "resource {name} 'Microsoft.Web/serverfarms@2024-11-01' = {{\n  name: '{name}'\n  dependsOn: [{other}]\n}}\n"
    text = "".join(one.format(name=name, other=other) for name, other in ("ab", "bc", "cd", ("d", "")))

    assert deployed(tmp_path, text).needs["a"] == {"b"}
    assert deployed(tmp_path, text).waits_for("a") == {"b", "c", "d"}
    assert deployed(tmp_path, text).waits_for("d") == frozenset()
