import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import make_institution
from uruk.acts import directory as directory_module
from uruk.acts.api import (
    contribute,
    directory,
    directory_reference,
    establish,
    find_directory,
    instance_code,
    institution_keys,
    key_store,
    publish_directory,
    relying_party,
)
from uruk.kernel.api import CodedError, Settings, Text
from uruk.trust.api import Directory, certificate_key


def test_an_institution_gets_its_keys_once(institution: str) -> None:
    first = institution_keys(institution)
    again = establish(institution, Text("الوزارة", "وەزارەتەکە"), "xx")
    assert {name for name in key_store().names() if name.startswith("interior/")} == {
        "interior/identity/1",
        "interior/log/1",
        "interior/seal/1",
    }
    assert again.seal.public_key == first.seal.public_key
    assert certificate_key(first.certificate) == first.seal.spki
    assert first.log_origin == "xx/interior/test/0/1"
    assert directory().institution(institution).names.get("ar") == "الوزارة"


def test_keys_left_by_an_interrupted_start_are_taken_up(node: Settings, db: None, log: Any) -> None:
    left = key_store().create("interior/identity/1", "ed25519")
    make_institution("interior")
    assert institution_keys("interior").identity.public_key == left.public_key


def test_the_directory_parses_with_every_delegation_and_a_demonstration_says_so(institution: str) -> None:
    found = Directory.parse(directory().to_json())
    assert (found.instance, found.node, found.demonstration) == ("xx", "test", True)
    assert (found.rp_id, found.origins) == ("localhost", ("http://localhost:8000",))
    assert len(found.authorities) == 1
    entry = found.institution(institution)
    assert [log.origin for log in entry.logs] == ["xx/interior/test/0/1", "xx/interior/test/1/1"]
    assert len(entry.seals) == 1


def test_a_version_of_the_directory_is_published_only_when_something_changed(institution: str) -> None:
    first = directory()
    assert directory().version == first.version
    make_institution("education")
    second = directory()
    assert second.version == first.version + 1
    assert find_directory(first.version).digest == first.digest
    assert find_directory(99) is None
    assert directory_reference() == (second.version, second.digest)


def test_rooms_above_contribute_to_each_institutions_entry(institution: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_module, "_CONTRIBUTORS", dict(directory_module._CONTRIBUTORS))
    contribute("status_lists", lambda code: {2026: f"status/{code}/2026"})
    assert directory().institution(institution).status_lists == {2026: "status/interior/2026"}


def test_keys_json_is_written_whole(institution: str, node: Settings) -> None:
    path = publish_directory()
    assert path == node.data / "public" / "keys.json"
    assert json.loads(path.read_text())["institutions"].keys() == {institution}
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []


def test_in_demonstration_a_passphrase_is_made_once(node: Settings, settings: Any) -> None:
    settings.URUK = replace(settings.URUK, key_passphrase="")
    key_store()
    made = (node.data / "passphrase").read_text()
    key_store()
    assert (node.data / "passphrase").read_text() == made
    assert (node.data / "passphrase").stat().st_mode & 0o777 == 0o600


def test_in_production_a_passphrase_must_be_given(node: Settings, settings: Any) -> None:
    settings.URUK = replace(settings.URUK, mode="production", key_passphrase="")
    with pytest.raises(CodedError) as refused:
        key_store()
    assert refused.value.code == "acts.passphrase_missing"


def test_a_node_without_institutions_takes_its_instance_from_the_country(
    node: Settings, settings: Any, db: None, tmp_path: Path
) -> None:
    country = tmp_path / "country"
    country.mkdir()
    (country / "country.yaml").write_text("uruk: country/1\ncode: zz\n", encoding="utf-8")
    settings.URUK = replace(settings.URUK, country=str(country))
    assert instance_code() == "zz"
    (country / "country.yaml").write_text("uruk: country/1\n", encoding="utf-8")
    with pytest.raises(CodedError) as refused:
        instance_code()
    assert refused.value.code == "acts.country_without_code"


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://docs.gov.example/", ("docs.gov.example", ("https://docs.gov.example",))),
        ("https://docs.gov.example:8443/a/", ("docs.gov.example", ("https://docs.gov.example:8443",))),
        ("http://127.0.0.1:8000/", ("localhost", ("http://localhost:8000",))),
        ("http://[::1]/", ("localhost", ("http://localhost",))),
    ],
)
def test_passkeys_are_made_for_the_nodes_public_host(address: str, party: tuple) -> None:
    assert relying_party(address) == party
