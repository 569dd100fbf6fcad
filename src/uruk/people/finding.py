"""Which accounts a typed number or officer name may mean."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from uruk.acts.api import standing
from uruk.people.domain.candidates import CANDIDATES_MAX, bounded
from uruk.people.domain.papers import plain_number
from uruk.people.models import Person, Sighting

_IDENTIFIER_MAX = 200


def typed_account(identifier: str) -> str:
    """What was typed, as accounts are compared: an officer name in lower case, or a number as it is kept."""
    typed = identifier.strip()[:_IDENTIFIER_MAX]
    number = plain_number(typed)
    return number if any(letter.isdigit() for letter in number) and "." not in typed else typed.lower()


def candidates(account: str, device_persons: Collection[UUID] = ()) -> tuple[Person, ...]:
    """The accounts that may be meant, at most sixteen: the officer of that name, whose number it was seen to be,
    who signed in from this device; then in turn the most recently used and the oldest claims.
    """
    officer = Person.objects.filter(officer_name=account.lower(), is_active=True)
    claims = Person.objects.filter(papers__number=account, is_active=True).distinct()
    seen = standing(Sighting.objects.filter(number=account))
    first = [
        *officer[:1],
        *claims.filter(pk__in=seen.values("person_id"))[:CANDIDATES_MAX],
        *claims.filter(pk__in=list(device_persons)),
    ]
    return bounded(first, _latest_used(claims), claims.order_by("created_at", "pk")[:CANDIDATES_MAX])


def _latest_used(claims: "QuerySet[Person]") -> "QuerySet[Person]":
    return claims.filter(last_login__isnull=False).order_by("-last_login", "pk")[:CANDIDATES_MAX]
