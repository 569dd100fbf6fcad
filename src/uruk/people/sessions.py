"""Sessions: begun by a sign-in, seen and ended by their owner, short at a desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth import login, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from uruk.acts.api import clock, find_models, node_settings, stored
from uruk.kernel.api import CodedError
from uruk.people.device import remember
from uruk.people.domain.devices import describe_device
from uruk.people.domain.sessions import is_over, should_touch
from uruk.people.models import Person, SignIn
from uruk.people.offices import offices

_KEY = "people-sign-in"
_BACKEND = "uruk.people.backends.PersonBackend"
SESSIONS_MAX = 50


@dataclass(frozen=True)
class SessionView:
    """A session as its owner sees it; ``device`` names browser and system, ``current`` marks the one asking."""

    id: UUID
    device: str
    desk: bool
    second_factor: str
    started_at: datetime
    last_seen_at: datetime
    current: bool


def begin(request: HttpRequest, person: Person, second_factor: str = "") -> SignIn:
    """Sign a person in on this browser; ``second_factor`` is ``passkey``, ``totp`` or empty."""
    now = clock().now()
    login(request, person, backend=_BACKEND)
    row = SignIn.objects.create(
        person=person,
        device=describe_device(request.META.get("HTTP_USER_AGENT", "")),
        desk=bool(offices(person.pk, now)),
        second_factor=second_factor,
        started_at=now,
        last_seen_at=now,
    )
    request.session[_KEY] = str(row.pk)
    request.sign_in = row
    remember(request, person.pk)
    return row


def current(request: HttpRequest) -> SignIn | None:
    """The request's sign-in if it is still good; None for a visitor. Looks once for each request."""
    if not hasattr(request, "sign_in"):
        request.sign_in = _look(request)
    found: SignIn | None = request.sign_in
    return found


def keep_within_limits(request: HttpRequest) -> None:
    """End the request's session if it was revoked or is over; else note, at most once a minute, that it is in use."""
    if _KEY not in request.session:
        if request.session.get("_auth_user_id"):
            _drop(request)
        return
    row = current(request)
    if row is None:
        _drop(request)
        return
    now = clock().now()
    if should_touch(row.last_seen_at, now):
        SignIn.objects.filter(pk=row.pk, ended_at__isnull=True).update(last_seen_at=now)


def strengthen(request: HttpRequest, second_factor: str) -> None:
    """Note that the session's person has just shown a second factor."""
    row = signed_in(request)
    row.second_factor = second_factor
    SignIn.objects.filter(pk=row.pk).update(second_factor=second_factor)
    request.session.cycle_key()


def signed_in(request: HttpRequest) -> SignIn:
    """The request's sign-in; a visitor: ``people.sign_in_needed``."""
    row = current(request)
    if row is None:
        raise CodedError("people.sign_in_needed")
    return row


def list_sessions(request: HttpRequest) -> tuple[SessionView, ...]:
    """The open sessions of whoever asks, latest first, at most 50."""
    mine = signed_in(request)
    now = clock().now()
    rows = SignIn.objects.filter(person_id=mine.person_id, ended_at__isnull=True)[:SESSIONS_MAX]
    return tuple(_view(row, mine) for row in rows if not _over(row, now))


def revoke_session(request: HttpRequest, session: UUID) -> None:
    """End one of one's own sessions; another's or an unknown one: ``people.session_unknown``."""
    mine = signed_in(request)
    rows = SignIn.objects.filter(pk=session, person_id=mine.person_id, ended_at__isnull=True)
    if not rows.update(ended_at=clock().now()):
        raise CodedError("people.session_unknown")
    if session == mine.pk:
        _drop(request)


def sign_out(request: HttpRequest) -> None:
    """End the session of this browser; harmless for a visitor."""
    row = current(request)
    if row is not None:
        SignIn.objects.filter(pk=row.pk).update(ended_at=clock().now())
    _drop(request)


def end_other_sessions(person_id: UUID, keep: UUID | None = None) -> int:
    """End all of a person's sessions but one; return how many."""
    rows = SignIn.objects.filter(person_id=person_id, ended_at__isnull=True).exclude(pk=keep)
    return rows.update(ended_at=clock().now())


def _look(request: HttpRequest) -> SignIn | None:
    found = _find(request.session.get(_KEY))
    if found is None or not request.user.is_authenticated or request.user.pk != found.person_id:
        return None
    return None if _over(found, clock().now()) else found


def _find(key: str | None) -> SignIn | None:
    if key is None:
        return None
    rows = find_models(SignIn, "WHERE id = %s AND ended_at IS NULL", stored(SignIn._meta.pk, key))
    return next(iter(rows), None)


def _over(row: SignIn, now: datetime) -> bool:
    settings = node_settings()
    minutes = settings.desk_session_minutes if row.desk else settings.citizen_session_minutes
    return is_over(row.started_at, row.last_seen_at, timedelta(minutes=minutes), now)


def _drop(request: HttpRequest) -> None:
    logout(request)
    request.user = AnonymousUser()
    request.sign_in = None


def _view(row: SignIn, mine: SignIn) -> SessionView:
    return SessionView(
        id=row.pk,
        device=row.device,
        desk=row.desk,
        second_factor=row.second_factor,
        started_at=row.started_at,
        last_seen_at=row.last_seen_at,
        current=row.pk == mine.pk,
    )
