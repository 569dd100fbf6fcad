from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fixtures import PASSWORD
from tests.unit.people.browser import Browser
from uruk.acts.api import complete_pending, directory, find_statement, use_appender
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.people import offices as offices_module
from uruk.people import sightings as sightings_module
from uruk.people.api import (
    claim,
    claim_code,
    code_for,
    create_account,
    end_office,
    find_claim,
    find_person,
    holder_of,
    offices,
    redeem,
    require_right,
    require_role,
    see,
    seen_papers,
    sign_in,
)
from uruk.people.domain.codes import plain_code
from uruk.people.models import HandOverCode, Paper, Person, Sighting
from uruk.trust.api import verify_receipt

NUMBER = "198012345678"
NATIONAL = ("national", NUMBER)


def refusal(door: Callable, *args: object, **named: object) -> str:
    with pytest.raises(CodedError) as refused:
        door(*args, **named)
    return refused.value.code


class Unreachable:
    """An appender whose log is down."""

    def check_space(self) -> None: ...

    def append(self, *_: object) -> None:
        raise CodedError("trust.log_unavailable")


def test_a_clerk_compares_the_card_and_leaves_a_receipt(officer: Callable, citizen: Callable) -> None:
    clerk, one = officer("clerk"), citizen(NUMBER)
    assert (seen_papers(one.person), holder_of(*NATIONAL)) == ((), None)
    receipt = see(clerk.actor, one.person, *NATIONAL)
    found = verify_receipt(receipt, directory(), type="person.seen", role="decided", author="interior")
    assert found.statement.body["how"] == "card"
    assert [(paper.kind, paper.number, paper.how) for paper in seen_papers(one.person)] == [(*NATIONAL, "card")]
    assert holder_of(*NATIONAL) == one.person


def test_an_unfinished_sighting_counts_for_nothing_and_ends_nothing(officer: Callable, citizen: Callable) -> None:
    clerk, first, second = officer("clerk"), citizen(NUMBER), citizen(NUMBER)
    see(clerk.actor, first.person, *NATIONAL)
    before = use_appender(Unreachable())
    assert refusal(see, clerk.actor, second.person, *NATIONAL, replaces=True) == "trust.log_unavailable"
    use_appender(before)
    assert (holder_of(*NATIONAL), seen_papers(second.person)) == (first.person, ())
    complete_pending()
    assert (holder_of(*NATIONAL), seen_papers(first.person)) == (second.person, ())


def test_a_number_belongs_to_one_account_until_an_officer_moves_it(officer: Callable, citizen: Callable) -> None:
    clerk, first, second = officer("clerk"), citizen(NUMBER), citizen(NUMBER)
    see(clerk.actor, first.person, *NATIONAL)
    assert refusal(see, clerk.actor, second.person, *NATIONAL) == "people.already_seen"
    assert holder_of(*NATIONAL) == first.person
    see(clerk.actor, second.person, *NATIONAL, replaces=True)
    assert holder_of(*NATIONAL) == second.person
    assert Sighting.objects.count() == 2


