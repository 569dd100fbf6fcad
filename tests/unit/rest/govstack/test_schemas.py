"""What a schema asks for is carried out, or refused with its place: numbers, what is drawn, put together, linked."""

from typing import Any

import pytest

from tests.unit.rest.govstack.conftest import Caller, content, told

EMPTY = [{"logic": "==", "value": "", "gate": "&&"}]


def _trigger(value: str, conditions: Any = EMPTY, **more: Any) -> list[dict[str, Any]]:
    return [{"conditions": conditions, "actions": [{"type": "set-value", "value": value, **more}]}]


def _describe(caller: Caller, properties: dict[str, Any], code: str = "Cards", status: int = 200) -> Any:
    return told(caller.post("registries/database/modify", {"code": code, "schema": {"properties": properties}}), status)


def _create(caller: Caller, code: str = "Cards", **values: Any) -> Any:
    return caller.post(f"registries/data/{code}/1/create", {"write": {"content": values}})


def test_numbers_with_fractions_are_exact_found_and_told_as_numbers(trusting: Caller) -> None:
    _describe(trusting, {
        "ID": {"type": "string"}, "Weight": {"type": "number", "multipleOf": 0.01, "minimum": 0.5, "maximum": 9.99},
        "Height": {"type": "number"}, "Child": {"type": "object", "properties": {"Dose": {"type": "number"}}},
    })  # fmt: skip
    made = content(_create(trusting, ID="1", Weight=3.25, Height=49.123456, Child={"Dose": 0.1}))
    assert made == {"ID": "1", "Weight": 3.25, "Height": 49.123456, "Child": {"Dose": 0.1}}
    assert content(_create(trusting, ID="2", Weight="7.5", Height=50)) == {"ID": "2", "Weight": 7.5, "Height": 50}
    for asked, found in ((3.25, "1"), ("3.25", "1"), (7.5, "2")):
        read = trusting.post("registries/data/Cards/1/read", {"query": {"content": {"Weight": asked}}})
        assert content(read)["ID"] == found
    assert [one["ID"] for one in told(trusting.get("registries/data/Cards/1?filter=Weight&search=7.5"))["results"]] == [
        "2"
    ]
    listed = told(trusting.get("registries/data/Cards/1?filter=Weight&ordering=descending"))["results"]
    assert [one["Weight"] for one in listed] == [7.5, 3.25]
    for wrong in (0.49, 10, 3.255, "x", "1e3", True, "99999999999999"):
        assert _create(trusting, ID="3", Weight=wrong).status_code == 422, wrong
    asked = trusting.post("registries/data/Cards/1/read", {"query": {"content": {"Weight": 3.255}}})
    assert told(asked, 400)["code"] == "rest.query_value"


def test_a_number_is_drawn_where_nobody_says_one(trusting: Caller) -> None:
    _describe(trusting, {
        "ID": {"type": "string", "triggers": _trigger("{code}{indexNoByCode}", field_id=1), "primaryKey": True, "id": 1,
               "readOnly": True},
        "Name": {"type": "string"},
    })  # fmt: skip
    assert [content(_create(trusting, Name=name))["ID"] for name in "ab"] == ["CARDS1", "CARDS2"]
    assert content(_create(trusting, ID="CARDS3", Name="c"))["ID"] == "CARDS3"
    assert content(_create(trusting, Name="d"))["ID"] == "CARDS4"


def test_values_are_put_together_from_others_and_nobody_says_otherwise(trusting: Caller) -> None:
    _describe(trusting, {
        "ID": {"type": "string"}, "First": {"type": "string"}, "Last": {"type": "string"},
        "Whole": {"type": "string", "readOnly": True, "triggers": _trigger("Ms {First} {Last}")},
    })  # fmt: skip
    made = content(_create(trusting, ID="1", First="Ada", Last="Byron"))
    assert made["Whole"] == "Ms Ada Byron"
    changed = {"query": {"content": {"ID": "1"}}, "write": {"content": {"Last": "King"}}}
    assert content(trusting.put("registries/data/Cards/1/update", changed))["Whole"] == "Ms Ada King"
    assert _create(trusting, ID="2", First="Eve", Last="X", Whole="mine").status_code == 422
    assert "Whole" not in content(_create(trusting, ID="3", First="Eve"))


def test_a_field_leads_to_the_record_of_another_registry(births: Caller) -> None:
    _describe(births, {"ID": {"type": "string", "primaryKey": True}}, "Mothers")
    number = next(
        one["id"] for one in told(births.get("registries/databases"))["databases"] if one["name"] == "Mothers"
    )
    key = {"type": "string", "foreignKeys": [{"databaseKey": str(number), "values": [{"fieldKey": "1"}]}]}
    _describe(births, {"ID": {"type": "string"}, "Mother": key}, "Payments")
    content(_create(births, "Mothers", ID="m1"))
    assert content(_create(births, "Payments", ID="1", Mother="m1"))["Mother"] == "m1"
    assert _create(births, "Payments", ID="2", Mother="m9").status_code == 422
    assert births.delete("registries/data/Mothers/1/m1/delete").status_code == 409  # a payment leads there
    for wrong in ("0", str(number) + "1", "Births"):
        other = {"type": "string", "foreignKeys": [{"databaseKey": wrong, "values": []}]}
        _describe(births, {"ID": {"type": "string"}, "Mother": other}, "Loans", 400)


@pytest.mark.parametrize(
    "field",
    [
        {"triggers": _trigger("{indexNoByCode}")},
        {"triggers": _trigger("x", [{"logic": "!=", "value": "1"}])},
        {"triggers": _trigger("x", field_id=9), "id": 3},
        {"triggers": _trigger("{Nobody}"), "readOnly": True},
        {"triggers": _trigger("{ID}")},
        {"triggers": [{"conditions": [], "actions": [{"type": "javascript", "value": "1"}]}]},
        {"triggers": 7},
        {"triggers": [7]},
        {"triggers": [{"conditions": 7, "actions": []}]},
        {"triggers": [{"conditions": [], "actions": [{"type": "set-value", "value": 7}]}]},
        {"foreignKeys": 7},
        {"foreignKeys": [7]},
        {"foreignKeys": [{}, {}]},
        {"type": "number", "multipleOf": 0.5},
        {"type": "number", "multipleOf": "x"},
        {"type": "object", "properties": {"a": {"type": "string", "triggers": _trigger("x")}}},
    ],
)
def test_what_is_not_carried_out_is_refused_with_its_place(trusting: Caller, field: dict[str, Any]) -> None:
    refused = _describe(trusting, {"ID": {"type": "string"}, "Odd": {"type": "string", **field}}, status=400)
    assert refused["code"] == "rest.schema_unsupported" and "Odd" in refused["message"]


def test_a_list_finds_by_how_texts_begin_and_takes_any_other_pattern_as_a_text(births: Caller) -> None:
    for number, name in enumerate(("Ada", "Adam", "Eve", "^Ad"), 1):
        content(_create(births, "Births", ID=str(number), FirstName=name))

    def names(search: str) -> list[str]:
        found = told(births.get("registries/data/Births/1?filter=FirstName&search=" + search))
        return [one["FirstName"] for one in found["results"]]

    assert names("%5EAd") == names("%5EAd.*") == ["Ada", "Adam"]
    assert names("Ad") == names("%5E%28Ad%29%2B") == names(".*") == []
    assert told(births.get("registries/data/Births/1?filter=Doses&search=%5E1"), 400)["code"] == "rest.query_value"
