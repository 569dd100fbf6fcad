"""Programs of an institution: each holds one role, on named registries and services, as long as its token is good."""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Case, F, QuerySet, When

from uruk.acts.api import Deed, acknowledged, clock, is_acknowledged, perform, standing
from uruk.kernel.api import Actor, CodedError, Text, new_id
from uruk.people.models import Program
from uruk.people.offices import role_brings
from uruk.trust.api import Receipt

MAX_NAME = 60
# Registries and services together.
MAX_REGISTRIES = 50
# A beginning that scanners of source code and logs find; then 256 bits that nobody guesses.
PREFIX = "uruk_"
_TOKEN = re.compile(r"uruk_[A-Za-z0-9_-]{43}", re.ASCII)
_LISTED = 10_000


@dataclass(frozen=True)
class ProgramView:
    """A program that may act in a role of an institution, on these registries and services (codes), from `since` to
    `until`.
    """

    id: UUID
    institution: str
    role: str
    registries: tuple[str, ...]
    names: Text
    since: datetime
    until: datetime | None
    services: tuple[str, ...] = ()

    def good_at(self, at: datetime) -> bool:
        """Whether its token is good at that moment."""
        return self.since <= at and (self.until is None or at < self.until)


def admit_program(
    actor: Actor,
    institution: str,
    role: str,
    registries: Sequence[str],
    names: Text,
    *,
    until: datetime | None = None,
    services: Sequence[str] = (),
) -> tuple[ProgramView, str]:
    """Admit a program to a role on some registries and services, as an act of the institution; its view and its token.

    The token is told this once: only its SHA-256 is kept. `until` is exclusive. Errors: ``people.program_name``,
    ``people.program_registries``, ``people.program_until``, those of `acts.perform`.
    """
    now = clock().now()
    _check_names(names)
    codes, served = sorted(set(registries)), sorted(set(services))
    if not 0 < len(codes) + len(served) <= MAX_REGISTRIES:
        raise CodedError("people.program_registries", max=MAX_REGISTRIES)
    if until is not None and until <= now:
        raise CodedError("people.program_until")
    token = PREFIX + secrets.token_urlsafe(32)
    digest = _digest(token)
    facts = {"institution": institution, "role": role, "registries": codes, "services": served, "digest": digest}

    def rows(act_id: UUID) -> None:
        Program.objects.create(act_id=act_id, names=names.as_dict(), since=now, until=until, **facts)

    period = {"since": int(now.timestamp()), "until": None if until is None else int(until.timestamp())}
    on = {"registries": codes} if not served else {"registries": codes, "services": served}
    body = {"role": role, **on, "token": bytes.fromhex(digest), **period}
    program = new_id()
    act = Deed(type="program.admitted", role="decided", author=institution, body=body, rows=rows, act_id=program)
    perform(actor, act)
    return ProgramView(program, institution, role, tuple(codes), names, now, until, tuple(served)), token


def end_program(actor: Actor, program: UUID) -> Receipt:
    """End a program's token now, as an act of its institution; unknown or ended: ``people.program_unknown``."""
    row = standing(Program.objects.filter(pk=program, ended_by_act__isnull=True)).first()
    if row is None:
        raise CodedError("people.program_unknown")
    now = clock().now()

    def rows(act_id: UUID) -> None:
        # Once: a second end, still without its receipt, would take the first one's effect away.
        if not Program.objects.filter(pk=program, ended_by_act__isnull=True).update(ended_at=now, ended_by_act=act_id):
            raise CodedError("people.program_unknown")

    body = {"program": program.bytes, "until": int(now.timestamp())}
    return perform(actor, Deed(type="program.ended", role="decided", author=row.institution, body=body, rows=rows))


def list_programs() -> tuple[ProgramView, ...]:
    """The programs whose tokens are good now, by institution, role and time of admission; at most 10,000."""
    now = clock().now()
    views = (_view(row) for row in _rows().order_by("institution", "role", "since")[:_LISTED])
    return tuple(view for view in views if view.good_at(now))


def find_program(program: UUID) -> ProgramView | None:
    """The program of an id, also one that has ended; None where there is none."""
    row = _rows(pk=program).first()
    return None if row is None else _view(row)


def program_actor(token: str | None) -> Actor:
    """Who acts with a token, in its role, by the channel "rest".

    Errors: ``people.token_missing``; ``people.token_refused`` for one that is unknown, not yet or no longer good.
    """
    if token is None:
        raise CodedError("people.token_missing")
    row = _rows(digest=_digest(token)).first() if _TOKEN.fullmatch(token) else None
    if row is None or not _view(row).good_at(clock().now()):
        raise CodedError("people.token_refused")
    return Actor(channel="rest", program=row.pk, institution=row.institution, role=row.role)


def require_program(actor: Actor, institution: str, registry: str, roles: Collection[str]) -> None:
    """Refuse a program that does not now hold one of the roles on the registry.

    Errors: ``people.registry_not_named`` for a registry that its token does not name, ``people.role_not_held``.
    """
    found = _good_program(actor, institution, roles)
    if registry not in found.registries:
        raise CodedError("people.registry_not_named", registry=registry)
    if found.role not in roles:
        raise CodedError("people.role_not_held", role=", ".join(sorted(roles)), institution=institution)


def require_service_program(actor: Actor, institution: str, service: str, right: str | None = None) -> None:
    """Refuse a program whose token is not now for the service, or whose role does not bring a right (``read-cases``).

    Errors: ``people.role_not_held``, ``people.service_not_named``, ``people.right_missing``.
    """
    found = _good_program(actor, institution, (actor.role or "",))
    if service not in found.services:
        raise CodedError("people.service_not_named", service=service[:80])
    if right is not None and not role_brings(institution, found.role, right):
        raise CodedError("people.right_missing", role=found.role, institution=institution)


def require_program_right(actor: Actor, right: str) -> None:
    """Refuse a program whose role does not bring a right beyond definitions (``approve-definitions``).

    Errors: ``people.role_not_held``, ``people.right_missing``.
    """
    found = _good_program(actor, actor.institution or "", (actor.role or "",))
    if not role_brings(found.institution, found.role, right):
        raise CodedError("people.right_missing", role=found.role, institution=found.institution)


def _good_program(actor: Actor, institution: str, roles: Collection[str]) -> ProgramView:
    """The program that acts, if it is one of the institution's now and acts in its role."""
    found = None if actor.program is None else find_program(actor.program)
    mine = found is not None and found.institution == institution == actor.institution
    if found is None or not mine or not found.good_at(clock().now()) or found.role != actor.role:
        raise CodedError("people.role_not_held", role=", ".join(sorted(roles)), institution=institution)
    return found


def _check_names(names: Text) -> None:
    for name in names.as_dict().values():
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise CodedError("people.program_name", max=MAX_NAME)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _rows(**which: object) -> "QuerySet[Program]":
    """Acknowledged programs, each with ``end``: when it was ended early, once that act is acknowledged itself."""
    ended = Case(When(is_acknowledged("ended_by_act"), then=F("ended_at")), default=None)
    return acknowledged(Program.objects.filter(**which)).annotate(end=ended)


def _view(row: Program) -> ProgramView:
    ends = [end for end in (row.until, getattr(row, "end", None)) if end is not None]
    until = min(ends, default=None)
    names = Text.parse(row.names)
    on, served = tuple(row.registries), tuple(row.services)
    return ProgramView(row.pk, row.institution, row.role, on, names, row.since, until, served)
