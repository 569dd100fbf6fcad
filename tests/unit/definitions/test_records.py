"""First records of registries: JSON lines, held against the fields of their registry."""

import json
from datetime import date

import pytest

from uruk.definitions.api import Field, Fields, Findings
from uruk.definitions.records import MAX_LINE, MAX_RECORDS, read_records, registry_of

FIELDS = Fields((Field("code", "text", maximum=8), Field("seats", "integer", required=False, minimum=1)))


def read(text: str) -> tuple[tuple[object, ...], list[str]]:
    findings = Findings()
    rows = read_records("r.jsonl", text.encode(), FIELDS, findings)
    return rows, [f"{one.line} {one.code}" for one in findings.sorted()]


def test_each_line_is_a_record_cleaned_as_if_it_had_been_typed() -> None:
    assert read('{"code": " a ", "seats": "٧"}\n\n{"code": "b"}\n') == (({"code": "a", "seats": 7}, {"code": "b"}), [])


@pytest.mark.parametrize(
    "line",
    [
        "nothing", "[1]", "7", '{"code": "a", "code": "b"}', '{"code": 1.5}', '{"code": NaN}', '{"seats": 1e3}',
        "[" * 20_000, '{"code": "' + "a" * MAX_LINE + '"}', "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_plain_object_is_said_to_be_none(line: str) -> None:
    assert read('{"code": "a"}\n' + line)[1] == ["2 definitions.record_line"]


def test_a_value_that_the_field_does_not_take_is_named_with_its_reason() -> None:
    findings = Findings()
    read_records("r.jsonl", b'{"code": "much too long", "seats": 0, "other": 1}', FIELDS, findings)
    told = {(one.code, one.values["field"], one.values["reason"]) for one in findings}
    assert told == {
        ("definitions.record_field", "code", "definitions.field_too_long"),
        ("definitions.record_field", "seats", "definitions.field_below_min"),
        ("definitions.record_field", "other", "definitions.field_unknown"),
    }


def test_only_where_it_is_said_which_day_it_is_are_days_counted_from_it() -> None:
    fields, line = Fields((Field("code", "text"), Field("until", "date"))), b'{"code": "today", "until": "today+9"}'
    counted = read_records("r.jsonl", b'{"code": "a", "until": "today+9"}', fields, Findings(), date(2026, 12, 30))
    assert counted == ({"code": "a", "until": "2027-01-08"},)
    findings = Findings()
    read_records("r.jsonl", line, fields, findings)
    assert [one.values["reason"] for one in findings] == ["definitions.field_not_date"]


def test_more_records_than_a_file_may_have_come_in_by_import() -> None:
    lines = "\n".join(json.dumps({"code": "a"}) for _ in range(MAX_RECORDS + 1))
    assert read(lines) == ((), ["1 definitions.too_many_records"])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("institutions/town/records/stalls.jsonl", ("town", "stalls", False)),
        ("demo/records/town/stalls.jsonl", ("town", "stalls", True)),
        ("demo/records/stalls.jsonl", None),
        ("institutions/town/records/stalls.csv", None),
        ("institutions/town/records/more/stalls.jsonl", None),
    ],
)
def test_where_a_file_lies_says_whose_records_it_has(name: str, found: object) -> None:
    assert registry_of(name) == found
