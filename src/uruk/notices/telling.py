"""Telling: a notice is kept once, and handed to every channel that whoever it is for has chosen."""

from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q, QuerySet

from uruk.acts.api import Reading, clock, enqueue, record_read
from uruk.kernel.api import Actor, Text
from uruk.notices.channels import open_channels
from uruk.notices.models import Contact, Message, Notice
from uruk.notices.sending import SEND, sent_view
from uruk.notices.views import NewNotice, NoticeView
from uruk.people.api import holder_of, require_role, seen_papers

MAX_LISTED = 100
NATIONAL = "national"
_MESSAGES = UUID("4b0f7e0e-5f3b-5c52-8a0e-6d0f0a5f3f52")
_READ = Text(
    "قرأ موظف في المؤسسة إشعاراً عن طلبك", "فەرمانبەرێکی دامەزراوەکە ئاگادارییەکی دەربارەی داواکارییەکەت خوێندەوە",
    "An officer of the institution read a notice about your application",
)  # fmt: skip


def tell(notice: NewNotice) -> None:
    """Tell somebody something, once for each id; it stands on their page from now on, and messages go out later."""
    with transaction.atomic():
        row, fresh = Notice.objects.get_or_create(id=notice.id, defaults=_columns(notice))
        if fresh and not notice.role:
            for contact in _contacts(notice):
                _message(row, contact)


def my_notices(actor: Actor) -> tuple[NoticeView, ...]:
    """What a person was told, as the holder of a number that was seen to be theirs or by their account; newest first.

    At most 100, each with what became of it by every channel.
    """
    rows = _mine(actor)
    return tuple(_view(one) for one in rows.prefetch_related("messages")[:MAX_LISTED])


def my_references(actor: Actor, topic: str) -> tuple[str, ...]:
    """What a person's notices of a topic are about, newest first; at most 100."""
    found = _mine(actor).filter(topic=topic).values_list("reference", flat=True)[:MAX_LISTED]
    return tuple(dict.fromkeys(found))


def office_notices(actor: Actor) -> tuple[NoticeView, ...]:
    """What an office was told, newest first, at most 100; that it was read is noted for each person whom it is about.

    Errors: ``people.role_not_held``, those of `acts.perform`.
    """
    institution, role = actor.institution or "", actor.role or ""
    require_role(actor, institution, (role,))
    rows = list(Notice.objects.filter(institution=institution, role=role)[:MAX_LISTED])
    subjects = sorted({one.number for one in rows if one.number})
    if subjects:
        record_read(actor, Reading("notice.read", _READ, subjects, [str(one.id) for one in rows]))
    return tuple(_view(one) for one in rows)


def forget_notices(reference: str) -> None:
    """Delete what was told about something, and what was sent of it."""
    Notice.objects.filter(reference=reference).delete()


def _mine(actor: Actor) -> "QuerySet[Notice]":
    if actor.person is None or actor.institution is not None:
        return Notice.objects.none()
    numbers = [one.number for one in seen_papers(actor.person) if one.kind == NATIONAL]
    return Notice.objects.filter(Q(person=actor.person) | Q(number__in=numbers), role="")


def _columns(notice: NewNotice) -> dict[str, object]:
    return {
        "number": notice.number,
        "person": notice.person,
        "institution": notice.institution,
        "role": notice.role,
        "topic": notice.topic,
        "reference": notice.reference,
        "about": notice.about.as_dict(),
        "text": notice.text.as_dict(),
        "page": notice.page,
        "told_at": clock().now(),
    }


def _contacts(notice: NewNotice) -> Iterator[Contact]:
    """Where the addressee wants to be told; an account that nobody has seen a card of is told where it says."""
    person = notice.person or (holder_of(NATIONAL, notice.number) if notice.number else None)
    if person is not None:
        rows = Contact.objects.filter(person=person, wanted=True, verified_at__isnull=False)
        yield from rows.filter(channel__in=open_channels())


def _message(row: Notice, contact: Contact) -> None:
    made = Message.objects.create(
        id=uuid5(_MESSAGES, f"{row.id}/{contact.channel}"),
        notice=row,
        person=contact.person,
        channel=contact.channel,
        address=contact.address,
        made_at=clock().now(),
    )
    enqueue(SEND, {"message": str(made.id)}, key=f"{SEND}:{made.id}:0")


def _view(row: Notice) -> NoticeView:
    sent: Iterable[Message] = () if row.role else row.messages.all()
    return NoticeView(
        id=row.id,
        institution=row.institution,
        topic=row.topic,
        reference=row.reference,
        about=Text.parse(row.about),
        text=Text.parse(row.text),
        page=row.page,
        at=row.told_at,
        sent=tuple(sent_view(one) for one in sent),
    )
