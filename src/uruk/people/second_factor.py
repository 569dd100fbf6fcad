"""The second step of signing in, and the factors a person has: passkeys and TOTP (kept by django-allauth)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.db import transaction
from django.http import HttpRequest

from uruk.acts.api import clock
from uruk.kernel.api import CodedError, ascii_digits
from uruk.people import attempts
from uruk.people.adapter import SecondFactorAdapter
from uruk.people.domain.limits import CODES
from uruk.people.models import Person, UsedAssertion, person_by_id
from uruk.people.passkeys import (
    State,
    add_passkey,
    creation_options,
    remove_passkey,
    request_options,
    verify_assertion,
)
from uruk.people.sessions import begin, current, signed_in, strengthen

_PENDING = "people-pending"
_STATE = "people-webauthn"
_TOTP = "people-totp"
_PENDING_S = 600
_METHODS = {Authenticator.Type.WEBAUTHN: "passkey", Authenticator.Type.TOTP: "totp"}


@dataclass(frozen=True)
class SignInStep:
    """Where a sign-in stands: done, or waiting for one of ``methods`` (``passkey``, ``totp``)."""

    step: Literal["signed_in", "second_factor"]
    person: UUID
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactorView:
    """A second factor as its owner sees it; ``kind`` is ``passkey`` or ``totp``."""

    id: int
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class TotpSecret:
    """A secret not yet confirmed: to be typed, or as the ``otpauth:`` address that a QR code shows."""

    secret: str
    url: str


def second_factor_methods(person_id: UUID) -> tuple[str, ...]:
    """Which second factors a person has, passkeys first."""
    kinds = set(Authenticator.objects.filter(user_id=person_id).values_list("type", flat=True))
    return tuple(method for kind, method in _METHODS.items() if kind in kinds)


def first_step_done(request: HttpRequest, person: Person) -> SignInStep:
    """Sign in whoever has no second factor; have the others show it within ten minutes."""
    methods = second_factor_methods(person.pk)
    if not methods:
        begin(request, person)
        return SignInStep("signed_in", person.pk)
    request.session.cycle_key()
    request.session[_PENDING] = {"person": person.pk.hex, "at": clock().now().timestamp()}
    return SignInStep("second_factor", person.pk, methods)


def pending_step(request: HttpRequest) -> SignInStep | None:
    """The sign-in that waits for its second factor in this browser, or None."""
    found = request.session.get(_PENDING)
    if not found or clock().now().timestamp() - found["at"] > _PENDING_S:
        return None
    person = UUID(hex=found["person"])
    return SignInStep("second_factor", person, second_factor_methods(person))


def passkey_options(request: HttpRequest) -> dict[str, Any]:
    """WebAuthn request options (JSON) for whoever waits for the second step, or is signed in and steps up.

    Errors: ``people.sign_in_needed``, ``people.passkey_missing``.
    """
    options, request.session[_STATE] = request_options(_whose(request))
    return options


def passkey_verify(request: HttpRequest, response: Mapping[str, Any]) -> SignInStep:
    """Finish the second step with a passkey's answer; errors as ``approve``'s, and ``people.sign_in_needed``."""
    person = _whose(request)
    verify_assertion(person, response, _take_state(request))
    return _second_step_done(request, person, "passkey")


def totp_verify(request: HttpRequest, code: str) -> SignInStep:
    """Finish the second step with a code of the authenticator app, in any digits.

    Errors: ``people.code_refused``, ``people.too_many_tries``, ``people.sign_in_needed``.
    """
    person = _whose(request)
    counted = attempts.check_and_count(_totp_key(request, person), CODES)
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user_id=person, type=Authenticator.Type.TOTP).first()
        if row is None or not _fresh_code(row, _digits(code)):
            raise CodedError("people.code_refused")
    attempts.forgive(counted)
    return _second_step_done(request, person, "totp")


def begin_passkey(request: HttpRequest) -> dict[str, Any]:
    """WebAuthn creation options (JSON) for a new passkey of whoever is signed in; errors as ``check_may_change``."""
    check_may_change(request)
    options, request.session[_STATE] = creation_options(_person(request))
    return options


def complete_passkey(request: HttpRequest, response: Mapping[str, Any], name: str = "") -> None:
    """Register the passkey that the browser made; the session counts as having shown it.

    Errors: ``people.passkey_refused``, ``people.passkey_known``, those of ``check_may_change``.
    """
    check_may_change(request)
    add_passkey(_person(request), name, response, _take_state(request))
    strengthen(request, "passkey")


def begin_totp(request: HttpRequest) -> TotpSecret:
    """A new TOTP secret for whoever is signed in, kept in the session until a code of it is shown."""
    check_may_change(request)
    person = _person(request)
    secret = request.session.get(_TOTP) or generate_totp_secret()
    request.session[_TOTP] = secret
    label = person.officer_name or person.name("ar") or "Uruk"
    return TotpSecret(secret, _otpauth(label, secret))


def complete_totp(request: HttpRequest, code: str) -> None:
    """Keep the secret after its first code; errors ``people.code_refused``, those of ``check_may_change``."""
    check_may_change(request)
    secret = request.session.get(_TOTP)
    if not secret or not validate_totp_code(secret, _digits(code)):
        raise CodedError("people.code_refused")
    person = _person(request)
    Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(person, secret)
    del request.session[_TOTP]
    strengthen(request, "totp")


def list_factors(request: HttpRequest) -> tuple[FactorView, ...]:
    """The second factors of whoever is signed in, oldest first."""
    rows = Authenticator.objects.filter(user_id=signed_in(request).person_id, type__in=_METHODS).order_by("pk")
    return tuple(
        FactorView(row.pk, _METHODS[row.type], row.data.get("name", ""), row.created_at, row.last_used_at)
        for row in rows[:50]
    )


def remove_factor(request: HttpRequest, factor: int) -> None:
    """Take one of one's own factors out of use; errors as ``check_may_change``, ``people.factor_unknown``."""
    check_may_change(request)
    person = signed_in(request).person_id
    row = Authenticator.objects.filter(pk=factor, user_id=person).first()
    if row is None:
        raise CodedError("people.factor_unknown")
    if row.type == Authenticator.Type.WEBAUTHN:
        remove_passkey(person, factor)
    else:
        row.delete()


