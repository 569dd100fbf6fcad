import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.fixtures import PASSWORD
from tests.unit.people.browser import Browser
from uruk.acts.api import directory
from uruk.kernel.api import CodedError, FixedClock, local_digits
from uruk.people.api import (
    Assurance,
    SoftwarePasskey,
    actor_for,
    assurance,
    begin_passkey,
    begin_totp,
    complete_passkey,
    complete_totp,
    list_factors,
    passkey_options,
    passkey_verify,
    pending_step,
    remove_factor,
    see,
    sign_in,
    sign_out,
    signed_in_person,
    totp_verify,
)

NUMBER = "198012345678"


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """An authenticator app, and a clock for it and for allauth that moves half a minute with each code."""
    moment = [1_795_000_000]
    monkeypatch.setattr(time, "time", lambda: moment[0])

    def code(secret: str) -> str:
        moment[0] += 30
        return format_hotp_value(hotp_value(secret, moment[0] // 30))

    return code


def refusal(browser: Browser, door: Callable, *args: object) -> str:
    with pytest.raises(CodedError) as refused:
        browser.call(door, *args)
    return refused.value.code


def with_passkey(browser: Browser) -> SoftwarePasskey:
    made = SoftwarePasskey()
    browser.call(complete_passkey, made.create(browser.call(begin_passkey)), "my key")
    return made


def test_a_passkey_is_the_second_step(citizen: Callable) -> None:
    one, home = citizen(NUMBER), Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    made = with_passkey(home)
    away = Browser("198.51.100.1")
    assert away.call(sign_in, NUMBER, PASSWORD).methods == ("passkey",)
    assert away.call(signed_in_person) is None
    assert away.call(pending_step).person == one.person
    step = away.call(passkey_verify, made.get(away.call(passkey_options)))
    assert (step.step, away.call(signed_in_person)) == ("signed_in", one.person)
    assert away.call(pending_step) is None


def test_a_code_of_the_app_is_the_second_step_in_any_digits_and_once(citizen: Callable, phone: Callable) -> None:
    one, home = citizen(NUMBER), Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    secret = home.call(begin_totp)
    assert secret.url.startswith("otpauth://totp/Uruk?secret=")
    home.call(complete_totp, phone(secret.secret))
    away = Browser("198.51.100.1")
    assert away.call(sign_in, NUMBER, PASSWORD).methods == ("totp",)
    assert refusal(away, totp_verify, "000000") == "people.code_refused"
    code = phone(secret.secret)
    assert away.call(totp_verify, local_digits(f"{code[:3]} {code[3:]}", "ckb")).person == one.person
    third = Browser("198.51.100.2")
    third.call(sign_in, NUMBER, PASSWORD)
    assert refusal(third, totp_verify, code) == "people.code_refused"


def test_the_secret_of_the_app_is_encrypted_at_rest(citizen: Callable, phone: Callable) -> None:
    citizen(NUMBER)
    home = Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    secret = home.call(begin_totp).secret
    home.call(complete_totp, phone(secret))
    assert secret not in str(Authenticator.objects.get().data)


def test_guessing_codes_is_limited(citizen: Callable, phone: Callable) -> None:
    citizen(NUMBER)
    home = Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    home.call(complete_totp, phone(home.call(begin_totp).secret))
    thief = Browser("198.51.100.1")
    thief.call(sign_in, NUMBER, PASSWORD)
    assert [refusal(thief, totp_verify, f"{n:06d}") for n in range(6)][-1] == "people.too_many_tries"


def test_the_second_step_waits_ten_minutes(citizen: Callable, clock: FixedClock) -> None:
    citizen(NUMBER)
    home = Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    made = with_passkey(home)
    away = Browser("198.51.100.1")
    away.call(sign_in, NUMBER, PASSWORD)
    answer = made.get(away.call(passkey_options))
    clock.advance(timedelta(minutes=10, seconds=1))
    assert refusal(away, passkey_verify, answer) == "people.sign_in_needed"


def test_a_challenge_serves_once(citizen: Callable) -> None:
    citizen(NUMBER)
    home = Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    made = with_passkey(home)
    away = Browser("198.51.100.1")
    away.call(sign_in, NUMBER, PASSWORD)
    options = away.call(passkey_options)
    away.call(passkey_verify, made.get(options))
    assert refusal(away, passkey_verify, made.get(options)) == "people.passkey_refused"


def test_whoever_knows_only_the_password_cannot_add_a_factor(citizen: Callable) -> None:
    citizen(NUMBER)
    first, second = Browser(), Browser("198.51.100.1")
    first.call(sign_in, NUMBER, PASSWORD)
    second.call(sign_in, NUMBER, PASSWORD)
    made = with_passkey(first)
    for door in (begin_passkey, begin_totp):
        assert refusal(second, door) == "people.second_factor_needed"
    assert refusal(second, complete_totp, "000000") == "people.second_factor_needed"
    second.call(passkey_verify, made.get(second.call(passkey_options)))
    second.call(begin_totp)


def test_a_visitor_can_neither_add_nor_list_factors(db: None, clock: FixedClock) -> None:
    for door in (begin_passkey, begin_totp, list_factors, passkey_options):
        assert refusal(Browser(), door) == "people.sign_in_needed"


def test_one_authenticator_is_registered_once(citizen: Callable) -> None:
    citizen(NUMBER)
    home = Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    made = with_passkey(home)
    assert refusal(home, complete_passkey, made.create(home.call(begin_passkey))) == "people.passkey_known"


def test_at_most_ten_passkeys_are_kept(citizen: Callable) -> None:
    citizen(NUMBER)
    home = Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    for _ in range(10):
        with_passkey(home)
    assert refusal(home, begin_passkey) == "people.too_many_passkeys"


def test_factors_are_listed_and_removed_by_their_owner_only(citizen: Callable) -> None:
    citizen(NUMBER)
    home = Browser()
    home.call(sign_in, NUMBER, PASSWORD)
    with_passkey(home)
    (factor,) = home.call(list_factors)
    assert (factor.kind, factor.name) == ("passkey", "my key")
    citizen("198099999999")
    stranger = Browser("198.51.100.1")
    stranger.call(sign_in, "198099999999", PASSWORD)
    assert refusal(stranger, remove_factor, factor.id) == "people.factor_unknown"
    home.call(remove_factor, factor.id)
    assert home.call(list_factors) == ()
    assert Browser().call(sign_in, NUMBER, PASSWORD).step == "signed_in"


def test_a_removed_passkey_stays_listed_for_what_it_approved(officer: Callable) -> None:
    one, browser = officer(name="zainab"), Browser()
    browser.call(sign_in, "zainab", PASSWORD)
    browser.call(passkey_verify, one.passkey.get(browser.call(passkey_options)))
    (factor,) = browser.call(list_factors)
    browser.call(remove_factor, factor.id)
    (listed,) = directory().institution("interior").approvers
    assert listed.until == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_assurance_grows_from_claimed_to_seen_to_strong(citizen: Callable, officer: Callable) -> None:
    one, browser = citizen(NUMBER), Browser()
    assert refusal(browser, assurance) == "people.sign_in_needed"
    browser.call(sign_in, NUMBER, PASSWORD)
    assert browser.call(assurance) is Assurance.CLAIMED
    see(officer("registrar").actor, one.person, "national", NUMBER)
    assert browser.call(assurance) is Assurance.SEEN
    with_passkey(browser)
    assert browser.call(assurance) is Assurance.STRONG
    browser.call(sign_out)
    assert refusal(browser, assurance) == "people.sign_in_needed"


def test_a_second_factor_alone_proves_no_number(citizen: Callable) -> None:
    citizen(NUMBER)
    browser = Browser()
    browser.call(sign_in, NUMBER, PASSWORD)
    with_passkey(browser)
    assert browser.call(assurance) is Assurance.CLAIMED


def test_an_officer_acts_only_in_an_office_held_now(officer: Callable) -> None:
    one, browser = officer("registrar", name="zainab"), Browser()
    assert browser.call(actor_for).person is None
    assert refusal(browser, actor_for, "interior", "registrar") == "people.sign_in_needed"
    browser.call(sign_in, "zainab", PASSWORD)
    browser.call(passkey_verify, one.passkey.get(browser.call(passkey_options)))
    assert browser.call(actor_for, "interior", "registrar") == one.actor
    assert browser.call(actor_for).institution is None
    for wrong in (("interior", "registrar-head"), ("education", "registrar"), ("interior", None)):
        assert refusal(browser, actor_for, *wrong) == "people.role_not_held"
