"""Changing records: the same deed once, two officers at once, what is merged, withdrawn, linked and forgotten."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.unit.registries.samples import CARD, NUMBER, OTHER_NUMBER, SHOP
from uruk.acts.api import directory, forgotten, note_forgotten, receipt_of, run_due_jobs
from uruk.acts.models import Act
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, new_id
from uruk.people.api import see
from uruk.registries.api import (
    Change,
    Checked,
    InvalidChangesError,
    change,
    changed_records,
    forget,
    forget_again,
    get_record,
    get_request,
    my_records,
    timeline,
    version_receipt,
)
from uruk.registries.forgetting import forget_expired
from uruk.registries.oblivion import act_of_forgetting
from uruk.registries.opening import open_registry
from uruk.trust.api import verify_receipt, verify_version

pytestmark = pytest.mark.database
INTERIOR = ("interior", "shops")


def refused(code: str) -> Any:
    return pytest.raises(CodedError, match=code.replace(".", r"\."))


def problems(archive: Any, *changes: Change, **more: Any) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidChangesError) as found:
        archive.change(*changes, **more)
    return [(one.position, one.field, one.error.code) for one in found.value.problems]


def test_the_same_set_under_one_act_id_is_recorded_once(archive: Any) -> None:
    act, changes = new_id(), [Change("create", values=SHOP), Change("create", values=SHOP | {"code": "A2"})]
    first = archive.change(*changes, act_id=act)
    assert archive.change(*changes, act_id=act) == first
    assert Act.objects.filter(type="record.changed").count() == 1
    with refused("registries.different_set"):
        archive.change(Change("create", values=SHOP | {"code": "A3"}), act_id=act)
    with refused("registries.different_set"):
        archive.change(changes[0], Change("create", values=SHOP | {"code": "A4"}), act_id=act)
    assert changed_records(act) == ("interior", "shops", first.records)


def test_validating_only_says_all_that_is_wrong_and_writes_nothing(archive: Any) -> None:
    archive.create()
    acts = Act.objects.count()
    fine = Change("create", values=SHOP | {"code": "A2"})
    assert archive.change(fine, validate_only=True) == Checked(1)
    wrong = [Change("create", values=SHOP), fine, fine, Change("create", values={"name": ""})]
    assert sorted(problems(archive, *wrong, validate_only=True)) == [
        (0, "code", "registries.key_taken"),
        (2, "code", "registries.key_taken"),
        (3, "code", "definitions.field_required"),
        (3, "name", "definitions.field_required"),
    ]
    assert Act.objects.count() == acts


def test_a_key_that_exists_is_refused_at_its_field_also_within_one_set(archive: Any) -> None:
    archive.create()
    assert problems(archive, Change("create", values=SHOP)) == [(0, "code", "registries.key_taken")]
    twice = Change("create", values=SHOP | {"code": "B1"})
    assert problems(archive, twice, twice) == [(1, "code", "registries.key_taken")]


def test_a_key_is_free_again_once_its_record_is_withdrawn(archive: Any) -> None:
    record = archive.create()
    archive.amend(record, {}, "withdraw")
    again = archive.create()
    assert get_record(archive.registrar.actor, *INTERIOR, key="A1").record == again
    assert problems(archive, Change("restore", record, 2)) == [(0, "code", "registries.key_taken")]


def test_a_record_is_withdrawn_restored_and_never_changed_in_between(archive: Any) -> None:
    record = archive.create()
    archive.amend(record, {}, "withdraw")
    assert archive.get(record).status == "withdrawn"
    assert problems(archive, Change("change", record, 2, {"area": 50})) == [(0, "", "registries.status")]
    archive.amend(record, {"area": 55}, "restore")
    assert (archive.get(record).status, archive.get(record).values["area"]) == ("live", 55)
    assert problems(archive, Change("restore", record, 3)) == [(0, "", "registries.status")]
    kinds = [one.kind for one in timeline(archive.registrar.actor, *INTERIOR, record)]
    assert kinds == ["create", "withdraw", "restore"]


def test_a_change_that_changes_nothing_is_no_version(archive: Any) -> None:
    record = archive.create()
    assert problems(archive, Change("change", record, 1, {"area": "40"})) == [(0, "", "registries.nothing_changed")]


def test_two_officers_at_once_never_overwrite_each_other(archive: Any) -> None:
    record = archive.create()
    barrier, outcomes = Barrier(4), []

    def write(area: int) -> None:
        try:
            barrier.wait(20)
            archive.change(
                Change("change", record, 1, {"area": area}), by=archive.head if area % 2 else archive.registrar
            )
            outcomes.append("done")
        except CodedError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=write, args=(50 + at,)) for at in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(outcomes) == ["done", *["registries.version_moved"] * 3]
    assert len(timeline(archive.registrar.actor, *INTERIOR, record)) == 2


def test_two_who_create_the_same_key_at_once_make_one_record(archive: Any) -> None:
    barrier, outcomes = Barrier(4), []

    def create() -> None:
        try:
            barrier.wait(20)
            archive.create()
            outcomes.append("done")
        except InvalidChangesError as error:
            outcomes.append(error.problems[0].error.code)
        finally:
            connection.close()

    threads = [Thread(target=create) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(outcomes) == ["done", *["registries.key_taken"] * 3]


# -- links -------------------------------------------------------------------------------------------------------------


def test_a_link_leads_to_a_record_that_is_there(archive: Any) -> None:
    assert problems(archive, Change("create", values=SHOP | {"street": "S1"})) == [
        (0, "street", "registries.link_to_nothing")
    ]
    street = archive.create({"code": "S1", "name": "شارع"}, registry="streets")
    archive.create(street="S1")
    found = problems(archive, Change("withdraw", street, 1), registry="streets")
    assert found == [(0, "", "registries.still_linked")]


def test_what_goes_with_its_target_is_withdrawn_after_it(archive: Any) -> None:
    card = archive.card()
    visits = [archive.create({"card": NUMBER, "day": f"2026-11-0{day}"}, registry="visits") for day in (1, 2)]
    archive.by_two(Change("withdraw", card, 1))
    for _ in range(2):
        run_due_jobs(1000)
    assert {archive.get(one, "visits").status for one in visits} == {"withdrawn"}
    assert archive.get(visits[0], "visits").latest == 2


# -- merging -----------------------------------------------------------------------------------------------------------


def test_merged_records_keep_both_histories_and_the_key_leads_to_the_one_that_stayed(archive: Any) -> None:
    goes, stays = archive.create(), archive.create(code="A2", name="مخبز السلام الكبير")
    archive.change(Change("merge", goes, 1, {"area": 90}, other=stays))
    assert (archive.get(goes).status, archive.get(goes).merged_into) == ("merged", stays)
    by_key = get_record(archive.registrar.actor, *INTERIOR, key="A1")
    assert (by_key.record, by_key.values["area"]) == (stays, 90)
    assert problems(archive, Change("create", values=SHOP)) == [(0, "code", "registries.key_taken")]
    assert [one.other for one in timeline(archive.registrar.actor, *INTERIOR, stays)] == [None, goes]
    archive.change(Change("unmerge", goes, 2, {"area": 40}))
    assert (archive.get(goes).status, archive.get(goes).values["code"]) == ("live", "A1")
    assert archive.get(stays).values["area"] == 40
    assert [one.kind for one in timeline(archive.registrar.actor, *INTERIOR, goes)] == ["create", "merge", "unmerge"]
    assert get_record(archive.registrar.actor, *INTERIOR, key="A1").record == goes


def test_links_to_a_merged_record_lead_to_the_one_that_stayed(archive: Any) -> None:
    goes, stays = (archive.create({"code": code, "name": "شارع"}, registry="streets") for code in ("S1", "S2"))
    shop = archive.create(street="S1")
    archive.change(Change("merge", goes, 1, other=stays), registry="streets")
    key = archive.get(shop).values["street"]
    assert get_record(archive.registrar.actor, "interior", "streets", key=key).record == stays
    archive.create(code="A2", street="S1")


def test_a_record_merges_only_with_another_that_is_in_force_and_by_who_may(archive: Any) -> None:
    first, second = archive.create(), archive.create(code="A2")
    for other in (first, new_id()):
        assert problems(archive, Change("merge", first, 1, other=other))[-1][2] in {
            "registries.other_record",
            "registries.record_twice",
        }
    with refused("people.role_not_held"):
        archive.change(Change("merge", first, 1, other=second), by=archive.head)
    assert problems(archive, Change("unmerge", first, 1)) == [(0, "", "registries.status")]


# -- proofs and forgetting ---------------------------------------------------------------------------------------------


def test_each_version_of_a_large_set_has_its_receipt(archive: Any, clock: FixedClock) -> None:
    done = archive.change(*(Change("create", values=SHOP | {"code": f"B{at}"}) for at in range(37)))
    for at in (0, 17, 36):
        given = version_receipt(archive.registrar.actor, *INTERIOR, done.records[at], 1)
        proved = verify_version(given, directory(), author="interior", at=clock.now())
        assert (proved.index, proved.count, proved.version.record) == (at, 37, done.records[at])
    hidden = version_receipt(archive.auditor.actor, *INTERIOR, done.records[0], 1)
    assert hidden.content is None and given.content is not None


def test_a_forgotten_record_leaves_its_proof_and_the_proofs_of_all_others_whole(
    archive: Any, clock: FixedClock
) -> None:
    done = archive.change(*(Change("create", values=SHOP | {"code": f"B{at}"}) for at in range(5)))
    gone, kept = done.records[1], done.records[2]
    mine = version_receipt(archive.registrar.actor, *INTERIOR, gone, 1)
    with refused("registries.forgetting_live"):
        forget(archive.registrar.actor, *INTERIOR, gone, "e-signature/13")
    with refused("people.role_not_held"):
        forget(archive.auditor.actor, *INTERIOR, gone, "e-signature/13")
    archive.amend(gone, {}, "withdraw")
    receipt = forget(archive.registrar.actor, *INTERIOR, gone, "e-signature/13")
    assert forget(archive.registrar.actor, *INTERIOR, gone, "e-signature/13") == receipt
    run_due_jobs(1000)
    with refused("registries.record_unknown"):
        archive.get(gone)
    frame = timeline(archive.registrar.actor, *INTERIOR, gone)
    assert [(one.number, dict(one.values), one.reason, one.forgotten) for one in frame] == [
        (1, {}, "", True),
        (2, {}, "", True),
    ]
    with refused("registries.version_forgotten"):
        version_receipt(archive.registrar.actor, *INTERIOR, gone, 1)
    assert verify_version(version_receipt(archive.registrar.actor, *INTERIOR, kept, 1), directory()).version.number == 1
    assert verify_version(mine, directory(), at=clock.now()).content == mine.content, "what a citizen kept is theirs"


def test_no_salt_and_no_word_of_a_forgotten_record_is_in_any_table(archive: Any) -> None:
    record = archive.card()
    request = archive.change(Change("change", record, 1, {"phone": "07701234567"}), registry="cards").request
    archive.by_two(Change("withdraw", record, 1))
    row = open_registry("interior", "cards").store.find(record)
    salts = [one.salt for one in open_registry("interior", "cards").store.versions(row.rid)]
    assert all(len(one) == 32 for one in salts)
    forget(Actor.system("interior"), "interior", "cards", record, "e-signature/13")
    run_due_jobs(1000)
    mine = f"r{open_registry('interior', 'cards').number}_"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith((mine, "registries_")) and "text" not in table:
                cursor.execute(f'SELECT * FROM "{table}"')
                text = repr(cursor.fetchall())
                assert NUMBER not in text and "07701234567" not in text and "زينب" not in text, table
    assert get_request(archive.head.actor, request.id).content_gone


def test_what_a_restored_backup_still_knows_is_forgotten_again(archive: Any, node: Settings, clock: FixedClock) -> None:
    """Forgotten today, yesterday's rows put back: at the start nobody can read it any more, and the log says so."""
    gone, kept = archive.card(), archive.card(number=OTHER_NUMBER)
    archive.by_two(Change("withdraw", gone, 1))
    # The list is in no backup and is today's; the rows are yesterday's.
    note_forgotten("record", "interior/cards", str(gone))
    note_forgotten("record", "interior/no-such", str(gone))
    note_forgotten("record", "interior/cards", str(UUID(int=7)))
    with (node.data / "forgotten" / "list").open("ab") as file:
        file.write(b'{"torn')
    assert NUMBER in rows_of(gone)
    clock.advance(timedelta(days=1))
    assert forget_again() == 1
    assert NUMBER not in rows_of(gone)
    with refused("registries.record_unknown"):
        archive.get(gone, "cards")
    assert archive.get(kept, "cards").status == "live"
    receipt = receipt_of(act_of_forgetting(gone))
    assert receipt is not None and verify_receipt(receipt, directory()).statement.type == "record.forgotten"
    run_due_jobs(1000)
    assert forget_again() == 0, "once"


