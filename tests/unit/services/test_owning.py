"""What a service owner asks: any version as it would run today, and the service in numbers about nobody."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.fixtures import Officer, told_rights
from tests.unit.services.conftest import ANSWERS, Office, refused
from tests.unit.services.samples import OTHER_NUMBER, sample_country
from tests.unit.services.tasks import refuse
from uruk.definitions.api import reopen_country
from uruk.kernel.api import LANGUAGES, Actor
from uruk.people import offices
from uruk.publishing.api import (
    approve_proposal,
    in_force,
    kinds,
    proposal_options,
    propose_archive,
    propose_definition,
    publish_country,
    published_versions,
)
from uruk.services.api import (
    Applicant,
    Asked,
    Period,
    Why,
    act,
    appeal,
    next_case,
    reason_told,
    service_numbers,
    service_version,
    submit,
    this_year,
)
from uruk.services.models import CaseReason, CaseStanding

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NODE = Actor.system(None)
EXAMPLES = """uruk: examples/1
today: 2026-10-15
examples:
  known:
    applicant: {number: "198012345678"}
    facts: {card: {number: "198012345678"}}
    answers: {name: A1, area: 10, well: W1}
    outcomes: {reserving: done}
    expect: {closed: granted, values: {wanted_m2: 10}}
  unknown: {like: known, change: {facts.card: none}, expect: {closed: refused, failed: [known]}}
