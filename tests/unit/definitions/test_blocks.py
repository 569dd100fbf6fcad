"""The `fields:` block: what it may say, and what is wrong in it."""

import pytest

from tests.unit.definitions.samples import cursor_over
from uruk.definitions.api import Catalogue, Field, Fields, Shared
from uruk.definitions.blocks import MAX_FIELDS, read_fields
from uruk.kernel.api import Text

TREES = Catalogue("trees", Text("أشجار", "دار"), {"oak": {}, "palm": {}}, {})
SHARED = Shared(catalogues={"trees": TREES}, unreadable=frozenset({"catalogues/birds.yaml"}))


def read(text: str) -> tuple[Fields, list[str]]:
    cursor, findings = cursor_over(text)
    fields = read_fields(cursor, SHARED)
    return fields, [f"{one.line}:{one.column} {one.code}" for one in findings.sorted()]


def test_a_field_is_read_with_all_it_says() -> None:
    fields, found = read(
        "name: {type: text, min: 2, max: 60, script: arabic, pattern: '[^0-9]+', mask: abc, qr: 1, find: true}\n"
        "area: {type: integer, unit: m2, min: 1, required: false, public: true, unique: true}\n"
        "tree: {type: choice, from: trees, qr: 2}\n"
        "kind: {type: choice, of: [a, b]}\n"
        "rows: {type: list, min: 1, max: 9, of: {crop: {type: text}}}\n"
        "who: {type: person}\n"
    )
    assert found == []
    assert fields["name"] == Field(
        "name", "text", minimum=2, maximum=60, script="arabic", pattern="[^0-9]+", mask="abc", qr=1, find=True
    )
    assert fields["area"] == Field("area", "integer", required=False, unit="m2", minimum=1, public=True, unique=True)
    assert (fields["tree"].catalogue, fields["tree"].options) == ("trees", ("oak", "palm"))
    assert fields["kind"].options == ("a", "b")
    assert [item.name for item in fields["rows"].members] == ["crop"]
    assert "given" in fields["who"].members


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name: {type: text}", ["1:1 definitions.bad_code"]),
        ("name: text", ["1:7 definitions.not_a_mapping"]),
        ("name: {typ: text}", ["1:7 definitions.key_missing"]),
        ("name: {type: string}", ["1:14 definitions.unknown_word"]),
        ("name: {type: text, required: 'yes'}", ["1:30 definitions.not_yes_or_no"]),
        ("name: {type: text, from: trees}", ["1:26 definitions.attribute_of_other_type"]),
        ("name: {type: text, scrpt: arabic}", ["1:20 definitions.unknown_key"]),
        ("name: {type: text, max: many}", ["1:25 definitions.not_a_number"]),
        ("name: {type: text, max: -1}", ["1:25 definitions.number_outside"]),
        ("name: {type: text, qr: 64}", ["1:24 definitions.number_outside"]),
        ("a: {type: integer, min: 5, max: 4}", ["1:33 definitions.max_below_min"]),
        ("a: {type: integer, unit: acres}", ["1:26 definitions.unknown_word"]),
        ("a: {type: integer, unit: m2, entry: {unit: dunam, each: 2500}}", []),
        ("a: {type: integer, unit: m2, entry: {unit: dunam, each: 3}}", ["1:57 definitions.entry_unit"]),
        ("a: {type: integer, unit: m2, entry: {unit: m2, each: 2500}}", ["1:54 definitions.entry_unit"]),
        ("a: {type: integer, entry: {unit: dunam, each: 2500}}", ["1:47 definitions.entry_unit"]),
        ("a: {type: integer, unit: m2, entry: {unit: dunam}}", ["1:37 definitions.key_missing"]),
        ("a: {type: date, entry: {unit: dunam, each: 2500}}", ["1:24 definitions.attribute_of_other_type"]),
        ("a: {type: text, pattern: '('}", ["1:26 definitions.bad_pattern"]),
        ("a: {type: text, pattern: '(x+x+)+y'}", ["1:26 definitions.bad_pattern"]),
        ("a: {type: text, pattern: '(a|b*)*c'}", ["1:26 definitions.bad_pattern"]),
        ("a: {type: choice}", ["1:4 definitions.choice_source"]),
        ("a: {type: choice, from: trees, of: [x]}", ["1:4 definitions.choice_source"]),
        ("a: {type: choice, from: tree}", ["1:25 definitions.catalogue_unknown"]),
        ("a: {type: choice, from: birds}", []),
        ("a: {type: text, qr: 1}\nb: {type: date, qr: 1}", ["2:4 definitions.qr_twice"]),
        ("a: {type: location, qr: 1}", ["1:25 definitions.qr_type"]),
        ("a: {type: list}", ["1:4 definitions.key_missing"]),
        ("a: {type: group, of: {b: {type: group, of: {c: {type: group, of: {d: {type: text}}}}}}}",
         ["1:66 definitions.fields_too_deep"]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_block_has_its_place(text: str, expected: list[str]) -> None:
    assert read(text)[1] == expected


def test_a_block_has_a_greatest_number_of_fields() -> None:
    text = "".join(f"f{number}: {{type: text}}\n" for number in range(MAX_FIELDS + 1))
    assert read(text) == (Fields(()), ["1:1 definitions.too_many_fields"])
    assert read(text.rpartition("f")[0])[1] == []


def test_a_field_that_cannot_be_understood_is_remembered_by_name() -> None:
    fields, _ = read("a: {type: txt}\nb: {type: group, of: {c: {type: dat}}}\n")
    assert fields.unread == {"a", "c"}
