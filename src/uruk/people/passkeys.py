"""Passkeys: registered once, then asserted over a challenge; the counter must move."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from fido2 import cbor as ctap_cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticationResponse, PublicKeyCredentialUserEntity

from uruk.acts.api import clock
from uruk.kernel.api import CodedError
from uruk.people.domain.counters import counter_moved
from uruk.people.models import Passkey, Person, UsedAssertion
from uruk.people.relying import webauthn_server

PASSKEYS_MAX = 10
_REQUIRED = "required"
State = dict[str, Any]


@dataclass(frozen=True)
class Assertion:
    """A verified assertion, as bytes, with the COSE_Key it verifies under."""

    credential: bytes
    key: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes


def creation_options(person: Person) -> tuple[dict[str, Any], State]:
    """What ``navigator.credentials.create`` is given, as JSON, and the state to verify its answer with."""
    if Passkey.objects.filter(person=person, removed_at__isnull=True).count() >= PASSKEYS_MAX:
        raise CodedError("people.too_many_passkeys", maximum=PASSKEYS_MAX)
    name = person.officer_name or person.name("ar") or str(person.pk)
    user = PublicKeyCredentialUserEntity(id=person.pk.bytes, name=name, display_name=person.name("ar") or name)
    options, state = webauthn_server().register_begin(
        user, credentials=_credentials(person.pk), resident_key_requirement="preferred", user_verification=_REQUIRED
    )
    return dict(options), state


def add_passkey(person: Person, name: str, response: Mapping[str, Any], state: State) -> Passkey:
    """Verify an authenticator's answer and keep its key; ``people.passkey_refused`` for any other answer."""
    try:
        found = webauthn_server().register_complete(state, response).credential_data
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CodedError("people.passkey_refused") from None
    credential = websafe_encode(found.credential_id)
    with transaction.atomic():
        if Passkey.objects.filter(pk=credential).exists():
            raise CodedError("people.passkey_known")
        listed = Authenticator.objects.create(
            user=person, type=Authenticator.Type.WEBAUTHN, data={"name": name[:100], "credential": dict(response)}
        )
        return Passkey.objects.create(
            credential=credential,
            person=person,
            key=ctap_cbor.encode(dict(found.public_key)),
            sign_count=0,
            authenticator=listed.pk,
            registered_at=clock().now(),
        )


def request_options(person_id: UUID, challenge: bytes | None = None) -> tuple[dict[str, Any], State]:
    """What ``navigator.credentials.get`` is given, as JSON, and the state; no passkey: ``people.passkey_missing``."""
    credentials = _credentials(person_id)
    if not credentials:
        raise CodedError("people.passkey_missing")
    options, state = webauthn_server().authenticate_begin(credentials, user_verification=_REQUIRED, challenge=challenge)
    return dict(options), state


def verify_assertion(person_id: UUID, response: Mapping[str, Any], state: State) -> Assertion:
    """Verify an assertion by one of the person's passkeys, move its counter, and note it as used.

    ``people.passkey_refused``: another key, challenge, origin or signature, or the person was not verified by the
    device. ``people.passkey_counter``: the counter stood still or went back. ``people.assertion_used``: shown before.
    """
    try:
        answer = AuthenticationResponse.from_dict(response)
        server = webauthn_server()
        server.authenticate_complete(state, _credentials(person_id), answer)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CodedError("people.passkey_refused") from None
    with transaction.atomic():
        passkey = _count(person_id, answer)
        _use(person_id, answer)
    return Assertion(
        credential=bytes(answer.raw_id),
        key=bytes(passkey.key),
        client_data=bytes(answer.response.client_data),
        authenticator_data=bytes(answer.response.authenticator_data),
        signature=bytes(answer.response.signature),
    )


def challenge_state(challenge: bytes) -> State:
    """The state for a challenge that is known beforehand, such as a proposal's digest."""
    return {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}


def remove_passkey(person_id: UUID, authenticator: int) -> None:
    """Take a passkey out of use. Its key stays, for what it approved is still to be checked."""
    with transaction.atomic():
        Authenticator.objects.filter(pk=authenticator, user_id=person_id, type=Authenticator.Type.WEBAUTHN).delete()
        rows = Passkey.objects.filter(person_id=person_id, authenticator=authenticator, removed_at__isnull=True)
        rows.update(removed_at=clock().now(), authenticator=None)


def key_digest(key: bytes) -> str:
    """SHA-256 of a COSE_Key in hex, as keys.json lists approvers."""
    return hashlib.sha256(key).hexdigest()


def used_at(person_id: UUID) -> datetime | None:
    """When one of the person's passkeys was last used, or None."""
    row = UsedAssertion.objects.filter(person_id=person_id).order_by("-used_at").first()
    return None if row is None else row.used_at


def _credentials(person_id: UUID) -> list[AttestedCredentialData]:
    rows = Passkey.objects.filter(person_id=person_id, removed_at__isnull=True)
    return [_credential(row) for row in rows[:PASSKEYS_MAX]]


def _credential(row: Passkey) -> AttestedCredentialData:
    key = CoseKey.parse(ctap_cbor.decode(bytes(row.key)))
    return AttestedCredentialData.create(b"\0" * 16, websafe_decode(row.credential), key)


def _count(person_id: UUID, answer: AuthenticationResponse) -> Passkey:
    rows = Passkey.objects.select_for_update().filter(person_id=person_id, removed_at__isnull=True)
    passkey = rows.get(pk=websafe_encode(answer.raw_id))
    shown = answer.response.authenticator_data.counter
    if not counter_moved(passkey.sign_count, shown):
        raise CodedError("people.passkey_counter")
    passkey.sign_count = shown
    passkey.save(update_fields=("sign_count",))
    return passkey


def _use(person_id: UUID, answer: AuthenticationResponse) -> None:
    # An authenticator without a counter could be replayed; its very bytes are therefore remembered.
    data = answer.response.authenticator_data + answer.response.client_data.hash + answer.response.signature
    facts = {"person_id": person_id, "used_at": clock().now()}
    _, created = UsedAssertion.objects.get_or_create(digest=hashlib.sha256(data).hexdigest(), defaults=facts)
    if not created:
        raise CodedError("people.assertion_used")
