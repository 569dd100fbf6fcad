"""How long drafts last, and how many there may be: nobody fills a node with what they never submit."""

from datetime import timedelta
from typing import TYPE_CHECKING

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError
from uruk.services.models import Draft

if TYPE_CHECKING:
    from django.db.models import QuerySet

KEPT = timedelta(days=30)
# Of a person as many as they are shown.
MAX_LISTED = 50
# Of people without an account as many as a node takes in an hour; what one address may begin is the portal's to count.
MAX_VISITORS = 5_000
_WINDOW = timedelta(hours=1)


def fresh() -> "QuerySet[Draft]":
    """Drafts that there are: one whose time is over is none, whether it is deleted yet or not."""
    return Draft.objects.filter(made_at__gte=clock().now() - KEPT)


def require_room(actor: Actor) -> None:
    """Refuse whoever may begin no draft more; an officer begins them for who stands before them.

    Errors: ``services.drafts_full``, ``services.too_many_drafts``.
    """
    if actor.institution is not None:
        return
    if actor.person is not None:
        if fresh().filter(person=actor.person).count() >= MAX_LISTED:
            raise CodedError("services.drafts_full", max=MAX_LISTED)
        return
    visitors = Draft.objects.filter(made_at__gt=clock().now() - _WINDOW, person=None, consent=None)
    if visitors.count() >= MAX_VISITORS:
        raise CodedError("services.too_many_drafts")
