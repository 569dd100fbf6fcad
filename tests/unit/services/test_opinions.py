"""Reviews by other institutions: asked over the exchange under an agreement, done there as a case of theirs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override
from msgspec import structs

from tests.fixtures import Officer
from tests.unit.services.conftest import Office, record, refused
from tests.unit.services.opinions import opinion_country
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import supervise
from uruk.kernel.api import Actor, CodedError
from uruk.publishing.api import agreed_fields, kinds, publish_country
from uruk.services.api import (
    Applicant,
    AskedReview,
    act,
    answer_review,
    get_case,
    my_cases,
    next_case,
    replay,
    review,
    takes_reviews,
)
from uruk.services.applying import reviewing
from uruk.services.auditing import replaying
from uruk.services.domain.cases.contents import Reviewed
from uruk.services.models import Asking, Case, CaseStanding
from uruk.services.running.asking import UnansweredError, use_exchange
from uruk.trust.api import Receipt, parse_statement
from uruk.ui.api import turn_word_told, waits_told

pytestmark = pytest.mark.database
ANSWERS = {"place": "hill", "depth_m": 20, "secret": "gold"}
CONSUMER = "xx/GOV/interior/quarry"


class Bridge:
    """The exchange between two institutions of one node: what one asks, the other's door answers, as JSON."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.away = False
        self.cut = False

    def __call__(self, question: Any) -> tuple[int, Any]:
        self.asked.append(question)
        if self.away:
            raise UnansweredError("services.holder_away")
        _, _, institution, service, offer = question.service.split("/")
        assert offer == "reviews" and takes_reviews(institution, service)
        actor = Actor(channel="exchange", institution=institution, purpose=question.purpose)
        body = json.loads(json.dumps(question.body))
        try:
            answer = answer_review(actor, institution, service, AskedReview(question.client, body))
        except CodedError as error:
            return 400, {"error": {"code": error.code}}
        if self.cut:
            self.cut = False
            raise KeyboardInterrupt
        # What the gateway takes out of the answer.
        return 200, {name: value for name, value in answer.items() if name != "uruk:subjects"}