def rows_of(record: UUID) -> str:
    """All that the tables say of a record."""
    registry = open_registry("interior", "cards")
    row = registry.store.find(record)
    return repr((row, registry.store.versions(row.rid)))


def test_forgetting_is_noted_before_anything_is_destroyed(archive: Any) -> None:
    record = archive.card()
    archive.by_two(Change("withdraw", record, 1))
    assert list(forgotten("record")) == []
    forget(Actor.system("interior"), "interior", "cards", record, "e-signature/13")
    (noted,) = forgotten("record")
    assert (noted.place, noted.id) == ("interior/cards", str(record))


def test_what_is_kept_long_enough_is_forgotten_by_itself(archive: Any, clock: FixedClock) -> None:
    record, younger = archive.create(), archive.create(code="A2")
    archive.amend(record, {}, "withdraw")
    clock.advance(timedelta(days=400))
    archive.amend(younger, {}, "withdraw")
    clock.advance(timedelta(days=400))
    forget_expired({})
    with refused("registries.record_unknown"):
        archive.get(record)
    assert archive.get(younger).status == "withdrawn"


def test_a_person_who_was_forgotten_finds_nothing_of_themselves(archive: Any, citizen: Any) -> None:
    found = citizen(NUMBER)
    see(archive.registrar.actor, found.person, "national", NUMBER)
    record = archive.card()
    archive.card(**{**CARD, "number": OTHER_NUMBER})
    archive.by_two(Change("withdraw", record, 1))
    assert [one.record for one in my_records(found.actor)] == [record]
    forget(Actor.system("interior"), "interior", "cards", record, "e-signature/13")
    assert my_records(found.actor) == ()


def test_the_machinery_of_another_institution_changes_nothing_here(archive: Any) -> None:
    with refused("registries.foreign_actor"):
        change(Actor.system("health"), *INTERIOR, [Change("create", values=SHOP)], "x")
