"""Facts and effects at another institution: the case waits for it by name, asks again, and goes on by itself."""

from datetime import timedelta

import pytest

from tests.unit.services.conftest import Office, Town
from tests.unit.services.samples import CANAL, NUMBER
from tests.unit.services.tasks import supervise
from tests.unit.services.test_auditing import purposeful
from tests.unit.services.test_pins import publish_newer
from uruk.services.api import get_case, replay
from uruk.services.models import Asking

pytestmark = pytest.mark.database
WATER = {"canal": "C1", "amount": 40}


def water(office: Office) -> object:
    case = office.submit(WATER, service="canal")
    office.run()
    return case


def test_a_case_asks_another_institution_and_reserves_there(office: Office, town: Town) -> None:
    case = water(office)
    assert office.standing(case).turn == "closed:granted"
    read, reserved, confirmed = town.asked
    assert (read.client, read.service) == ("xx/GOV/interior/canal", "xx/GOV/town/residents/by-number")
    assert (read.path, read.purpose, read.subject) == ("/198012345678", "canal", "198012345678")
    assert reserved.body == {"code": "C1", "amount": 40, "reservation": confirmed.path.strip("/")}
    assert len({read.message_id, reserved.message_id, confirmed.message_id}) == 3
    told = office.opened(case).standing.facts["resident"]
    assert (told.source, told.reference, told.value["quarter"]) == ("exchange", read.message_id, "الكرخ")


def test_while_the_holder_is_away_the_case_waits_for_it_by_name_and_goes_on_by_itself_afterwards(
    office: Office, town: Town
) -> None:
    town.away = True
    case = water(office)
    standing, asking = office.standing(case), Asking.objects.get(case=case)
    assert (standing.state, standing.turn) == ("received", "wait:town")
    assert (asking.what, asking.tries, asking.error) == ("facts.resident", 1, "services.holder_away")
    office.clock.advance(timedelta(minutes=1))
    office.run()
    assert Asking.objects.get(case=case).tries == 2
    town.away = False
    office.run()
    assert office.standing(case).turn == "wait:town", "not before the time to ask again has come"
    office.clock.advance(timedelta(minutes=2))
    office.run()
    assert office.standing(case).turn == "closed:granted" and not Asking.objects.exists()


