"""The data of a public suite, of any values, becomes registries, records and cases that are really there."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import run, served
from tests.unit.rest.govstack.conftest import CLIENT, Caller, content, told
from uruk.kernel.api import CodedError, Settings
from uruk.publishing.api import published_versions
from uruk.rest.api import load_test_data

__all__ = ["run", "served"]
_HERD = {"properties": {"ID": {"type": "string"}}}
DATA: dict[str, Any] = {
    "informationMediatorClientHeader": {"value": CLIENT},
    "registries": {
        "registryname": "herds",
        "versionnumber": "7.2",
        "databaseID": "HRD",
        "records": [
            {"uuid": "5b1c2a5e-6f1d-4e3c-9a51-1d2f3a4b5c6d", "id": "H-1", "Owner": "Ada", "Head": 7,
             "Readers": [{"a": 1}]},
            {"id": "H-1", "Owner": "Eve", "Head": 9, "Readers": []},
        ],
    },
    "databases": [
        {"code": "HRD", "databases": [
            {"id": 5, "name": "Herd book", "version": "2.0", "schema": _HERD},
            {"id": 8438778473, "name": "Herd book", "version": "2.0", "schema": _HERD},
        ]},
    ],
}  # fmt: skip
ADA = {"ID": "H-1", "Owner": "Ada", "Head": 7}


def _load(data: Any = DATA, **more: Any) -> Any:
    return load_test_data("", json.dumps(data).encode(), more.get("officers", ()), "nobodys")


def test_registries_and_records_are_there_under_the_names_of_the_data(trusting: Caller) -> None:
    done = [_load(), _load()]
    assert [(one.institution, one.registries, one.records) for one in done] == [("town", 4, 2), ("town", 0, 0)]
    assert done[0].left_out == {"Readers": 1}
    found = told(trusting.post("registries/data/herds/7.2/read", {"query": {"content": {"Owner": "Ada"}}}))
    assert found["content"] == ADA and found["uuid"] == DATA["registries"]["records"][0]["uuid"]
    assert told(trusting.get("registries/data/nobodys/7.2"))["results"] == []
    assert told(trusting.get("registries/database/8438778473"))["version"] == "2.0"
    assert told(trusting.get("registries/database/5"))["name"] == "Herd book"
    assert told(trusting.get("registries/data/MyPersonalDataUsage/1.0?userID=H-1&DatabaseID=HRD"))
    assert all(len(one.approvals) == 2 for one in published_versions("registry", "town", "herds"))
    more = {"registries": {"registryname": "herds", "records": [{"id": "H-9", "Owner": "Bob"}]}}
    assert _load(more).records == 1
    assert content(trusting.post("registries/data/herds/7.2/read", {"Owner": "Bob"}))["ID"] == "H-9"
    with pytest.raises(CodedError, match=r"publishing\.name_taken"):
        from uruk.publishing.api import NameElsewhere, keep_name

        keep_name("govstack", NameElsewhere("registry", "herds", "town/residents"))


def test_what_cannot_be_loaded_is_said(town: Settings, settings: Any) -> None:
    for data in (
        b"[",
        b"[]",
        json.dumps({"registries": {"records": []}}).encode(),
        b'{"databases": [{"databases": [{}]}]}',
    ):
        with pytest.raises(CodedError, match=r"rest\.test_data"):
            load_test_data("town", data, (), "")
    with pytest.raises(CodedError, match=r"rest\.nobody_approves"):
        _load(officers=("one", "two"))
    settings.URUK = replace(settings.URUK, mode="production")
    with pytest.raises(CodedError, match=r"rest\.demonstration_only"):
        _load()


def test_what_lies_in_the_folder_does_not_arrive_by_an_interface(town: Settings) -> None:
    from uruk.publishing.api import arrived

    with pytest.raises(CodedError, match=r"publishing\.arrival_in_folder"):
        arrived("registry", "town", "residents", {})


@pytest.mark.usefixtures("served", "trusting")
def test_the_command_says_what_it_made(run: Callable[..., Any], tmp_path: Path) -> None:
    data, wrong = tmp_path / "test-data.json", tmp_path / "wrong.json"
    data.write_text(json.dumps({"registries": DATA["registries"]}), encoding="utf-8")
    wrong.write_text("{", encoding="utf-8")
    typed = run("govstack", "load", data, "--institution", "town", "--json")
    assert typed.exit_code == 0, typed.output
    assert json.loads(typed.stdout) | {"file": ""} == {
        "file": "", "institution": "town", "registries": 2, "records": 2, "services": 0, "cases": 0,
    }  # fmt: skip
    assert "Readers (1)" in run("govstack", "load", data).stdout
    refused = run("govstack", "load", wrong, "--language", "en")
    assert refused.exit_code == 1 and "test data" in refused.stderr
    refused = run("govstack", "load", tmp_path / "nothing.json")
    assert refused.exit_code == 1 and "cli.file_missing" in refused.stderr
