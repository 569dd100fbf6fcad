from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fixtures import PASSWORD
from tests.unit.people.browser import Browser
from uruk.kernel.api import CodedError, FixedClock
from uruk.people.api import (
    claim,
    create_account,
    find_person,
    register,
    see,
    seen_papers,
    sign_in,
    signed_in_person,
)
from uruk.people.models import Attempt, Person

NUMBER = "198012345678"
WRONG = "not the password at all"


def refusal(browser: Browser, door: Callable, *args: object) -> str:
    with pytest.raises(CodedError) as refused:
        browser.call(door, *args)
    return refused.value.code


def test_a_citizen_signs_in_by_national_number_in_any_digits(citizen: Callable) -> None:
    one, browser = citizen(NUMBER), Browser()
    step = browser.call(sign_in, "١٩٨٠ ١٢٣٤ ٥٦٧٨", PASSWORD)
    assert (step.step, step.person) == ("signed_in", one.person)
    assert browser.call(signed_in_person) == one.person


def test_a_citizen_signs_in_by_another_paper(citizen: Callable) -> None:
    one = citizen(NUMBER)
    claim(one.person, "passport", "a-12 345 678")
    assert Browser().call(sign_in, "A12345678", PASSWORD).person == one.person


def test_an_officer_signs_in_by_name(officer: Callable) -> None:
    one = officer(name="zainab")
    step = Browser().call(sign_in, " Zainab ", PASSWORD)
    assert (step.step, step.person, step.methods) == ("second_factor", one.person, ("passkey",))


def test_an_unknown_account_and_a_wrong_password_answer_alike(citizen: Callable) -> None:
    citizen(NUMBER)
    assert refusal(Browser(), sign_in, NUMBER, WRONG) == refusal(Browser(), sign_in, "198000000000", WRONG)
    assert refusal(Browser(), sign_in, "", "") == "people.sign_in_refused"


def test_the_fifth_failure_from_one_address_makes_it_wait(citizen: Callable, clock: FixedClock) -> None:
    citizen(NUMBER)
    attacker = Browser()
    assert [refusal(attacker, sign_in, NUMBER, WRONG) for _ in range(6)] == [
        *["people.sign_in_refused"] * 5,
        "people.too_many_tries",
    ]
    assert refusal(attacker, sign_in, NUMBER, PASSWORD) == "people.too_many_tries"
    clock.advance(timedelta(minutes=15))
    assert attacker.call(sign_in, NUMBER, PASSWORD).step == "signed_in"


def test_an_attacker_elsewhere_does_not_lock_the_owner_out(citizen: Callable) -> None:
    one = citizen(NUMBER)
    for host in range(30):
        attacker = Browser(f"198.51.100.{host}")
        for _ in range(6):
            refusal(attacker, sign_in, NUMBER, WRONG)
    assert Browser("203.0.113.9").call(sign_in, NUMBER, PASSWORD).person == one.person


def test_an_attacker_at_the_owners_own_address_does_not_stop_the_owners_known_device(citizen: Callable) -> None:
    one, owner = citizen(NUMBER), Browser("203.0.113.9")
    owner.call(sign_in, NUMBER, PASSWORD)
    attacker = Browser("203.0.113.9")
    for _ in range(6):
        refusal(attacker, sign_in, NUMBER, WRONG)
    assert refusal(Browser("203.0.113.9"), sign_in, NUMBER, PASSWORD) == "people.too_many_tries"
    assert owner.call(sign_in, NUMBER, PASSWORD).person == one.person


def test_a_flood_from_a_shared_address_does_not_stop_a_known_device(citizen: Callable) -> None:
    one, owner = citizen(NUMBER), Browser("203.0.113.9")
    owner.call(sign_in, NUMBER, PASSWORD)
    for number in range(100):
        refusal(Browser("203.0.113.9"), sign_in, f"1990{number:08d}", WRONG)
    assert refusal(Browser("203.0.113.9"), sign_in, NUMBER, PASSWORD) == "people.too_many_tries"
    assert owner.call(sign_in, NUMBER, PASSWORD).person == one.person


def test_a_stolen_device_cookie_has_a_limit_of_its_own(citizen: Callable) -> None:
    citizen(NUMBER)
    owner = Browser()
    owner.call(sign_in, NUMBER, PASSWORD)
    assert [refusal(owner, sign_in, NUMBER, WRONG) for _ in range(11)][-1] == "people.too_many_tries"


def test_a_forged_device_cookie_counts_for_nothing(citizen: Callable) -> None:
    citizen(NUMBER)
    forger = Browser()
    forger.cookies["uruk_device"] = "eyJpZCI6ImEiLCJwZXJzb25zIjpbXX0:1abc:forged"
    for _ in range(5):
        refusal(forger, sign_in, NUMBER, WRONG)
    assert refusal(forger, sign_in, NUMBER, PASSWORD) == "people.too_many_tries"


def test_failed_tries_are_kept_without_addresses_or_numbers(citizen: Callable) -> None:
    citizen(NUMBER)
    refusal(Browser("203.0.113.9"), sign_in, NUMBER, WRONG)
    keys = Attempt.objects.values_list("key", flat=True)
    assert len(keys) == 2
    assert not any(NUMBER in key or "203.0.113" in key for key in keys)


def test_registering_with_somebodys_number_shows_nothing_of_theirs_and_does_not_block_them(
    officer: Callable, citizen: Callable
) -> None:
    owner = citizen(NUMBER)
    see(officer("registrar").actor, owner.person, "national", NUMBER)
    step = Browser().call(register, "national", NUMBER, "the password of a thief")
    assert step.person != owner.person
    assert seen_papers(step.person) == ()
    assert Browser().call(sign_in, NUMBER, PASSWORD).person == owner.person
    assert Browser().call(sign_in, NUMBER, "the password of a thief").person == step.person


def test_a_flood_of_accounts_on_a_number_does_not_push_the_earlier_owner_out(citizen: Callable) -> None:
    owner = citizen(NUMBER)
    for place in range(40):
        Browser(f"198.51.100.{place}").call(register, "national", NUMBER, f"the password of thief {place}")
    assert Browser().call(sign_in, NUMBER, PASSWORD).person == owner.person


def test_at_most_sixteen_accounts_are_tried(citizen: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(20):
        claim(create_account(PASSWORD), "national", NUMBER)
    tried: list[str] = []
    monkeypatch.setattr(Person, "check_password", lambda self, _: bool(tried.append(self.pk)))
    refusal(Browser(), sign_in, NUMBER, WRONG)
    assert len(tried) == 16


def test_registrations_from_one_address_are_limited(db: None, clock: FixedClock) -> None:
    browser = Browser()
    for number in range(20):
        browser.call(register, "national", f"1990{number:08d}", PASSWORD)
    assert refusal(browser, register, "national", "199099999999", PASSWORD) == "people.too_many_tries"


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123"])
def test_a_weak_password_is_refused(db: None, clock: FixedClock, password: str) -> None:
    assert refusal(Browser(), register, "national", NUMBER, password) == "people.password_weak"
    assert not Person.objects.exists()


def test_a_name_is_kept_as_it_was_typed(db: None, clock: FixedClock) -> None:
    step = Browser().call(register, "national", NUMBER, PASSWORD, "  نور كاظم ")
    assert find_person(step.person).name("ckb") == "نور كاظم"