@pytest.fixture
def bridge(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    """Both institutions with their services; what the agreement lets through is told as the approved one would."""
    publish_country(Actor.system(), opinion_country())
    office.run()
    record("town", "residents", number=NUMBER, quarter="الكرخ")
    agreed = frozenset({"where", "deep_m", "review_state", "review_note", "review_receipt"})
    monkeypatch.setattr(reviewing, "agreed_fields", lambda consumer, service: agreed if consumer == CONSUMER else None)
    found = Bridge()
    before = use_exchange(found)
    yield found
    use_exchange(before)


@pytest.fixture
def clerk(office: Office, bridge: Bridge, officer: Any) -> Any:
    """An officer of the town."""
    return officer("clerk", institution="town")


def asked_around(office: Office) -> UUID:
    case = office.submit(ANSWERS, service="quarry")
    office.run()
    return case


def theirs() -> Any:
    return Case.objects.get(institution="town")


def decided(clerk: Officer, action: str, **said: Any) -> UUID:
    found = next_case(clerk.actor, "opinion")
    assert found is not None
    act(clerk.actor, found.id, found.seq, action, said)
    return found.id


def headed(office: Office, case: UUID, agrees: bool = True) -> None:
    given = next_case(office.head.actor, "quarry")
    assert given is not None and given.id == case
    review(office.head.actor, case, agrees, "" if agrees else "no")
    office.run()


def test_the_other_institution_has_it_as_a_task_of_its_own_with_only_what_was_agreed(
    office: Office, bridge: Bridge, clerk: Officer
) -> None:
    case = asked_around(office)
    (question,) = bridge.asked
    assert (question.client, question.service) == (CONSUMER, "xx/GOV/town/opinion/reviews")
    assert (question.method, question.path) == ("POST", "/")
    assert question.body["answers"] == {"where": "hill", "deep_m": 40} and question.subject == NUMBER
    assert office.standing(case).turn == "wait:head town"
    assert CaseStanding.objects.get(case=theirs().pk).turn == "task:clerk"
    found = next_case(clerk.actor, "opinion")
    assert found is not None and found.answers == {"where": "hill", "deep_m": 40}
    assert found.facts == {"resident": {"number": NUMBER, "quarter": "الكرخ"}}
    assert "gold" not in str(office.opened(found.id).acts) and office.opened(found.id).acts[0].content.asker == CONSUMER
    assert {one.service for one in my_cases(office.citizen.actor)} == {"quarry", "opinion"}, "the person sees both"


def test_its_outcome_comes_back_with_the_receipt_of_its_decision_and_the_case_goes_on(
    office: Office, bridge: Bridge, clerk: Officer
) -> None:
    case = asked_around(office)
    headed(office, case)
    assert office.standing(case).turn == "wait:town"
    decided(clerk, "accept")
    office.clock.advance(timedelta(minutes=10))
    office.run()
    assert office.standing(case).turn == "closed:granted" and not Asking.objects.exists()
    said = next(one.content for one in office.opened(case).acts if getattr(one.content, "by", "") == "town")
    statement = parse_statement(Receipt.parse(said.receipt).statement)
    assert (said.agrees, statement.author, statement.type) == (True, "town", "case.moved")
    assert statement.body["case"] == theirs().pk.bytes


def test_a_replay_checks_the_receipt_of_the_others_decision_too(
    office: Office, bridge: Bridge, clerk: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervise(monkeypatch)
    auditor = replace(office.head.actor, purpose="شكوى رقم ٧")
    case, other = asked_around(office), asked_around(office)
    for _ in range(2):
        decided(clerk, "accept")
    office.clock.advance(timedelta(minutes=10))
    office.run()
    found = replay(auditor, case)
    assert found.holds and "case.reviewed" in [one.view.type for one in found.acts]
    # The case was made to say a review by the receipt of another one: its own receipt holds all the same.
    said, lent = (
        next(one.content for one in office.opened(each).acts if isinstance(one.content, Reviewed))
        for each in (case, other)
    )
    read = replaying.read_content
    forged = structs.replace(said, receipt=lent.receipt)
    monkeypatch.setattr(replaying, "read_content", lambda text: forged if read(text) == said else read(text))
    (wrong,) = [one for one in replay(auditor, case).acts if one.differences]
    assert [(one.what, one.said, one.found) for one in wrong.differences or ()] == [
        ("receipt", "town", "services.review_other")
    ]
    assert not wrong.holds


def test_an_objection_comes_back_with_its_reason(office: Office, bridge: Bridge, clerk: Officer) -> None:
    case = asked_around(office)
    decided(clerk, "refuse", why="houses below")
    office.clock.advance(timedelta(minutes=10))
    office.run()
    assert office.standing(case).turn == "closed:refused"
    said = next(one.content for one in office.opened(case).acts if getattr(one.content, "by", "") == "town")
    assert (said.agrees, said.note) == (False, "houses below")


def test_while_the_other_institution_is_away_the_case_waits_for_it_by_name_and_goes_on_afterwards(
    office: Office, bridge: Bridge, clerk: Officer
) -> None:
    bridge.away = True
    case = asked_around(office)
    headed(office, case)
    assert office.standing(case).turn == "wait:town"
    waits = get_case(office.citizen.actor, case).waits
    assert [(one.what, one.error) for one in waits] == [("reviews.town", "services.holder_away")]
    with override("en"):
        (told,) = waits_told(get_case(office.citizen.actor, case))
        assert (told.what, told.holder) == ("Several reviews", "Town")
        assert turn_word_told("interior", "wait:head town fee") == "Waits for: Head, Town, Payment of the fee"
    bridge.away = False
    office.clock.advance(timedelta(hours=1))
    office.run()
    decided(clerk, "accept")
    office.clock.advance(timedelta(minutes=10))
    office.run()
    assert office.standing(case).turn == "closed:granted"


def test_asked_again_it_is_one_case_there_under_one_id_and_each_try_a_message_of_its_own(
    office: Office, bridge: Bridge, clerk: Officer
) -> None:
    bridge.cut = True
    case = office.submit(ANSWERS, service="quarry")
    with pytest.raises(KeyboardInterrupt):
        office.run()
    office.clock.advance(timedelta(minutes=1))
    office.run()
    for _ in range(5):
        office.clock.advance(timedelta(minutes=10))
        office.run()
    assert Case.objects.filter(institution="town").count() == 1 and len(bridge.asked) > 5
    assert len({one.body["review"] for one in bridge.asked}) == 1
    assert office.standing(case).turn == "wait:head town"
    waits = get_case(office.citizen.actor, case).waits
    assert [(one.what, one.error) for one in waits] == [("reviews.town", "services.review_pending")]


def test_whoever_has_no_agreement_is_answered_nothing(office: Office, bridge: Bridge, clerk: Officer) -> None:
    body = {"review": str(UUID(int=7)), "applicant": {"number": NUMBER, "kind": "person"},
            "answers": {"where": "x", "deep_m": 1}}  # fmt: skip
    actor = Actor(channel="exchange", institution="town")
    with refused("services.review_unknown"):
        answer_review(actor, "town", "opinion", AskedReview("xx/GOV/interior/canal", body))
    with refused("services.review_unknown"):
        answer_review(Actor(channel="portal", institution="town"), "town", "opinion", AskedReview(CONSUMER, body))
    with refused("services.review_unknown"):
        answer_review(
            Actor(channel="exchange", institution="interior"), "interior", "quarry", AskedReview(CONSUMER, body)
        )
    for broken, what in (
        ({**body, "review": "seven"}, "services.review_malformed"),
        ({**body, "applicant": {}}, "services.review_malformed"),
        ({**body, "applicant": {"number": NUMBER, "born": "once"}}, "services.review_malformed"),
        ({**body, "answers": []}, "services.review_malformed"),
        ({**body, "answers": {"where": "x", "deep_m": 1000}}, "services.answers_invalid"),
        ({**body, "applicant": {"number": NUMBER, "kind": "guardian"}}, "services.kind_refused"),
    ):
        with refused(what):
            answer_review(actor, "town", "opinion", AskedReview(CONSUMER, broken))
    assert not Case.objects.exists()


def test_what_is_let_through_is_what_the_agreement_in_force_says(
    office: Office, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec import structs

    from uruk.exchange.api import compile_agreement
    from uruk.publishing import agreements

    definition = opinion_country().find("agreement", "town", "quarry-opinion")
    assert definition is not None
    addresses = {code: f"xx/GOV/{code}" for code in ("interior", "town")}
    whole = compile_agreement(definition, addresses, kinds())
    later = structs.replace(whole, valid_from=whole.valid_until, valid_until=whole.valid_until + 1)
    service = "xx/GOV/town/opinion/reviews"
    for known, wanted in (((), None), ((later,), None), ((whole, later), {"where", "deep_m"})):
        monkeypatch.setattr(agreements, "agreements_in_force", lambda _, known=known: known)
        found = agreed_fields(CONSUMER, service)
        assert found is None if wanted is None else found is not None and wanted < found
        assert agreed_fields("xx/GOV/interior/canal", service) is None


def test_a_receipt_of_somebody_else_is_no_answer(office: Office, bridge: Bridge, clerk: Officer) -> None:
    from uruk.acts.api import receipt_of
    from uruk.services.running.recording import act_id

    case = asked_around(office)
    own = receipt_of(act_id(case, 1))
    assert own is not None
    forged = {"review_state": "agreed", "review_note": "", "review_receipt": own.to_json()}
    before = use_exchange(lambda question: (200, forged))
    office.clock.advance(timedelta(minutes=5))
    office.run()
    use_exchange(before)
    assert office.standing(case).turn == "wait:head town"
    assert Asking.objects.get(case=case).error == "services.answer_malformed"


def test_nobody_applies_for_a_review_themselves(office: Office, bridge: Bridge) -> None:
    from uruk.services.api import Asked, submit

    with refused("services.channel_closed"):
        submit(office.citizen.actor, Asked("town", "opinion", Applicant(NUMBER), {"where": "x", "deep_m": 1}))
