"""Where a person is reached: an address counts once a code that was sent there has come back."""

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from uruk.acts.api import clock, enqueue
from uruk.kernel.api import LANGUAGES, Actor, CodedError, ascii_digits, new_id
from uruk.notices.channels import get_channel, open_channels
from uruk.notices.models import Contact, Message, Spoken
from uruk.notices.sending import CODE_MINUTES, SEND, language_of, sent_view
from uruk.notices.views import ContactView, ReachView

MAX_TRIES = 5
# Within a day: so that nobody has somebody else's telephone ring all night.
MAX_CODES = 5
DAY = timedelta(days=1)


def my_reach(actor: Actor) -> ReachView:
    """How a person is told: language, addresses, and the channels that they may choose."""
    person = _person(actor)
    contacts = tuple(_view(one) for one in Contact.objects.filter(person=person))
    return ReachView(language_of(person), contacts, open_channels())


def choose_language(actor: Actor, language: str) -> None:
    """Be told in this language from now on: ``notices.language_unknown``."""
    if language not in LANGUAGES:
        raise CodedError("notices.language_unknown", language=language[:10])
    Spoken.objects.update_or_create(person=_person(actor), defaults={"language": language})


def add_contact(actor: Actor, channel: str, address: str) -> None:
    """Name an address, in the place of the one before; a code is sent there.

    Errors: ``notices.channel_unknown``, ``notices.mail_malformed``, ``notices.phone_malformed``,
    ``notices.too_many_codes``.
    """
    person, found = _person(actor), get_channel(channel)
    kept = found.clean(address)
    _require_few(person, kept)
    code, now = f"{secrets.randbelow(10**6):06}", clock().now()
    facts = {
        "address": kept, "wanted": True, "verified_at": None, "tries": 0,
        "code": _digest(person, code), "code_until": now + timedelta(minutes=CODE_MINUTES),
    }  # fmt: skip
    with transaction.atomic():
        Contact.objects.update_or_create(person=person, channel=channel, defaults=facts)
        message = Message.objects.create(
            id=new_id(), person=person, channel=channel, address=kept, code=code, made_at=now
        )
        enqueue(SEND, {"message": str(message.id)}, key=f"{SEND}:{message.id}:0")


def confirm_contact(actor: Actor, channel: str, code: str) -> None:
    """Show that an address is one's own by the code that was sent there; it opens five times at most.

    Unknown, wrong, old and used codes answer alike: ``notices.code_refused``.
    """
    person, now = _person(actor), clock().now()
    waiting = Contact.objects.filter(person=person, channel=channel, code_until__gt=now, tries__lt=MAX_TRIES)
    # Counted in the database before it is looked at: tries that come at once are as many.
    counted = waiting.update(tries=F("tries") + 1)
    row = Contact.objects.filter(person=person, channel=channel).first()
    typed = ascii_digits("".join(code.split()))
    if not counted or row is None or not hmac.compare_digest(row.code, _digest(person, typed)):
        raise CodedError("notices.code_refused")
    Contact.objects.filter(pk=row.pk).update(verified_at=now, code="", code_until=None, tries=0)


def want_contact(actor: Actor, channel: str, *, wanted: bool) -> None:
    """Have notices sent to an address, or not; it stays known. Errors: ``notices.contact_unknown``."""
    if not Contact.objects.filter(person=_person(actor), channel=channel).update(wanted=wanted):
        raise CodedError("notices.contact_unknown")


def remove_contact(actor: Actor, channel: str) -> None:
    """Forget an address: ``notices.contact_unknown``. What is under way to it is not sent any more."""
    deleted, _ = Contact.objects.filter(person=_person(actor), channel=channel).delete()
    if not deleted:
        raise CodedError("notices.contact_unknown")


def _person(actor: Actor) -> UUID:
    if actor.person is None or actor.institution is not None:
        raise CodedError("notices.for_persons")
    return actor.person


def _require_few(person: UUID, address: str) -> None:
    """Refuse more codes than anybody needs, by the person and to the address, whoever asks."""
    codes = Message.objects.filter(notice=None, made_at__gt=clock().now() - DAY)
    if max(codes.filter(person=person).count(), codes.filter(address=address).count()) >= MAX_CODES:
        raise CodedError("notices.too_many_codes")


def _view(row: Contact) -> ContactView:
    codes = Message.objects.filter(notice=None, person=row.person, channel=row.channel, address=row.address)
    last = codes.order_by("-made_at", "-id").first()
    waits = row.code_until if row.code_until and row.code_until > clock().now() else None
    sent = None if last is None or row.verified_at else sent_view(last)
    return ContactView(row.channel, row.address, row.verified_at is not None, row.wanted, waits, sent)


def _digest(person: UUID, code: str) -> str:
    data = f"uruk/notices/code/v1\n{person}\n{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), data, "sha256").hexdigest()
