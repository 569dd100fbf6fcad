"""Sending: a job for each message, tried again with growing waits, noted before it begins and when it has ended."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from uruk.acts.api import clock, enqueue, job, node_settings
from uruk.kernel.api import CodedError, Text
from uruk.notices.channels import NotSentError, Outgoing, get_channel, is_shown
from uruk.notices.domain.addresses import masked
from uruk.notices.domain.wording import body, code_body, code_subject, subject
from uruk.notices.models import Contact, Message, Spoken
from uruk.notices.views import SentView

SEND = "notices.send"
CODE_MINUTES = 30
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
# Later than that a message is no help: what it says stands on the page.
KEPT_TRYING = timedelta(days=1)
CODES_KEPT = timedelta(days=1)
# Begun so often without being noted: it was killed on the way, and may have arrived both times.
MAX_BEGUN = 2
_LOG = structlog.get_logger("uruk.notices")


@job(SEND)
def send_message(payload: dict[str, Any]) -> None:
    """The job of a message: send it, and note that. Killed between the two it is sent once more, and no third time."""
    message = _begin(UUID(payload["message"]))
    if message is None:
        return
    try:
        _carry(message)
    except NotSentError as error:
        _not_sent(message, error.code, final=error.final)
    except Exception as error:
        # It may have arrived, or not: it is sent once more at most.
        _LOG.warning("a message may not have arrived", channel=message.channel, error=type(error).__name__)
        _unsure(message)
    else:
        _sent(message)


def language_of(person: UUID) -> str:
    """The language in which a person is told."""
    row = Spoken.objects.filter(pk=person).first()
    return "ar" if row is None else row.language


def sent_view(row: Message) -> SentView:
    """What became of a message."""
    outcome = "sent" if row.sent_at else "failed" if row.ended_at else "waiting"
    shown = _outgoing(row).body if is_shown() and row.sent_at else ""
    at = row.sent_at or row.ended_at
    return SentView(row.channel, masked(row.address), outcome, at, row.next_at, row.error, shown)  # type: ignore[arg-type]


def forget_codes(_: dict[str, Any]) -> None:
    """Delete the messages of codes that nobody can use any more; they are counted for a day."""
    Message.objects.filter(notice=None, made_at__lt=clock().now() - CODES_KEPT).delete()


def _begin(message: UUID) -> Message | None:
    """Note that it is begun; None where it has come to its end, or comes to it now without being sent."""
    with transaction.atomic():
        row = Message.objects.select_for_update(of=("self",)).select_related("notice").filter(pk=message).first()
        if row is None or row.sent_at or row.ended_at:
            return None
        hindrance = _hindrance(row)
        if hindrance:
            _end(row, hindrance)
            return None
        row.begun += 1
        row.save(update_fields=("begun",))
    return row


def _hindrance(row: Message) -> str:
    """Why a message is not sent any more."""
    if row.begun >= MAX_BEGUN:
        return "notices.unsure"
    contact = Contact.objects.filter(person=row.person, channel=row.channel, address=row.address).first()
    if contact is None or (row.notice_id is not None and not contact.wanted):
        return "notices.not_wanted"
    if row.notice_id is None and (contact.code_until is None or contact.code_until < clock().now()):
        return "notices.too_late"
    return ""


def _carry(row: Message) -> None:
    """By its channel; in a demonstration it has arrived as soon as the page shows it."""
    if is_shown():
        return
    try:
        channel = get_channel(row.channel)
    except CodedError as error:
        raise NotSentError(error.code) from error
    channel.send(_outgoing(row))


def _outgoing(row: Message) -> Outgoing:
    language = language_of(row.person)
    if row.notice is None:
        said = code_body(row.code, CODE_MINUTES, language)
        return Outgoing(row.id, row.address, code_subject(language), said, language)
    page = f"{node_settings().public_url}{language}/{row.notice.page}"
    said = body(Text.parse(row.notice.about), Text.parse(row.notice.text), page, language)
    return Outgoing(row.id, row.address, subject(language), said, language)


def _sent(row: Message) -> None:
    """What was a secret is kept no longer than it takes, but where the page shows it."""
    code = row.code if is_shown() else ""
    Message.objects.filter(pk=row.pk).update(sent_at=clock().now(), begun=0, next_at=None, error="", code=code)


def _not_sent(row: Message, code: str, *, final: bool) -> None:
    now = clock().now()
    if final or now >= row.made_at + KEPT_TRYING:
        _end(row, code)
        return
    wait = min(SHORTEST_WAIT * 2 ** min(row.tries, 10), LONGEST_WAIT)
    with transaction.atomic():
        facts = {"begun": row.begun - 1, "tries": row.tries + 1, "next_at": now + wait, "error": code}
        Message.objects.filter(pk=row.pk).update(**facts)
        _again(row, now + wait)


def _unsure(row: Message) -> None:
    if row.begun >= MAX_BEGUN:
        _end(row, "notices.unsure")
        return
    at = clock().now() + SHORTEST_WAIT
    with transaction.atomic():
        Message.objects.filter(pk=row.pk).update(tries=row.tries + 1, next_at=at, error="notices.unsure")
        _again(row, at)


def _again(row: Message, at: datetime) -> None:
    enqueue(SEND, {"message": str(row.pk)}, at=at, key=f"{SEND}:{row.pk}:{row.tries + 1}")


def _end(row: Message, code: str) -> None:
    Message.objects.filter(pk=row.pk).update(ended_at=clock().now(), next_at=None, error=code, code="")