def test_waits_between_tries_grow_and_never_pass_an_hour(office: Office, town: Town) -> None:
    town.away = True
    case, waits = water(office), []
    for _ in range(9):
        asking = Asking.objects.get(case=case)
        waits.append((asking.next_at - office.clock.now()) // timedelta(minutes=1))
        office.clock.set(asking.next_at)
        office.run()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len({one.message_id for one in town.asked}) == 10, "each try is a message of its own"


def test_a_try_that_was_cut_short_asks_with_the_very_same_message(office: Office, town: Town) -> None:
    from uruk.services.running.advancing import advance

    case = office.submit(WATER, service="canal")
    town.answers["GET by-number"] = (200, {"number": "198012345678", "quarter": "x"})
    original = town.__class__.__call__

    def cut(self: Town, question: object) -> object:
        original(self, question)
        raise KeyboardInterrupt

    from uruk.services.running.asking import use_exchange

    before = use_exchange(lambda question: cut(town, question))  # type: ignore[arg-type, return-value]
    with pytest.raises(KeyboardInterrupt):
        advance({"case": str(case), "seq": 1})
    use_exchange(before)
    office.run()
    first, second = town.asked[:2]
    assert first == second and office.standing(case).turn == "closed:granted"


def test_a_holder_who_has_no_such_record_has_answered(office: Office, town: Town) -> None:
    town.answers["GET by-number"] = (404, {"code": "registries.record_unknown"})
    case = water(office)
    assert office.standing(case).turn == "closed:refused"
    assert office.opened(case).standing.reasons.failed == ("resident",)


@pytest.mark.parametrize(
    ("answer", "error"),
    [((503, None), "services.holder_refused"), ((200, ["no record"]), "services.answer_malformed")],
)
def test_an_answer_that_is_none_is_waited_for(
    office: Office, town: Town, answer: tuple[int, object], error: str
) -> None:
    town.answers["GET by-number"] = answer
    case = water(office)
    assert office.standing(case).turn == "wait:town" and Asking.objects.get(case=case).error == error


def test_a_reservation_that_was_sent_elsewhere_was_not_made(office: Office, town: Town) -> None:
    """A redirect: whoever takes it for an answer believes what nobody has done."""
    town.answers["POST water"] = (301, None)
    case = water(office)
    assert office.standing(case).turn == "wait:town"
    assert [(one.method, one.path) for one in town.asked[1:]] == [("POST", "/")]


def test_a_reservation_that_comes_out_short_elsewhere_refuses(office: Office, town: Town) -> None:
    town.answers["POST water"] = (409, {"code": "registries.capacity_short"})
    case = water(office)
    assert office.standing(case).turn == "closed:refused"
    assert [one.outcome for one in office.opened(case).standing.effects.values()] == ["short"]


def test_a_reservation_elsewhere_that_is_not_answered_ends_by_the_deadline_and_what_was_reserved_is_given_back(
    office: Office, town: Town
) -> None:
    town.answers["PUT water"] = (503, None)
    case = water(office)
    assert (office.standing(case).state, office.standing(case).turn) == ("reserving", "wait:town")
    office.clock.advance(timedelta(days=9))
    office.run()
    assert office.standing(case).turn == "closed:refused"
    assert office.opened(case).standing.entry.by == "late"
    posted, released = town.asked[1], town.asked[-1]
    assert (released.method, released.path) == ("DELETE", f"/{posted.body['reservation']}")


@pytest.mark.parametrize(("day", "ended"), [("applied", "granted"), ("today", "refused")])
def test_who_applied_in_time_is_in_time_although_a_holder_answers_after_the_deadline(
    office: Office, town: Town, monkeypatch: pytest.MonkeyPatch, day: str, ended: str
) -> None:
    last = office.clock.now().date().isoformat()
    known = "must: facts.resident.found"
    in_time = f"must: \"facts.resident.found && {day} <= date('{last}')\""
    assert known in CANAL
    publish_newer(office, code="canal", canal=CANAL.replace(known, in_time))
    town.away = True
    case = water(office)
    assert office.standing(case).turn == "wait:town"
    office.clock.advance(timedelta(days=3))
    town.away = False
    office.run()
    assert office.standing(case).turn == f"closed:{ended}"
    told = get_case(office.citizen.actor, case).conditions
    assert [one.holds for one in told] == [day == "applied"]
    supervise(monkeypatch)
    assert replay(purposeful(office.head), case).holds, "the auditor's replay judges it on the same day"


BY_ROWS = (
    CANAL.replace("resident: {ask:", "resident: {many: true, each: answers.water, ask:")
    .replace("with: {number: applicant.number}", "with: {number: row.canal}")
    .replace("  water:\n", "  water:\n    repeat: {min: 1, max: 3}\n")
    .replace("facts.resident.found", "size(facts.resident) == size(answers.water)")
    .replace(
        "with: {code: answers.canal}, amount: answers.amount", "with: {code: \"'C1'\"}, amount: size(answers.water)"
    )
)
OTHER = "199012345678"


def of_rows(office: Office, *numbers: str) -> object:
    """A case with a row for each of these numbers, as far as it goes by itself."""
    publish_newer(office, code="canal", canal=BY_ROWS)
    case = office.submit({"water": [{"canal": one, "amount": 1} for one in numbers]}, service="canal")
    office.run()
    return case


def test_another_institution_is_asked_for_each_row_by_a_message_of_its_own(office: Office, town: Town) -> None:
    town.answers[f"GET by-number/{OTHER}"] = (200, {"number": OTHER, "quarter": "الأعظمية"})
    case = of_rows(office, NUMBER, OTHER, NUMBER)
    reads = [one for one in town.asked if one.method == "GET"]
    assert [one.path for one in reads] == [f"/{NUMBER}", f"/{OTHER}"], "nobody is asked twice for the same"
    assert len({one.message_id for one in reads}) == 2
    told = office.opened(case).standing.facts["resident"]
    assert [one["quarter"] for one in told.value] == ["الكرخ", "الأعظمية"]
    assert told.reference == " ".join(one.message_id for one in reads)
    assert office.standing(case).turn == "closed:refused", "three rows, and two people that are known"


def test_of_rows_that_the_holder_does_not_know_there_is_nothing_and_the_others_count(
    office: Office, town: Town
) -> None:
    town.answers[f"GET by-number/{OTHER}"] = (404, {})
    assert office.standing(of_rows(office, NUMBER)).turn == "closed:granted"
    case = of_rows(office, NUMBER, OTHER)
    assert len(office.opened(case).standing.facts["resident"].value) == 1
    assert office.standing(case).turn == "closed:refused"


def test_while_one_row_is_not_answered_the_case_waits_and_asks_for_all_of_them_again(
    office: Office, town: Town
) -> None:
    town.answers[f"GET by-number/{OTHER}"] = (503, {})
    case = of_rows(office, NUMBER, OTHER)
    assert office.standing(case).turn == "wait:town"
    town.answers[f"GET by-number/{OTHER}"] = (200, {"number": OTHER, "quarter": "الأعظمية"})
    office.clock.advance(timedelta(minutes=1))
    office.run()
    assert office.standing(case).turn == "closed:granted"
    assert len({one.message_id for one in town.asked if one.method == "GET"}) == 4


def test_a_service_that_asks_is_a_system_of_its_own_that_nobody_can_be(office: Office) -> None:
    from uruk.exchange.api import read_snapshot
    from uruk.publishing.api import write_snapshot

    write_snapshot()
    (member,) = (
        one for one in read_snapshot(office.settings.data / "gateway").members if one.institution == "interior"
    )
    found = {one.code: one for one in member.systems}
    assert "canal" in found and "stall" not in found, "that one rests on its own institution alone"
    assert (found["canal"].offers, found["canal"].certificates) == ((), ())
    assert found["canal"].protection == "mutual"
