"""A record's life: created, read, changed, its timeline, its receipt."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.registries.samples import SHOP
from uruk.acts.api import directory
from uruk.kernel.api import CodedError, FixedClock
from uruk.registries.api import Change, get_record, timeline, version_receipt
from uruk.trust.api import VersionReceipt, verify_version

pytestmark = pytest.mark.database


def test_a_record_is_created_read_changed_and_proved(archive: Any, clock: FixedClock) -> None:
    record = archive.create()
    found = get_record(archive.registrar.actor, "interior", "shops", key="A1")
    assert (found.record, found.number, found.status) == (record, 1, "live")
    assert dict(found.values) == {"code": "A1", "name": "مخبز السلام", "area": 40, "opened": "2020-03-01"}
    assert found.title == "مخبز السلام"
    clock.advance(timedelta(hours=1))
    done = archive.change(Change("change", record, 1, {"area": 60, "opened": None}), reason="ampliación")
    assert (done.records, done.numbers) == ((record,), (2,))
    assert dict(archive.get(record).values) == {"code": "A1", "name": "مخبز السلام", "area": 60}
    first, second = timeline(archive.registrar.actor, "interior", "shops", record)
    assert (first.kind, second.kind, second.reason, second.author) == (
        "create",
        "change",
        "ampliación",
        str(archive.registrar.person),
    )
    assert [(one.field, one.before, one.after) for one in second.changes] == [
        ("area", 40, 60),
        ("opened", "2020-03-01", None),
    ]
    given = version_receipt(archive.registrar.actor, "interior", "shops", record, 2)
    proved = verify_version(VersionReceipt.parse(given.to_json()), directory(), author="interior", at=clock.now())
    assert (proved.version.record, proved.version.number, proved.registry) == (record, 2, "shops")


def test_a_version_that_moved_on_is_refused_and_nothing_is_stored(archive: Any) -> None:
    record = archive.create()
    archive.amend(record, {"area": 50})
    with pytest.raises(CodedError, match=r"registries\.version_moved"):
        archive.change(Change("change", record, 1, {"area": 60}))
    assert archive.get(record).values["area"] == 50


def test_a_set_of_changes_is_all_or_nothing(archive: Any) -> None:
    from uruk.registries.api import InvalidChangesError, count_records

    wrong = [Change("create", values=SHOP), Change("create", values=SHOP | {"code": "A2", "area": "many"})]
    with pytest.raises(InvalidChangesError) as refused:
        archive.change(*wrong)
    assert [(one.position, one.field, one.error.code) for one in refused.value.problems] == [
        (1, "area", "definitions.field_not_number")
    ]
    assert count_records(archive.registrar.actor, "interior", "shops") == 0
