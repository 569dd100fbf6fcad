"""Consent: whoever is applied for at a counter agreed before, as an act that they find; without it nothing is done."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.services.conftest import ANSWERS, Office, consent_given, refused
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from uruk.acts.api import emit, find_statement, usage_index
from uruk.acts.models import Act
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.services.api import (
    Applicant,
    begin_draft,
    consent_paper,
    get_consent,
    get_draft,
    keep_consent_paper,
    my_cases,
    note_consent,
    put_under_consent,
    resume_at_counter,
    save_draft,
    submit_draft,
)
from uruk.services.models import Case, Consent, Draft, KeptFile
from uruk.services.running.recording import content_digest, open_case

pytestmark = pytest.mark.database
PAPER = b"\xff\xd8\xff" + b"a picture of a paper" + b"\xff\xd9"


def readings(office: Office, kind: str) -> list[Any]:
    now, day = office.clock.now(), timedelta(days=1)
    found = usage_index().find("interior", NUMBER, now - 60 * day, now + day).usages
    return [one for one in found if one.service == kind]


def begun(office: Office, consent: Any) -> tuple[Any, Any]:
    return begin_draft(office.clerk.actor, "interior", "stall", 1980, consent=consent)


def test_a_consent_is_an_act_that_names_nobody_and_the_person_finds_it_among_who_read_their_data(
    office: Office,
) -> None:
    consent = office.consent()
    found = get_consent(office.clerk.actor, consent)
    assert (found.number, found.name, found.way, found.witness) == (NUMBER, "سارة علي حسن", "spoken", "أحمد كريم")
    assert (found.person, found.role, found.service) == (office.clerk.person, "clerk", "stall")
    statement = find_statement(consent)
    assert statement is not None and (statement.type, statement.role) == ("case.consent-given", "received")
    row = Consent.objects.get(pk=consent)
    assert statement.body["content"] == content_digest(bytes(row.salt or b""), row.content or "")
    assert NUMBER.encode() not in statement.raw and "سارة".encode() not in statement.raw
    (told,) = readings(office, "case.consent-given")
    assert "موافقتك" in told.action.ar


def test_noting_the_same_again_is_harmless_and_another_under_its_id_is_refused(office: Office) -> None:
    consent = new_id()
    for _ in range(2):
        note_consent(office.clerk.actor, consent, consent_given())
    assert Act.objects.filter(type="case.consent-given").count() == 1
    with refused("services.case_differs"):
        note_consent(office.clerk.actor, consent, consent_given(name="غيرها"))
    with refused("services.case_differs"):
        note_consent(office.registrar.actor, consent, consent_given())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"compared": False}, "services.card_not_compared"),
        ({"name": "  "}, "services.consent_name"),
        ({"name": "ا" * 101}, "services.consent_name"),
        ({"born": date(1899, 12, 31)}, "services.consent_born"),
        ({"born": date(2026, 11, 24)}, "services.consent_born"),
        ({"way": "nodded"}, "services.consent_way"),
        ({"witness": ""}, "services.consent_witness"),
        ({"way": "signature", "paper": ""}, "services.consent_paper"),
        ({"way": "signature", "paper": "0" * 64}, "services.consent_paper"),
        ({"number": "123"}, "definitions."),
        ({"service": "nothing"}, "services.service_not_open"),
        ({"service": "canal"}, "services.channel_closed"),
        ({"institution": "town"}, "services.case_unknown"),
    ],
)
def test_what_is_not_a_consent_is_refused_and_nothing_is_noted(office: Office, changed: Any, code: str) -> None:
    with refused(code):
        note_consent(office.clerk.actor, new_id(), consent_given(**changed))
    assert not Consent.objects.exists() and readings(office, "case.consent-given") == []


def test_the_limits_of_names_and_days_hold_on_their_other_side(office: Office) -> None:
    for changed in ({"name": "ا" * 100}, {"born": date(1900, 1, 1)}, {"born": date(2026, 11, 23)}):
        note_consent(office.clerk.actor, new_id(), consent_given(**changed))


def test_who_may_not_compare_cards_notes_no_consent(office: Office) -> None:
    for actor in (office.head.actor, office.citizen.actor, Actor.terminal("interior")):
        with pytest.raises(CodedError, match=r"people\.(right_missing|role_not_held)"):
            note_consent(actor, new_id(), consent_given())


def test_a_signed_paper_is_kept_and_only_pictures_and_pdfs_are_taken(office: Office) -> None:
    consent = new_id()
    paper = keep_consent_paper(office.clerk.actor, consent, PAPER)
    note_consent(office.clerk.actor, consent, consent_given(way="signature", paper=paper, witness=""))
    assert consent_paper(office.clerk.actor, consent) == PAPER
    for data in (b"", b"MZ a program", b"<html>", PAPER[:-1], PAPER[:-2] + b"x" * (8 << 20) + PAPER[-2:]):
        with refused("services.consent_paper"):
            keep_consent_paper(office.clerk.actor, new_id(), data)
    with refused("services.consent_missing"):
        consent_paper(office.clerk.actor, new_id())


def test_without_consent_an_officer_begins_and_submits_nothing(office: Office) -> None:
    for consent in (None, new_id(), office.consent("licence")):
        with refused("services.consent_missing"):
            begun(office, consent)
        with refused("services.consent_missing"):
            office.submit(by=office.clerk, consent=consent)
    assert not Draft.objects.exists() and not Case.objects.exists()


def test_a_consent_is_for_one_errand_of_one_person_and_its_time_ends(office: Office) -> None:
    consent = office.consent(number=OTHER_NUMBER)
    with refused("services.consent_other"):
        office.submit(by=office.clerk, consent=consent)
    old = office.consent()
    office.clock.advance(timedelta(days=30, seconds=1))
    with refused("services.consent_missing"):
        office.submit(by=office.clerk, consent=old)


def test_a_draft_at_a_counter_goes_on_under_the_consent_and_its_case_names_it(office: Office) -> None:
    consent = office.consent()
    draft, key = begun(office, consent)
    actor = office.clerk.actor
    save_draft(actor, draft.id, ANSWERS, key.token)
    with refused("services.consent_other"):
        submit_draft(actor, draft.id, Applicant(OTHER_NUMBER), key.token)
    done = submit_draft(replace(actor, channel="counter"), draft.id, Applicant(NUMBER, date(1980, 3, 1)), key.token)
    office.run()
    found = open_case(done.case)
    assert found.acts[0].content.consent == str(consent) and found.row.channel == "counter"
    assert found.standing.applicant["born"] == "1980-03-01" and office.standing(done.case).turn == "closed:granted"
    assert Consent.objects.get(pk=consent).case_id == done.case
    (mine,) = my_cases(office.citizen.actor)
    assert mine.consent is not None and mine.consent.witness == "أحمد كريم" and mine.consent.id == consent


def test_the_paper_goes_with_the_case(office: Office) -> None:
    consent = new_id()
    paper = keep_consent_paper(office.clerk.actor, consent, PAPER)
    note_consent(office.clerk.actor, consent, consent_given(way="signature", paper=paper))
    case = office.submit(by=office.clerk, consent=consent)
    assert KeptFile.objects.get(sha256=paper).of == case and consent_paper(office.clerk.actor, consent) == PAPER


def test_an_officer_who_holds_a_drafts_token_is_noted_and_needs_its_consent(office: Office) -> None:
    consent = office.consent()
    draft, key = begun(office, consent)
    office.clock.advance(timedelta(minutes=11))
    get_draft(office.registrar.actor, draft.id, key.token)
    assert readings(office, "consent.read")
    mine, token = begin_draft(Actor.anonymous("portal"), "interior", "stall", 1980)
    with refused("services.consent_missing"):
        get_draft(office.clerk.actor, mine.id, token.token)
    with refused("services.draft_unknown"):
        get_draft(office.clerk.actor, draft.id, "wrong")


def test_ten_digits_open_a_draft_at_a_counter_only_once_its_person_consents(office: Office) -> None:
    mine, key = begin_draft(office.citizen.actor, "interior", "stall", 1980)
    save_draft(office.citizen.actor, mine.id, {"name": "A1"})
    actor = office.clerk.actor
    with refused("services.draft_unknown"):
        resume_at_counter(actor, key.digits, 1981)
    draft, service, token = resume_at_counter(actor, key.digits, 1980)
    assert (draft, service) == (mine.id, "stall")
    with refused("services.consent_missing"):
        get_draft(actor, draft, token)
    for changed, code in (
        ({"born": date(1981, 1, 1)}, "services.consent_born"),
        ({"number": OTHER_NUMBER}, "services.consent_other"),
    ):
        with refused(code):
            put_under_consent(actor, draft, office.consent(**changed), token)
    found = put_under_consent(actor, draft, office.consent(), token)
    assert found.answers == {"name": "A1"}
    with refused("services.draft_unknown"):
        put_under_consent(actor, draft, office.consent(), "wrong")
    with refused("people.right_missing"):
        resume_at_counter(office.head.actor, key.digits, 1980)


def test_what_was_consented_to_and_never_submitted_is_forgotten_in_time(office: Office) -> None:
    consent = new_id()
    paper = keep_consent_paper(office.clerk.actor, consent, PAPER)
    note_consent(office.clerk.actor, consent, consent_given(way="signature", paper=paper))
    office.clock.advance(timedelta(days=30, seconds=1))
    emit("node.hourly", {}, key="later")
    office.run()
    row = Consent.objects.get(pk=consent)
    assert (row.content, row.salt, row.subject) == (None, None, "") and not KeptFile.objects.exists()
    with refused("services.case_forgotten"):
        get_consent(office.clerk.actor, consent)