def test_two_officers_who_see_two_persons_at_once_do_not_both_succeed(
    officer: Callable, citizen: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, first, second = officer("clerk"), citizen(NUMBER), citizen(NUMBER)
    see(clerk.actor, first.person, *NATIONAL)
    monkeypatch.setattr(sightings_module, "_standing", lambda *_: None)
    assert refusal(see, clerk.actor, second.person, *NATIONAL) == "people.already_seen"
    assert holder_of(*NATIONAL) == first.person


def test_seeing_somebody_twice_is_harmless(officer: Callable, citizen: Callable) -> None:
    clerk, one = officer("clerk"), citizen(NUMBER)
    see(clerk.actor, one.person, *NATIONAL)
    see(clerk.actor, one.person, *NATIONAL)
    assert len(seen_papers(one.person)) == 1


def test_a_number_nobody_claimed_is_not_seen(officer: Callable, citizen: Callable) -> None:
    one = citizen(NUMBER)
    assert refusal(see, officer("clerk").actor, one.person, "national", "198099999999") == "people.claim_unknown"


def test_only_a_role_with_the_right_sees_persons(officer: Callable, citizen: Callable) -> None:
    head, one = officer("registrar-head"), citizen(NUMBER)
    assert refusal(see, head.actor, one.person, *NATIONAL) == "people.right_missing"
    assert refusal(code_for, head.actor, *NATIONAL) == "people.right_missing"
    assert refusal(see, one.actor, one.person, *NATIONAL) == "people.role_not_held"


def test_where_nobody_tells_of_rights_no_role_has_any(officer: Callable) -> None:
    clerk = officer("clerk")
    offices_module._RIGHTS.clear()
    assert refusal(require_right, clerk.actor, "see-person") == "people.right_missing"


def test_a_role_claimed_by_the_actor_alone_counts_for_nothing(officer: Callable, citizen: Callable) -> None:
    clerk = officer("clerk")
    forged = Actor(channel="desk", person=citizen().person, institution="interior", role="clerk")
    assert refusal(require_role, forged, "interior", ["clerk"]) == "people.role_not_held"
    assert refusal(require_role, clerk.actor, "interior", ["registrar"]) == "people.role_not_held"
    assert refusal(require_role, Actor.system("interior"), "interior", ["clerk"]) == "people.role_not_held"
    require_role(clerk.actor, "interior", ["registrar", "clerk"])


def test_an_office_ends_once_and_by_an_acknowledged_act(officer: Callable, clock: FixedClock) -> None:
    clerk = officer("clerk")
    (office,) = offices(clerk.person)
    before = use_appender(Unreachable())
    assert refusal(end_office, Actor.system("interior"), office.act_id, clock.now()) == "trust.log_unavailable"
    use_appender(before)
    assert offices(clerk.person) == (office,)
    complete_pending()
    assert offices(clerk.person) == ()
    assert refusal(end_office, Actor.system("interior"), office.act_id, clock.now()) == "people.office_unknown"


def test_a_clerk_finds_a_claim_among_others_by_its_code(officer: Callable, citizen: Callable) -> None:
    clerk, first, second = officer("clerk"), citizen(NUMBER), citizen(NUMBER)
    code = claim_code(second.person, *NATIONAL)
    assert find_claim(clerk.actor, "national", NUMBER, code.lower()) == second.person
    assert find_claim(clerk.actor, "national", NUMBER, claim_code(first.person, *NATIONAL)) == first.person
    assert refusal(find_claim, clerk.actor, "national", NUMBER, "000000") == "people.claim_unknown"
    (paper,) = find_person(second.person).papers
    assert (paper.code, paper.seen) == (code, False)


def test_a_code_handed_over_with_a_document_makes_its_holder_seen(officer: Callable, citizen: Callable) -> None:
    clerk, one = officer("clerk"), citizen(NUMBER)
    given = code_for(clerk.actor, *NATIONAL)
    assert len(plain_code(given.code)) == 10
    receipt = redeem(one.actor, given.code.replace("0", "o").lower())
    assert find_statement(verify_receipt(receipt, directory()).statement.act).body["how"] == "code"
    assert holder_of(*NATIONAL) == one.person


def test_a_code_serves_once_in_time_and_for_its_number_only(
    officer: Callable, citizen: Callable, clock: FixedClock
) -> None:
    clerk, one, thief = officer("clerk"), citizen(NUMBER), citizen("198099999999")
    given = code_for(clerk.actor, *NATIONAL)
    assert refusal(redeem, thief.actor, given.code) == "people.hand_over_refused"
    assert refusal(redeem, one.actor, "00000-00000") == "people.hand_over_refused"
    redeem(one.actor, given.code)
    assert refusal(redeem, one.actor, given.code) == "people.hand_over_refused"
    late = code_for(clerk.actor, *NATIONAL)
    clock.set(late.expires_at)
    assert refusal(redeem, one.actor, late.code) == "people.hand_over_refused"


def test_a_code_claimed_by_a_thief_too_goes_to_the_first_who_has_it(officer: Callable, citizen: Callable) -> None:
    clerk, owner, thief = officer("clerk"), citizen(NUMBER), citizen(NUMBER)
    redeem(owner.actor, code_for(clerk.actor, *NATIONAL).code)
    second = code_for(clerk.actor, *NATIONAL)
    assert refusal(redeem, thief.actor, second.code) == "people.already_seen"
    assert HandOverCode.objects.filter(used_at__isnull=True).count() == 1


def test_guessing_codes_is_limited(citizen: Callable) -> None:
    one = citizen(NUMBER)
    assert [refusal(redeem, one.actor, f"{n:010d}") for n in range(6)][-1] == "people.too_many_tries"
    assert refusal(redeem, Actor.anonymous("portal"), "x") == "people.sign_in_needed"


def test_codes_are_kept_as_keyed_digests_only(officer: Callable) -> None:
    given = code_for(officer("clerk").actor, *NATIONAL)
    row = HandOverCode.objects.get()
    assert plain_code(given.code) not in str(vars(row))


def test_whose_number_it_is_comes_first_at_sign_in(officer: Callable, citizen: Callable, clock: FixedClock) -> None:
    owner = citizen(NUMBER)
    see(officer("clerk").actor, owner.person, *NATIONAL)
    for _ in range(3):
        claim(create_account(PASSWORD), *NATIONAL)
        clock.advance(timedelta(seconds=1))
    assert Browser().call(sign_in, NUMBER, PASSWORD).person == owner.person


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("national", "1980123456", "people.national_number_digits"),
        ("national", "19801234567X", "people.national_number_digits"),
        ("passport", "12345678", "people.paper_number_malformed"),
        ("library-card", "1", "people.paper_kind_unknown"),
    ],
)
def test_a_number_that_cannot_be_is_refused(citizen: Callable, kind: str, number: str, code: str) -> None:
    assert refusal(claim, citizen().person, kind, number) == code


def test_many_who_claim_a_number_hide_nobodys_claim(officer: Callable, citizen: Callable, clock: FixedClock) -> None:
    clerk, owner = officer("clerk"), citizen(NUMBER)
    clock.advance(timedelta(minutes=1))
    others = Person.objects.bulk_create([Person(created_at=clock.now()) for _ in range(200)])
    Paper.objects.bulk_create(
        [Paper(person=one, kind="national", number=NUMBER, claimed_at=clock.now()) for one in others]
    )
    assert find_claim(clerk.actor, *NATIONAL, claim_code(owner.person, *NATIONAL)) == owner.person


def test_an_office_ends_once(officer: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = officer("clerk")
    held, real = offices(clerk.person)[0], offices_module.perform

    def ended_meanwhile(actor: Actor, deed: object) -> object:
        monkeypatch.setattr(offices_module, "perform", real)
        end_office(actor, held.act_id, held.since + timedelta(days=1))
        return real(actor, deed)

    monkeypatch.setattr(offices_module, "perform", ended_meanwhile)
    later = held.since + timedelta(days=1000)
    assert refusal(end_office, Actor.system("interior"), held.act_id, later) == "people.office_unknown"
    assert offices(clerk.person) == ()