"""


@pytest.fixture
def owners(office: Office) -> Office:
    """Registrar and head may decide about definitions; the clerk may not."""
    offices.tell_rights(lambda _, role: {"approve-definitions"} if role in {"registrar", "head"} else set())
    return office


def draft(*edits: tuple[str, str], examples: str = EXAMPLES) -> None:
    """Load the country with a changed stall: a draft of what is in force."""
    files = dict(sample_country().files)
    base = "institutions/interior/services/stall"
    text = files[f"{base}/service.yaml"].decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    files |= {f"{base}/service.yaml": text.encode(), f"{base}/examples.yaml": examples.encode()}
    publish_country(NODE, reopen_country(files, kinds()))


def sign(proposal: Any, *officers: Officer) -> Any:
    for one in officers:
        done = approve_proposal(one.actor, proposal.id, one.passkey.get(proposal_options(one.actor, proposal.id)))
    return done


def test_a_version_is_shown_as_it_would_run_and_its_examples_come_out(owners: Office) -> None:
    draft(("within: 10 working days", "within: 5 working days"))
    found = service_version(owners.head.actor, "stall", "draft")
    assert found.service is not None and found.findings == ()
    assert [(one.name, one.findings) for one in found.examples] == [("known", ()), ("unknown", ())]
    assert found.examples[0].line == 4 and ("closed", "granted") in found.examples[0].expected
    now = service_version(owners.head.actor, "stall")
    assert now.definition.digest != found.definition.digest
    assert service_version(owners.head.actor, "stall", now.definition.digest.hex()) == now


def test_an_example_that_differs_is_told_with_its_line_and_hinders_the_proposal(owners: Office) -> None:
    draft(examples=EXAMPLES.replace("wanted_m2: 10", "wanted_m2: 11"))
    found = service_version(owners.head.actor, "stall", "draft")
    [finding] = found.examples[0].findings
    assert (found.failing, finding.code, finding.line) == (1, "services.example_differs", 9)
    with refused("services.examples_differ"):
        propose_definition(owners.head.actor, "service", "interior", "stall")


def test_a_version_that_rests_on_what_is_not_in_force_is_not_proposed(owners: Office) -> None:
    draft(("card: {read: cards,", "card: {read: papers,"))
    found = service_version(owners.head.actor, "stall", "draft")
    assert found.service is None and "services.registry_unknown" in {one.code for one in found.findings}
    with refused("services.version_unfit"):
        propose_definition(owners.head.actor, "service", "interior", "stall")


def test_two_persons_put_a_version_in_force_and_running_cases_stay_on_theirs(owners: Office) -> None:
    before = owners.submitted(area=20)
    draft(("within: 10 working days", "within: 5 working days"))
    owners.clock.advance(timedelta(minutes=1))
    proposal = propose_definition(owners.registrar.actor, "service", "interior", "stall")
    said = {line.label.en: line.value.en for line in proposal.summary.lines}
    assert said["Examples that were tried"] == "2: all come out as they must"
    assert any("5 working days" in value and "10 working days" in value for value in said.values())
    assert proposal.summary.warning is not None and len({proposal.summary.warning.get(lang) for lang in LANGUAGES}) == 3
    sign(proposal, owners.registrar)
    with refused("publishing.approved_already"):
        proposal_options(owners.registrar.actor, proposal.id)
    done = sign(proposal, owners.head)
    owners.run()
    assert done.act is not None
    after = owners.submitted(area=20)
    old, new = (owners.opened(one).pinned.model.states["review"].deadline.within.count for one in (before, after))
    assert (old, new) == (10, 5)
    latest, first = published_versions("service", "interior", "stall")
    assert (latest.number, first.number, first.until) == (2, 1, latest.since)
    assert {one.person for one in latest.approvals} == {owners.registrar.person, owners.head.person}
    assert first.approvals == ()


def test_an_archived_service_takes_no_new_case_and_goes_on_with_those_there_are(owners: Office) -> None:
    case = owners.submitted(area=20)
    proposal = propose_archive(owners.registrar.actor, "service", "interior", "stall")
    assert proposal.summary.warning is not None and "nobody applies" in str(proposal.summary.warning.en)
    sign(proposal, owners.registrar, owners.head)
    assert published_versions("service", "interior", "stall")[0].archived_at is not None
    with refused("services.service_not_open"):
        owners.submit()
    next_case(owners.registrar.actor, "stall")
    act(owners.registrar.actor, case, owners.standing(case).seq, "accept")
    owners.run()
    assert owners.standing(case).turn == "closed:granted"


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("draft", "publishing.no_draft"),
        ("00" * 32, "publishing.digest_unknown"),
        ("zz", "publishing.digest_unknown"),
        ("", "publishing.digest_unknown"),
    ],
)
def test_a_version_that_is_not_there_is_refused(owners: Office, version: str, code: str) -> None:
    with refused(code):
        service_version(owners.head.actor, "stall", version)


def test_the_digest_of_another_service_is_no_version_of_this_one(owners: Office) -> None:
    other = in_force("service", "interior", "canal").digest.hex()
    with refused("publishing.digest_unknown"):
        service_version(owners.head.actor, "stall", other)


def test_who_may_not_decide_about_definitions_sees_neither_versions_nor_numbers(owners: Office) -> None:
    with refused("people.right_missing"):
        service_version(owners.clerk.actor, "stall")
    with refused("people.right_missing"):
        service_numbers(owners.clerk.actor, "interior", "stall", this_year())
    with refused("services.foreign_owner"):
        service_numbers(owners.head.actor, "town", "stall", this_year())


# -- numbers -----------------------------------------------------------------------------------------------------------


def copies(case: Any, count: int, **more: Any) -> None:
    """More cases that stand as this one does."""
    from uruk.kernel.api import new_id
    from uruk.services.models import Case

    row, standing, reasons = Case.objects.get(pk=case), CaseStanding.objects.get(pk=case), [*case_reasons(case)]
    for _ in range(count):
        row.pk = new_id()
        row.save(force_insert=True)
        standing.case_id = row.pk
        for name, value in more.items():
            setattr(standing, name, value)
        standing.save(force_insert=True)
        for reason in reasons:
            reason.pk, reason.case_id = None, row.pk
            reason.save(force_insert=True)


def case_reasons(case: Any) -> Any:
    return CaseReason.objects.filter(case=case)


def groups(counted: Any) -> dict[Any, int]:
    return {one.value: one.count for one in counted.groups}


def short(office: Office) -> Any:
    """A case that an officer accepts and for which too little is left."""
    case = office.submitted(area=100)
    next_case(office.registrar.actor, "stall")
    act(office.registrar.actor, case, office.standing(case).seq, "accept")
    office.run()
    return case


def without_card(office: Office) -> Any:
    """A case of somebody of whom the registry knows nothing."""
    from uruk.people.api import claim, create_account, see

    person = create_account("a long password of theirs")
    claim(person, "national", OTHER_NUMBER)
    with told_rights():
        see(office.registrar.actor, person, "national", OTHER_NUMBER)
    asked = Asked("interior", "stall", Applicant(OTHER_NUMBER), ANSWERS)
    case = submit(Actor(channel="portal", person=person), asked).case
    office.run()
    return case


def test_numbers_say_where_cases_stand_how_long_they_took_and_why_they_were_refused(owners: Office) -> None:
    granted, unknown = owners.submitted(), without_card(owners)
    space, little = refuse(owners), short(owners)
    assert [Why(one.kind, one.name, one.value) for case in (space, unknown, little) for one in case_reasons(case)] == [
        Why("ground", "ground", "space"), Why("condition", "known"), Why("way", "reserving", "short"),
    ]  # fmt: skip
    copies(granted, 11, lasted_h=2)
    copies(space, 7, lasted_h=48)
    copies(unknown, 6, lasted_h=0)
    found = service_numbers(owners.head.actor, "interior", "stall", this_year())
    assert groups(found.states) == {"granted": 12, "refused": 16}
    assert (found.arrived.total, found.ended.total) == (28, 28)
    assert found.lasted is not None and (found.lasted.median_h, found.lasted.ninth_decile_h) == (2, 48)
    assert groups(found.reasons) == {"ground/ground/space": 8}, "seven and one are told together: one alone is nobody's"
    assert found.reasons.others == 8
    assert Why.of("ground/ground/space") == Why("ground", "ground", "space")


def test_a_number_below_five_is_not_told_and_nor_is_how_long_a_few_took(owners: Office) -> None:
    copies(owners.submitted(), 3)
    found = service_numbers(owners.head.actor, "interior", "stall", this_year())
    assert (found.states.groups, found.states.total, found.states.others, found.lasted) == ((), None, None, None)
    copies(owners.submitted(), 2)
    found = service_numbers(owners.head.actor, "interior", "stall", this_year())
    assert (groups(found.states), found.states.total, found.lasted) == ({"granted": 7}, 7, None)


def test_numbers_are_of_the_months_that_were_asked_for(owners: Office) -> None:
    copies(owners.submitted(), 9)
    now = this_year()
    copies(owners.submitted(), 19, arrived_month=now.last - 24, ended_month=now.last - 23)
    found = service_numbers(NODE, "interior", "stall", Period.of(date(2020, 1, 1), date(2026, 12, 31)))
    assert sorted(one.count for one in found.arrived.groups) == [11, 19]
    early = Period(now.last - 24, now.last - 24)
    assert groups(service_numbers(NODE, "interior", "stall", early).states) == {"granted": 19}
    assert service_numbers(NODE, "interior", "stall", early).ended.total == 0
    for since, until in ((date(2026, 2, 1), date(2026, 1, 1)), (date(2000, 1, 1), date(2026, 1, 1))):
        with refused("services.period_wrong"):
            Period.of(since, until)


def test_a_refusal_that_is_appealed_is_no_longer_counted_as_one(owners: Office) -> None:
    case = refuse(owners)
    assert case_reasons(case).count() == 1
    appeal(owners.citizen.actor, case, "المساحة تكفي")
    owners.run()
    assert case_reasons(case).count() == 0
    row = CaseStanding.objects.get(pk=case)
    assert (row.ended_month, row.lasted_h) == (None, None)


def test_numbers_take_as_many_questions_for_one_case_as_for_many(owners: Office) -> None:
    case = owners.submitted()
    service_numbers(NODE, "interior", "stall", this_year())
    with CaptureQueriesContext(connection) as few:
        service_numbers(NODE, "interior", "stall", this_year())
    copies(case, 50)
    with CaptureQueriesContext(connection) as many:
        service_numbers(NODE, "interior", "stall", this_year())
    assert len(few) == len(many) <= 5
    assert sum("services_case" in one["sql"] for one in many.captured_queries) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reasons_are_told_in_the_words_of_the_service(owners: Office, lang: str) -> None:
    definition = in_force("service", "interior", "stall")
    told = [reason_told(definition, Why.of(key)).get(lang) for key in ("condition/known/", "ground/ground/space")]
    assert told == ["دەق" if lang == "ckb" else "نص"] * 2
    ways = ("way/reserving/short", "way/review/late", "way/received/next.2", "way/review/reviews", "way/x/gone")
    assert all(reason_told(definition, Why.of(key)).get(lang) for key in ways)
    assert reason_told(definition, Why.of("condition/gone/")).get(lang) == "gone"
