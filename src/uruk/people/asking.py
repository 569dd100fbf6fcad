"""A person asks other institutions for what is theirs: the institution that signed them in says so in its log."""

import secrets
from collections.abc import Sequence

from uruk.acts.api import Deed, clock, hosted_institutions, node_settings, perform
from uruk.exchange.api import NONCE_BYTES, Asker, CountryDirectory, MemberEntry, normalised, token_body
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people import attempts
from uruk.people.domain.limits import READINGS
from uruk.people.domain.papers import NATIONAL
from uruk.people.mandates import require_mandate
from uruk.people.sightings import seen_papers


def own_number(actor: Actor, counted: str) -> str:
    """The actor's own national number, as it was seen, or that of the child for whom they act under a mandate.

    Also counts how often they ask, under a name of what they ask. Errors: ``people.sign_in_needed``,
    ``people.number_not_seen``, ``people.mandate_over``, ``people.too_many_tries``.
    """
    if actor.person is None:
        raise CodedError("people.sign_in_needed")
    if actor.mandate is not None:
        attempts.check_and_count(attempts.attempt_key(counted, str(actor.person)), READINGS)
        return _child(actor)
    numbers = [paper.number for paper in seen_papers(actor.person) if paper.kind == NATIONAL]
    if not numbers:
        raise CodedError("people.number_not_seen")
    attempts.check_and_count(attempts.attempt_key(counted, str(actor.person)), READINGS)
    return normalised(numbers[0])


def _child(actor: Actor) -> str:
    """Whose data a guardian asks for: a company has none of its own."""
    mandate = require_mandate(actor)
    if mandate.kind != "guardian":
        raise CodedError("people.mandate_over")
    return normalised(mandate.subject)


def personal_members(country: CountryDirectory) -> tuple[MemberEntry, ...]:
    """The country's members that keep personal data."""
    return tuple(one for one in country.members.values() if one.personal and one.left_at is None)


def ask_members(actor: Actor, country: CountryDirectory, members: Sequence[MemberEntry], act: str) -> Asker:
    """Let a person ask members about themself: `act` is the type of the act by which their institution says so.

    Errors: ``people.sign_in_needed``, ``people.number_not_seen``, ``people.too_many_tries``,
    ``people.sign_in_elsewhere``, those of `acts.perform`.
    """
    return asker_of(actor, own_number(actor, act), country, members, act)


def asker_of(actor: Actor, number: str, country: CountryDirectory, members: Sequence[MemberEntry], act: str) -> Asker:
    """The sign-in institution says in its log that this person asks; the receipt is the token."""
    signer = _signer(country)
    audience = [str(one.member) for one in members]
    settings = node_settings()
    body = token_body(number, audience, settings.node, secrets.token_bytes(NONCE_BYTES), clock().now())
    token = perform(actor, Deed(act, "asked", signer.code, body, lambda _: None))
    return Asker(settings.data / "gateway" / "gateway.sock", str(signer.member), token, number)


def _signer(country: CountryDirectory) -> MemberEntry:
    """The institution of this node that signs citizens in."""
    signers = [one for one in country.members.values() if one.signs_in and one.left_at is None]
    hosted = hosted_institutions()
    for one in signers:
        if one.code in hosted:
            return one
    names = [one.names for one in signers]
    raise CodedError("people.sign_in_elsewhere", institutions=names or [Text("—", "—", "—")])
