"""Signing in by number or officer name, registering, and the second step where an account has one."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from uruk.acts.api import clock
from uruk.kernel.api import CodedError
from uruk.people import attempts
from uruk.people.device import Device, device_of
from uruk.people.domain.limits import BY_ADDRESS, BY_DEVICE, BY_PAIR, REGISTRATIONS
from uruk.people.domain.papers import check_number
from uruk.people.finding import candidates, typed_account
from uruk.people.models import Paper, Person
from uruk.people.second_factor import SignInStep, first_step_done
from uruk.people.sessions import end_other_sessions, signed_in

_LONGEST_PASSWORD = 1000


def sign_in(request: HttpRequest, identifier: str, password: str) -> SignInStep:
    """Sign in with a number (any paper) or an officer name, and a password.

    Failures count against this address and this account together, so nobody can lock somebody else out; a device
    that the person signed in from before has a count of its own. Errors: ``people.sign_in_refused`` (the same for an
    unknown account and a wrong password), ``people.too_many_tries`` with ``minutes``.
    """
    account, address, device = typed_account(identifier), attempts.client_address(request), device_of(request)
    found = candidates(account, device.persons)
    allowed = _allowed(account, address, device, found)
    counted = attempts.count(*_keys(account, address, device, found))
    person = _matching(allowed, password[:_LONGEST_PASSWORD])
    if person is None:
        raise CodedError("people.sign_in_refused")
    attempts.forgive(counted)
    return first_step_done(request, person)


def register(request: HttpRequest, kind: str, number: str, password: str, name: str = "") -> SignInStep:
    """Make an account that claims a number, and sign it in. It shows nothing of anybody's and blocks nobody.

    Errors: those of ``check_number``, ``people.password_weak``, ``people.too_many_tries``.
    """
    kept = check_number(kind, number)
    check_password_strength(password)
    attempts.check_and_count(attempts.attempt_key("register", attempts.client_address(request)), REGISTRATIONS)
    with transaction.atomic():
        person = new_person(password=password, name=name)
        Paper.objects.create(person=person, kind=kind, number=kept, claimed_at=clock().now())
    return first_step_done(request, person)


def new_person(
    *, password: str | None, name: str = "", officer_name: str | None = None, synthetic: bool = False
) -> Person:
    """Make an account; without a password nobody can sign in to it."""
    names = {"typed": name.strip()[:200]} if name.strip() else {}
    person = Person(names=names, officer_name=officer_name, created_at=clock().now(), synthetic=synthetic)
    person.set_password(password)
    person.save(force_insert=True)
    return person


def check_password_strength(password: str) -> None:
    """Refuse a password that is short, common or all digits: ``people.password_weak``."""
    try:
        validate_password(password[:_LONGEST_PASSWORD])
    except ValidationError:
        raise CodedError("people.password_weak") from None


def change_password(request: HttpRequest, old: str, new: str) -> None:
    """Change one's own password; it needs the old one, and ends all one's other sessions.

    Errors: ``people.sign_in_needed``, ``people.sign_in_refused``, ``people.password_weak``, ``people.too_many_tries``.
    """
    mine = signed_in(request)
    person = mine.person
    counted = attempts.check_and_count(attempts.attempt_key("password", str(person.pk)), BY_PAIR)
    if not person.check_password(old[:_LONGEST_PASSWORD]):
        raise CodedError("people.sign_in_refused")
    check_password_strength(new)
    person.set_password(new)
    person.first_password = False
    person.save(update_fields=("password", "first_password"))
    attempts.forgive(counted)
    update_session_auth_hash(request, person)
    end_other_sessions(person.pk, keep=mine.pk)


def _allowed(account: str, address: str, device: Device, found: tuple[Person, ...]) -> tuple[Person, ...]:
    """The accounts this caller may try now: all, or those its device is known to, or a refusal."""
    waits = [
        attempts.wait_for(attempts.attempt_key("pair", address, account), BY_PAIR),
        attempts.wait_for(attempts.attempt_key("address", address), BY_ADDRESS),
    ]
    if not any(waits):
        return found
    known = tuple(person for person in found if person.pk in device.persons)
    waits.append(attempts.wait_for(_device_key(device), BY_DEVICE) if known else max(waits))
    if waits[-1]:
        raise CodedError("people.too_many_tries", minutes=max(waits))
    return known


def _keys(account: str, address: str, device: Device, found: tuple[Person, ...]) -> tuple[str, ...]:
    """What a failure counts against: a known device instead of its address, so that it stops no neighbour."""
    if any(person.pk in device.persons for person in found):
        return (_device_key(device), attempts.attempt_key("pair", address, account))
    return (attempts.attempt_key("pair", address, account), attempts.attempt_key("address", address))


def _device_key(device: Device) -> str:
    return attempts.attempt_key("device", device.id)


def _matching(found: tuple[Person, ...], password: str) -> Person | None:
    """The first account whose password this is; at most sixteen are tried, and one where there is none."""
    for person in found:
        if person.check_password(password):
            return person
    if not found:
        # Spend the time of one check: an unknown number should not answer faster than a wrong password.
        make_password(password)
    return None