def check_may_change(request: HttpRequest) -> None:
    """Refuse to change factors from a session that has not shown one the account has: ``people.second_factor_needed``.

    Otherwise whoever learnt the password could put their own passkey beside the owner's. A first password, which
    somebody else chose, must be changed before: ``people.first_password``.
    """
    row = signed_in(request)
    if row.person.first_password:
        raise CodedError("people.first_password")
    if not row.second_factor and second_factor_methods(row.person_id):
        raise CodedError("people.second_factor_needed")


def _whose(request: HttpRequest) -> UUID:
    pending = pending_step(request)
    if pending is not None:
        return pending.person
    return signed_in(request).person_id


def _person(request: HttpRequest) -> Person:
    found = person_by_id(signed_in(request).person_id)
    if found is None:
        raise CodedError("people.sign_in_needed")
    return found


def _take_state(request: HttpRequest) -> State:
    """The challenge given to this browser; it serves once."""
    state = request.session.pop(_STATE, None)
    if state is None:
        raise CodedError("people.passkey_refused")
    return state


def _second_step_done(request: HttpRequest, person_id: UUID, method: str) -> SignInStep:
    Authenticator.objects.filter(user_id=person_id, type=_type_of(method)).update(last_used_at=clock().now())
    if request.session.pop(_PENDING, None) is None and current(request) is not None:
        strengthen(request, method)
    else:
        person = person_by_id(person_id)
        if person is None:
            raise CodedError("people.sign_in_needed")
        begin(request, person, method)
    return SignInStep("signed_in", person_id)


def _type_of(method: str) -> str:
    return next(kind for kind, name in _METHODS.items() if name == method)


def _fresh_code(row: Authenticator, code: str) -> bool:
    """Whether the code is right and was not used before; used codes are remembered for all processes."""
    if not validate_totp_code(SecondFactorAdapter().decrypt(row.data["secret"]), code):
        return False
    step = int(clock().now().timestamp()) // 90
    digests = [attempts.attempt_key("totp", str(row.pk), code, str(each)) for each in (step, step - 1)]
    if UsedAssertion.objects.filter(digest__in=digests).exists():
        return False
    UsedAssertion.objects.create(digest=digests[0], person_id=row.user_id, used_at=clock().now())
    return True


def _totp_key(request: HttpRequest, person: UUID) -> str:
    return attempts.attempt_key("totp", attempts.client_address(request), str(person))


def _digits(code: str) -> str:
    return "".join(letter for letter in ascii_digits(code[:50]) if letter.isdigit())


def _otpauth(label: str, secret: str) -> str:
    class _Label(SecondFactorAdapter):
        def get_totp_label(self, user: object) -> str:
            return label

    return str(_Label().build_totp_url(None, secret))
