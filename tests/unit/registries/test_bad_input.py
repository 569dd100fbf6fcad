"""Whatever comes in is recorded as its definition wants it, or refused with a code that names the field; never else."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.registries.samples import SHOP
from uruk.acts.models import Act
from uruk.files.api import FileStore
from uruk.kernel.api import LANGUAGES, CodedError, all_error_codes, new_id
from uruk.registries.api import (
    Change,
    Checked,
    InvalidChangesError,
    count_records,
    get_record,
    get_registry,
    timeline,
)

pytestmark = pytest.mark.database
CODES = frozenset(all_error_codes())
NAMES = ("code", "name", "area", "opened", "street", "plan", "stands", "pin", "remark", "nothing", "", "é", "\x00")


def bomb(depth: int = 100_000) -> Any:
    """Lists in lists, deeper than any recursion goes."""
    found: Any = []
    for _ in range(depth):
        found = [found]
    return found


def mine(depth: int = 100_000) -> Any:
    """Objects in objects."""
    found: Any = {}
    for _ in range(depth):
        found = {"what": found}
    return found


def problems(archive: Any, *changes: Change, **more: Any) -> list[tuple[str, str]]:
    """What is said of changes, each in all languages; and nothing was stored."""
    acts = Act.objects.filter(type="record.changed").count()
    with pytest.raises(InvalidChangesError) as found:
        archive.change(*changes, **more)
    assert Act.objects.filter(type="record.changed").count() == acts
    assert all(one.error.sentence(lang) for one in found.value.problems for lang in LANGUAGES)
    assert found.value.sentence("ckb")
    return [(one.field, one.error.code) for one in found.value.problems]


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"area": "many"}, "area", "definitions.field_not_number"),
    ({"area": 4.5}, "area", "definitions.field_not_number"),
    ({"area": True}, "area", "definitions.field_not_number"),
    ({"area": 10**5000}, "area", "definitions.field_above_max"),
    ({"area": 0}, "area", "definitions.field_below_min"),
    ({"area": [40]}, "area", "definitions.field_not_number"),
    ({"name": 7}, "name", "definitions.field_not_text"),
    ({"name": {"ar": "x"}}, "name", "definitions.field_not_text"),
    ({"name": None}, "name", "definitions.field_required"),
    ({"name": "x" * 10_000_000}, "name", "definitions.field_too_long"),
    ({"name": "\u202eabc"}, "name", "definitions.field_hidden_character"),
    ({"name": "a\x00b"}, "name", "definitions.field_hidden_character"),
    ({"name": "a\ud800b"}, "name", "definitions.field_hidden_character"),
    ({"name": "a\u2067b"}, "name", "definitions.field_hidden_character"),
    ({"name": bomb()}, "name", "definitions.field_not_text"),
    ({"opened": "31/02/2020"}, "opened", "definitions.field_not_date"),
    ({"opened": 20200301}, "opened", "definitions.field_not_text"),
    ({"opened": "2031-01-01"}, "opened", "registries.condition_unmet"),
    ({"nothing": 1}, "nothing", "definitions.field_unknown"),
    ({7: 1}, "7", "definitions.field_unknown"),
    ({"x" * 1_000_000: 1}, "x" * 60, "definitions.field_unknown"),
    ({"plan": "not a digest"}, "plan", "definitions.field_not_a_file"),
    ({"plan": "ab" * 32}, "plan", "registries.file_unknown"),
    ({"street": "S1"}, "street", "registries.link_to_nothing"),
    ({"street": bomb()}, "street", "definitions.field_not_text"),
    ({"stands": "none"}, "stands", "definitions.field_not_a_list"),
    ({"stands": [{"what": "tea"}] * 101}, "stands", "definitions.field_too_many"),
    ({"stands": [{"what": "tea", "count": 0}]}, "stands.0.count", "definitions.field_below_min"),
    ({"stands": [{"what": "tea", "count": 1, "more": 1}]}, "stands.0.more", "definitions.field_unknown"),
    ({"stands": bomb()}, "stands.0", "definitions.field_not_parts"),
    ({"stands": [mine()]}, "stands.0.what", "definitions.field_not_text"),
    ({f"f{at}": at for at in range(10_000)}, "", "registries.too_many_values"),
]


def test_a_value_that_cannot_be_is_refused_at_its_field(archive: Any) -> None:
    for values, field, code in CASES:
        found = problems(archive, Change("create", values={**SHOP, **values}))
        assert (field, code) in found
    assert count_records(archive.registrar.actor, "interior", "shops") == 0


def test_a_change_of_no_kind_or_shape_is_refused(archive: Any) -> None:
    record = archive.create()
    anything: Any = "x"
    for change, code in (
        (Change(anything), "registries.change_kind"),
        (Change("create", values=anything), "registries.values_not_an_object"),
        (Change("change", record, values={"area": 50}), "registries.base_missing"),
        (Change("change", None, 1, {"area": 50}), "registries.base_missing"),
        (Change("change", record, anything, {"area": 50}), "registries.base_missing"),
        (Change("withdraw", record, 1, {"area": 50}), "registries.too_many_values"),
        (Change("merge", record, 1), "registries.other_record"),
        (Change("change", record, 1, {"area": 50}, other=new_id()), "registries.other_record"),
        (Change("change", record, 1, {"area": 50}, corrects=1), "registries.corrects_nothing"),
        (Change("correct", record, 1, {"area": 50}, corrects=9), "registries.corrects_nothing"),
        (Change("change", record, 1, {"area": 50}, date(2026, 2, 1), date(2026, 2, 1)), "registries.period"),
        (Change("change", record, 1, {"area": 50}, date(1, 1, 1)), "registries.period"),
        (Change("change", record, 1, {"area": 50}, anything), "registries.period"),
        (Change("change", record, 1, {"area": 50}, datetime(2026, 2, 1)), "registries.period"),  # noqa: DTZ001
        (Change("create", record, values=SHOP | {"code": "A2"}), "registries.record_exists"),
    ):
        assert ("", code) in problems(archive, change), change
    for change in (Change("change", anything, 1, {"area": 50}), Change("change", new_id(), 1, {"area": 50})):
        with pytest.raises(CodedError, match=r"registries\.record_unknown"):
            archive.change(change)


def test_a_set_has_a_size_a_reason_and_evidence_that_is_stored(archive: Any) -> None:
    change = Change("create", values=SHOP)
    for changes, more, code in (
        ((), {}, "registries.no_change"),
        ((change,) * 10_001, {}, "registries.too_many_changes"),
        ((change,), {"reason": " "}, "registries.reason_missing"),
        ((change,), {"reason": "x" * 1_001}, "definitions.field_too_long"),
        ((change,), {"reason": "\u202ex"}, "definitions.field_hidden_character"),
        ((change,), {"evidence": ("ab" * 32,)}, "registries.file_unknown"),
        ((change,), {"evidence": ("../../etc/passwd",)}, "registries.file_unknown"),
        ((change,), {"evidence": ("ab" * 32,) * 21}, "registries.too_many_files"),
    ):
        with pytest.raises(CodedError) as refused:
            archive.change(*changes, **more)
        assert refused.value.code == code
    assert count_records(archive.registrar.actor, "interior", "shops") == 0


def test_a_file_that_is_stored_is_evidence_and_stands_in_the_timeline(archive: Any) -> None:
    stored = FileStore(archive.settings.data / "files").store(b"a letter").sha256.hex()
    done = archive.change(Change("create", values=SHOP | {"plan": stored}), evidence=(stored,))
    assert timeline(archive.registrar.actor, "interior", "shops", done.records[0])[0].evidence == (stored,)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=300)
    | st.binary(max_size=20)
    | st.dates()
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=10), VALUES, max_size=8))
def test_any_values_are_taken_as_the_definition_wants_them_or_refused_with_codes(archive: Any, values: Any) -> None:
    acts = Act.objects.count()
    try:
        done = archive.change(Change("create", values=values), by=archive.head, validate_only=True)
    except InvalidChangesError as error:
        assert {one.error.code for one in error.problems} <= CODES
        assert all(one.error.sentence("ar") and isinstance(one.field, str) for one in error.problems)
    else:
        assert done == Checked(1)
    assert Act.objects.count() == acts


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=100), pin=st.text(max_size=60), area=st.integers(), what=st.text(max_size=60))
def test_what_is_recorded_is_what_the_fields_cleaned(archive: Any, name: str, pin: str, area: int, what: str) -> None:
    """Whatever text is accepted comes back the same, secrets too, and its spaces and digits as the fields keep them."""
    fields = get_fields(archive)
    values = {"code": new_id().hex[:20], "name": name, "pin": pin, "area": area, "stands": [{"what": what, "count": 1}]}
    wanted = fields.validate(values)
    try:
        record = archive.create(values, by=archive.head)
    except InvalidChangesError as error:
        assert {one.field for one in error.problems} >= {path for path, _ in wanted.errors}
        return
    assert wanted.ok
    assert dict(archive.get(record, by=archive.head).values) == wanted.values


def get_fields(archive: Any) -> Any:
    """The fields of the shops."""
    return get_registry(archive.head.actor, "interior", "shops").model.fields


def test_a_record_that_nobody_wrote_is_unknown(archive: Any) -> None:
    for record in (UUID(int=0), new_id()):
        with pytest.raises(CodedError, match=r"registries\.record_unknown"):
            get_record(archive.registrar.actor, "interior", "shops", record)
