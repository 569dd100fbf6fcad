"""What persons ask of the records that are about them: corrections, with evidence; and what became of these."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.registries.attachments import load_seen, store_file
from uruk.registries.domain.change import Change, read_content
from uruk.registries.domain.showing import sight_of_subject
from uruk.registries.models import ChangeRequest
from uruk.registries.opening import open_registry
from uruk.registries.preparing import Preparation
from uruk.registries.reading import concerns, visible
from uruk.registries.recording import checked_drafts, origin_of
from uruk.registries.requests import MAX_LISTED, changes_of, find_request, keep_request, registry_of, request_view
from uruk.registries.rights import own_numbers
from uruk.registries.views import RequestView


def ask_correction(
    actor: Actor, institution: str, code: str, change: Change, reason: str, evidence: Sequence[str] = ()
) -> RequestView:
    """Ask that a record about the actor be corrected: a request that officers accept or refuse.

    `change`: kind ``correct`` or ``change`` on a record that is about them. Fields that only some roles may read
    cannot be named. Errors: ``registries.record_unknown``, `InvalidChangesError`, ``registries.version_moved``,
    ``registries.not_for_citizens``, ``registries.too_many_requests``, ``registries.reason_missing``,
    ``registries.file_unknown``.
    """
    registry = open_registry(institution, code)
    person = _person(actor)
    if person.person is None or change.kind not in {"correct", "change"} or change.record is None:
        raise CodedError("registries.not_for_citizens")
    visible(person, registry, lambda: registry.store.find(change.record or UUID(int=0)))
    withheld = sight_of_subject(registry.model).withheld
    if any(name in withheld for name in change.values):
        raise CodedError("registries.not_for_citizens")
    waiting = ChangeRequest.objects.filter(author=person.person, by_citizen=True)
    if waiting.filter(closing__isnull=True, acceptance__isnull=True).count() >= MAX_LISTED:
        raise CodedError("registries.too_many_requests", maximum=MAX_LISTED)
    origin = origin_of(person, reason, evidence)
    checked_drafts(Preparation(registry, person, [change], subject=True), keys=True)
    return _shown(person, keep_request(registry, person, [change], origin, by_citizen=True))


def my_requests(actor: Actor) -> tuple[RequestView, ...]:
    """What a person asked to have corrected, newest first, at most 100, with what became of it."""
    if actor.person is None or not own_numbers(actor):
        return ()
    rows = ChangeRequest.objects.select_related("registry").filter(author=actor.person, by_citizen=True)
    return tuple(_shown(_person(actor), row) for row in rows.order_by("-made_at", "-id")[:MAX_LISTED])


def my_request(actor: Actor, request_id: UUID) -> RequestView:
    """One of them; another's and an unknown one: ``registries.request_unknown``."""
    row = find_request(request_id)
    if actor.person is None or not own_numbers(actor) or not row.by_citizen or row.author != actor.person:
        raise CodedError("registries.request_unknown")
    return _shown(_person(actor), row)


def keep_own_file(actor: Actor, institution: str, code: str, record: UUID, data: bytes) -> str:
    """Keep a file that a person's request about their own record is to rest on; its SHA-256 in hexadecimal.

    Errors: ``registries.record_unknown``, ``registries.file_too_large``, ``registries.file_empty``,
    ``files.disk_nearly_full``, ``registries.registry_unknown``.
    """
    registry = open_registry(institution, code)
    visible(_person(actor), registry, lambda: registry.store.find(record))
    return store_file(data)


def my_request_file(actor: Actor, request_id: UUID, sha256: str) -> bytes:
    """A file that a person's own request rests on. Errors: ``registries.file_unknown``, those of `my_request`."""
    return load_seen(sha256, my_request(actor, request_id).evidence)


def _person(actor: Actor) -> Actor:
    """The same person in no office."""
    return replace(actor, institution=None, role=None)


def _shown(person: Actor, row: ChangeRequest) -> RequestView:
    """A request as its author sees it; what a record says now only while it is still about them."""
    registry = registry_of(row)
    asked = [] if row.changes is None else changes_of(row)
    named = sorted({one.record for one in asked if one.record is not None})
    known = registry.store.find_many(named)
    mine = {record: found for record, found in known.items() if concerns(person, registry, read_content(found.content))}
    return request_view(registry, row, asked, mine, sight_of_subject(registry.model))
