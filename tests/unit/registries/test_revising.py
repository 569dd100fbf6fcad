"""The life of a registry's definition: drafted, tried, approved by two persons, published, archived, taken up again."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.registries.lives import ARES, REMARK, WORDS, code_of, life
from tests.unit.registries.revising import SYSTEM, Life
from tests.unit.registries.samples import NUMBER, OTHER_NUMBER, SHOP
from uruk.acts.api import directory, receipt_of
from uruk.exchange.api import read_snapshot
from uruk.kernel.api import Actor, Settings
from uruk.publishing.api import (
    find_draft,
    list_definitions,
    proposal_options,
    propose_archive,
    refuse_proposal,
    try_definition,
    write_snapshot,
)
from uruk.registries import trying
from uruk.registries.api import (
    AskedOffer,
    Change,
    Filter,
    InvalidChangesError,
    PageQuery,
    RecordsUnfitError,
    answer_offer,
    get_record,
    list_records,
    timeline,
    version_receipt,
)
from uruk.trust.api import verify_receipt

__all__ = ["life"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def to_ares(life: Life, name: str = "name") -> Any:
    return life.change("shops", ARES, REMARK, convert=f"ares: area / 100, name: {name}", **WORDS)


def test_a_change_is_in_force_when_two_persons_approved_it_and_not_when_the_folder_has_it(life: Life) -> None:
    before = life.digest("shops")
    life.draft("shops", ("max: 80, find", "max: 90, find"))
    assert life.digest("shops") == before
    assert find_draft("registry", "interior", "shops") is not None
    proposal = life.propose("shops")
    assert life.propose("shops").id == proposal.id, "the same draft is proposed once"
    done = life.sign(proposal)
    found = verify_receipt(
        receipt_of(done.act), directory(), type="definition.published", role="published", author="interior"
    )
    assert found.two_persons and found.statement.body["digest"].hex() == life.digest("shops") != before
    assert find_draft("registry", "interior", "shops") is None


def test_one_person_is_not_enough_and_whoever_lacks_the_right_decides_nothing(life: Life) -> None:
    life.draft("shops", ("max: 80, find", "max: 90, find"))
    proposal, before = life.propose("shops"), life.digest("shops")
    registrar = life.archive.registrar
    assert code_of(lambda: proposal_options(registrar.actor, proposal.id)) == "people.right_missing"
    refuse_proposal(life.heads[0].actor, proposal.id, "not now")
    assert life.digest("shops") == before


def test_what_changes_is_read_in_words_before_it_is_signed(life: Life) -> None:
    life.archive.create()
    life.draft(
        "shops", ARES, REMARK, ("keep: 2 years", "keep: 3 years"), ("auditor: [read]", "auditor: [read, export]"),
        convert="ares: area / 100", **WORDS,
    )  # fmt: skip
    summary = life.propose("shops").summary
    said = [f"{line.label.en}: {line.value.en}" for line in summary.lines]
    assert "New field: آر (ares) – integer" in said and "Field taken out: المساحة (area) – integer" in said
    assert "Rights of the role: auditor: read → export, read" in said
    assert "How long a withdrawn record is kept: 2 year → 3 year" in said
    assert "Conversion of the records there are: nothing → ares = area / 100" in said
    assert "Records that were tried: 1: all fit the new definition" in said
    assert summary.warning is not None and "history" in summary.warning.en


def test_records_are_read_through_the_conversion_and_their_history_stays_as_it_was_written(life: Life) -> None:
    record = life.archive.create(area=4000)
    old = life.digest("shops")
    to_ares(life, "name + ' *'")
    shown = life.archive.get(record)
    assert (shown.values["ares"], shown.values["name"]) == (40, SHOP["name"] + " *")
    assert "area" not in shown.values and shown.definition.digest.hex() == life.digest("shops")
    [first] = timeline(life.archive.registrar.actor, "interior", "shops", record)
    assert first.values["area"] == 4000 and first.definition.digest.hex() == old
    receipt = version_receipt(life.archive.registrar.actor, "interior", "shops", record, 1).receipt
    found = verify_receipt(receipt, directory(), type="record.changed", role="recorded", author="interior")
    assert found.statement.body["format"].hex() == old


def test_columns_words_and_keys_follow_the_converted_values(life: Life) -> None:
    record = life.archive.create(area=4000)
    other = life.archive.create(code="B2", area=900)
    life.change(
        "shops", ARES, REMARK, convert="ares: area / 100, code: \"'N-' + code\", name: \"code + ' new'\"", **WORDS
    )
    actor = life.archive.registrar.actor
    found = list_records(actor, "interior", "shops", PageQuery((Filter("ares", "from", 10),))).records
    assert [one.record for one in found] == [record]
    assert [one.record for one in list_records(actor, "interior", "shops", PageQuery(words="new")).records] == [
        record,
        other,
    ]
    assert get_record(actor, "interior", "shops", key="N-B2").record == other
    with pytest.raises(InvalidChangesError) as caught:
        life.archive.create({"code": "N-A1", "name": "x", "ares": 1})
    assert [one.error.code for one in caught.value.problems] == ["registries.key_taken"]


def test_a_change_of_a_record_of_before_writes_the_new_format(life: Life) -> None:
    record = life.archive.create(area=4000)
    to_ares(life)
    life.archive.amend(record, {"name": "باب"})
    [first, second] = timeline(life.archive.registrar.actor, "interior", "shops", record)
    assert second.definition.digest.hex() == life.digest("shops") and second.values["ares"] == 40
    assert first.values["area"] == 4000
    assert life.archive.get(record, on=None).values["name"] == "باب"


def test_a_second_conversion_goes_on_from_the_first(life: Life) -> None:
    record = life.archive.create(area=4000)
    to_ares(life)
    life.change(
        "shops", (ARES[0], "  tens:   {type: integer, min: 0, max: 100, required: false, find: true}\n"), REMARK,
        convert="tens: ares / 10", texts="tens: عشرة, ", gone=("area", "remark"),
    )  # fmt: skip
    assert life.archive.get(record).values["tens"] == 4
    life.archive.amend(record, {}, kind="withdraw")
    assert life.archive.get(record).status == "withdrawn"


def test_a_conversion_that_fails_for_some_records_is_not_proposed_and_each_is_named(life: Life) -> None:
    good = life.archive.create(area=4000)
    bad = life.archive.create(code="B2", area=40)
    life.draft("shops", (ARES[0], ARES[1].replace("min: 0", "min: 1")), REMARK, convert="ares: area / 100", **WORDS)
    with pytest.raises(RecordsUnfitError) as caught:
        try_definition("registry", "interior", "shops")
    trial = caught.value.trial
    assert (trial.tried, trial.unfit) == (2, 1)
    [misfit] = trial.misfits
    assert (misfit.record, misfit.field, misfit.error.code) == (bad, "ares", "definitions.field_below_min")
    assert code_of(lambda: life.propose("shops")) == "registries.records_unfit"
    assert life.archive.get(good).values["area"] == 4000


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("max: 10000, required: false", "max: 30, required: false"), "definitions.field_above_max"),
        (("opened: {type: date, required: false, find: true}", "opened: {type: date, find: true}"),
         "definitions.field_required"),
        (("  opened: {must: opened <= today", "  opened: {must: opened > today"), "registries.condition_unmet"),
        (("area:   {type: integer, unit: m2, min: 1, max: 10000", "area:   {type: money, min: 1, max: 10000"),
         "registries.conversion_type"),
    ],
)  # fmt: skip
def test_without_a_conversion_narrower_fields_are_refused_with_the_number_of_records(
    life: Life, change: tuple[str, str], problem: str
) -> None:
    life.archive.create(opened="2020-03-01" if "condition" in problem else None)
    life.draft("shops", change)
    with pytest.raises(RecordsUnfitError) as caught:
        life.propose("shops")
    assert caught.value.trial.unfit == 1 and "1" in caught.value.sentence("en")
    assert [one.error.code for one in caught.value.trial.misfits] == [problem]


def test_a_key_that_two_records_would_have_is_found_before(life: Life) -> None:
    life.archive.create()
    life.archive.create(code="B2")
    life.draft("shops", ("keys: [[code]]", "keys: [[code], [name]]"))
    with pytest.raises(RecordsUnfitError) as caught:
        life.propose("shops")
    assert [(one.field, one.error.code) for one in caught.value.trial.misfits] == [("name", "registries.key_taken")]


def test_a_link_to_what_is_not_there_is_found_before(life: Life) -> None:
    life.archive.create(code="B2")
    life.draft("shops", ("  street: {type: link, to: streets, required: false}", "  street: {type: link, to: streets}"),
               convert="street: code")  # fmt: skip
    with pytest.raises(RecordsUnfitError) as caught:
        life.propose("shops")
    assert [one.error.code for one in caught.value.trial.misfits] == ["registries.link_to_nothing"]


def test_at_most_a_thousand_misfits_are_named(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MAX_MISFITS", 2)
    for place in range(3):
        life.archive.create(code=f"C{place}", area=40)
    life.draft("shops", ("max: 10000, required: false", "max: 30, required: false"))
    with pytest.raises(RecordsUnfitError) as caught:
        life.propose("shops")
    assert (caught.value.trial.unfit, len(caught.value.trial.misfits)) == (3, 2)


def test_what_is_written_between_the_proposal_and_the_approval_is_tried_too(life: Life) -> None:
    life.archive.create(area=20)
    life.draft("shops", ("max: 10000, required: false", "max: 30, required: false"))
    proposal, before = life.propose("shops"), life.digest("shops")
    life.archive.create(code="B2", area=40)
    assert code_of(lambda: life.sign(proposal)) == "registries.records_unfit"
    assert life.digest("shops") == before


def test_a_secret_stays_sealed_through_a_conversion(life: Life) -> None:
    record = life.archive.create(area=4000, pin="1234")
    to_ares(life)
    assert life.archive.get(record, by=life.archive.head).values["pin"] == "1234"
    assert life.archive.get(record).values["pin"] == "•••"


def test_whoever_reads_a_version_of_before_is_noted_though_the_field_has_another_name(
    life: Life, citizen: Callable[..., Any]
) -> None:
    from uruk.people.api import my_readings, see

    record = life.archive.card()
    person = citizen(NUMBER)
    see(life.archive.registrar.actor, person.person, "national", NUMBER)
    life.change("cards", ("  phone: ", "  mobile: "), convert="mobile: phone", texts="mobile: جوال, ", gone=("phone",))
    before = len(my_readings(person.actor).readings)
    timeline(life.archive.registrar.actor, "interior", "cards", record)
    assert len(my_readings(person.actor).readings) == before + 1


# -- archive -----------------------------------------------------------------------------------------------------------


def test_an_archived_registry_is_read_and_takes_no_writes(life: Life) -> None:
    record = life.archive.create()
    life.archived("shops")
    assert life.archive.get(record).values["code"] == "A1"
    assert code_of(lambda: life.archive.create(code="B2")) == "registries.archived"
    assert code_of(lambda: life.archive.amend(record, {"name": "x"})) == "registries.archived"
    assert code_of(lambda: propose_archive(SYSTEM, "registry", "interior", "shops")) == "publishing.archived_already"
    [view] = [one for one in list_definitions("interior") if one.code == "shops"]
    assert view.archived


def test_its_offers_leave_the_snapshot_and_come_back_when_it_is_taken_up_again(life: Life, node: Settings) -> None:
    def offered() -> set[str]:
        [member] = read_snapshot(node.data / "gateway").members
        return {system.code for system in member.systems}

    write_snapshot()
    assert "wells" in offered()
    life.archived("wells")
    assert "wells" not in offered()
    gateway = Actor(channel="exchange", institution="interior")
    asked = AskedOffer("left", "GET", ("W1",), "xx/GOV/other/desk")
    assert code_of(lambda: answer_offer(gateway, "interior", "wells", asked)) == "registries.archived"
    again = life.sign(life.propose("wells"))
    assert again.summary.title.en.startswith("To take a definition up again")
    assert "wells" in offered()
    life.archive.create({"code": "W1", "granted_m3": 7}, registry="wells")


def test_an_archived_registry_leaves_a_request_that_waits_undone(life: Life) -> None:
    change = Change("create", values={"number": OTHER_NUMBER, "name": {"given": "أ", "father": "ب", "grandfather": "ج"},
                                      "born": "1990-01-01"})  # fmt: skip
    life.archived("cards")
    assert code_of(lambda: life.archive.by_two(change)) == "registries.archived"


# -- what moves meanwhile ----------------------------------------------------------------------------------------------


def test_a_proposal_of_what_has_changed_since_is_not_signed_any_more(life: Life) -> None:
    life.draft("shops", ("max: 80, find", "max: 90, find"))
    proposal = life.propose("shops")
    life.draft("shops", ("max: 80, find", "max: 95, find"))
    assert code_of(lambda: life.sign(proposal)) == "publishing.definition_outdated"
    newer = life.propose("shops")
    life.sign(newer)
    life.draft("shops", ("max: 80, find", "max: 90, find"))
    assert code_of(lambda: life.sign(proposal)) == "publishing.definition_moved"
