"""Imports behind the door: handed in and checked, run, cancelled, looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO
from uuid import UUID, uuid5

from django.db import transaction

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.registries.changing import change, waits_for_second
from uruk.registries.domain.change import Change, read_content
from uruk.registries.ground import batches
from uruk.registries.importing.chunks import CHUNK, Way, changes_of, judge, rows_from
from uruk.registries.importing.keeping import destroy, keep
from uruk.registries.importing.problems import error_of
from uruk.registries.importing.reading import FORMATS, Format, Place
from uruk.registries.importing.seen import seen_in_memory
from uruk.registries.importing.showing import hindrance_of, import_view, needs_two, state_of
from uruk.registries.importing.views import ImportView
from uruk.registries.importing.work import advance, go_on
from uruk.registries.models import ChangeRequest, Import
from uruk.registries.noting import note_records
from uruk.registries.opening import Opened, open_registry, require_open
from uruk.registries.recording import origin_of
from uruk.registries.rights import may, require, require_any, sight
from uruk.registries.showing import seen_values, title_of
from uruk.registries.store import CurrentRow
from uruk.registries.tabular import BOM, csv_line

MAX_OPEN = 20
MAX_LISTED = 50
_MODES = ("all", "good")
_WAYS = ("create", "key")


def start_import(
    actor: Actor,
    institution: str,
    code: str,
    file: IO[bytes],
    file_format: Format,
    mode: str,
    kind: Way,
    reason: str,
    evidence: Sequence[str] = (),
) -> ImportView:
    """Hand a file in, for a role that may import: its rows are checked next; only `run_import` writes them.

    `file_format`: "csv" (UTF-8; comma, semicolon or tab), "jsonl" (an object a line), "xlsx" (the first sheet, 100,000
    rows). `kind`: "create" new records only; "key" changes the record that has the row's main key, and creates the
    others. `mode`: "all" writes nothing unless every row is right; "good" leaves the others out. Errors:
    ``registries.import_choice``, ``registries.import_without_key``, ``registries.too_many_imports``,
    ``registries.file_empty``, ``registries.file_too_large``, ``registries.reason_missing``,
    ``registries.file_unknown``, ``files.disk_nearly_full``, ``registries.registry_unknown``,
    ``registries.foreign_actor``, ``registries.archived``, ``registries.laying_out``, ``people.role_not_held``.
    """
    registry = open_registry(institution, code)
    require(actor, registry, "import")
    require_open(registry)
    _check_asked(registry, file_format, mode, kind)
    origin = origin_of(actor, reason, evidence)
    import_id = new_id()
    sha256, size = keep(import_id, file, file_format)
    asked = {"file_format": file_format, "way": kind, "mode": mode, "file_sha256": sha256, "file_size": size}
    with transaction.atomic():
        row = Import.objects.create(
            id=import_id,
            registry_id=registry.number,
            **asked,
            author=actor.holder,
            author_role=origin.role,
            channel=origin.channel,
            reason=origin.reason,
            evidence=list(origin.evidence),
            form=registry.definition.digest.hex(),
            made_at=clock().now(),
        )
        go_on(import_id)
    return import_view(row, registry)


def _check_asked(registry: Opened, file_format: str, mode: str, kind: str) -> None:
    """Refuse what is no choice, what the registry has no key for, and one import too many."""
    if file_format not in FORMATS or mode not in _MODES or kind not in _WAYS:
        raise CodedError("registries.import_choice")
    if kind == "key" and not registry.model.keys:
        raise CodedError("registries.import_without_key")
    check_open_imports(registry)


def check_open_imports(registry: Opened) -> None:
    """Refuse one open import too many: ``registries.too_many_imports``."""
    if Import.objects.filter(registry_id=registry.number, ended_at=None).count() >= MAX_OPEN:
        raise CodedError("registries.too_many_imports", maximum=MAX_OPEN)


def run_import(actor: Actor, import_id: UUID) -> ImportView:
    """Write what was checked; an import that stopped at a row goes on there. The same again is harmless.

    Where the registry demands a second person, up to 10,000 changes become a change request; more are signed by two
    persons before (`import_proposal`). Errors: ``registries.import_unknown``, ``registries.import_not_ready``,
    ``registries.import_rows_bad``, ``registries.import_nothing_good``, ``registries.import_definition_moved``,
    ``registries.import_needs_two``, `InvalidChangesError`, ``people.role_not_held``.
    """
    row, registry = visible_import(actor, import_id)
    require(actor, registry, "import")
    state = state_of(row)
    if state in {"writing", "done", "requested"}:
        return import_view(row, registry)
    if state not in {"checked", "halted"}:
        raise CodedError("registries.import_not_ready")
    check_ready(row, registry, halted=state == "halted")
    if needs_two(row, registry) and state == "checked":
        raise CodedError("registries.import_needs_two")
    if waits_for_second(actor, registry) and state == "checked":
        return _request(actor, registry, row)
    with transaction.atomic():
        Import.objects.filter(pk=row.pk, ended_at=None).update(asked_at=clock().now(), failure=None)
        go_on(row.pk)
    return import_view(find_import(import_id), registry)


def check_ready(row: Import, registry: Opened, *, halted: bool = False) -> None:
    """Refuse an import that cannot be written as it stands."""
    hindrance = None if halted else hindrance_of(row, registry)
    if hindrance is not None:
        raise hindrance


def _request(actor: Actor, registry: Opened, row: Import) -> ImportView:
    """All changes as one request, which its author signs and a second person accepts; one for each import."""
    request = uuid5(row.pk, "request")
    # Named first: what two persons sign of the request says which import it came from.
    Import.objects.filter(pk=row.pk, ended_at=None).update(request=request)
    if not ChangeRequest.objects.filter(pk=request).exists():
        changes = _right_changes(actor, registry, row)
        change(actor, registry.institution, registry.code, changes, row.reason, row.evidence, request)
    Import.objects.filter(pk=row.pk, ended_at=None).update(asked_at=clock().now(), ended_at=clock().now())
    return import_view(find_import(row.pk), registry)


def _right_changes(actor: Actor, registry: Opened, row: Import) -> list[Change]:
    """The changes of the rows that are right, at most as many as a request may hold; the wrong ones are never kept."""
    found: list[Change] = []
    with seen_in_memory() as seen:
        for some in batches(rows_from(row, registry, Place(row.heading["at"], row.heading["row"])), CHUNK):
            judged = judge(registry, actor, row.way, some, seen)
            seen.add(judged.keys, some[-1].after.row)
            right, read = {one.position for one in judged.drafts}, [one for one in some if not one.wrong]
            found += [one for at, one in enumerate(changes_of(registry, row.way, read)) if at in right]
    return found


def cancel_import(actor: Actor, import_id: UUID) -> ImportView:
    """End an import: what is written stays, nothing more is, and the file is destroyed. Errors as `get_import`."""
    row, registry = visible_import(actor, import_id)
    require(actor, registry, "import")
    ended = Import.objects.filter(pk=row.pk, ended_at=None).update(cancelled=True, ended_at=clock().now())
    if ended or state_of(row) == "failed":
        destroy(row.pk)
    return import_view(find_import(import_id), registry)


def get_import(actor: Actor, import_id: UUID, *, whole: bool = True) -> ImportView:
    """An import, for who may import, or approve one that two persons sign; likenesses that it shows are noted.

    Not `whole`: its facts and numbers without its rows, which are nobody's data, so that nothing is noted. Errors:
    ``registries.import_unknown`` (also for others), ``people.role_not_held``.
    """
    row, registry = visible_import(actor, import_id)
    shown = import_view(row, registry, whole=whole)
    if not shown.likenesses:
        return shown
    records = registry.store.find_many([one.record for one in shown.likenesses])
    note_records(actor, registry, "registry.listed", list(records.values()))
    if not may(actor, registry, "read"):
        return shown
    titles = {one.record: _title(actor, registry, one) for one in records.values()}
    named = tuple(replace(one, title=titles.get(one.record, "")) for one in shown.likenesses)
    return replace(shown, likenesses=named)


def _title(actor: Actor, registry: Opened, row: CurrentRow) -> str:
    """What names a record, of what the actor sees of it."""
    values = seen_values(registry, row.record, read_content(row.content), sight(actor, registry))
    return title_of(registry, values)


def list_imports(actor: Actor, institution: str, code: str) -> tuple[ImportView, ...]:
    """The newest imports of a registry, at most 50, without their rows; for who may import or approve.

    Errors: ``registries.registry_unknown``, ``registries.foreign_actor``, ``people.role_not_held``.
    """
    registry = open_registry(institution, code)
    require_any(actor, registry, ("import", "approve"))
    rows = Import.objects.select_related("submission", "approval").filter(registry_id=registry.number)
    return tuple(import_view(row, registry, whole=False) for row in rows[:MAX_LISTED])


def import_errors(actor: Actor, import_id: UUID, language: str) -> Iterator[bytes]:
    """The bad rows as CSV: row, field, code, and why in a language; for who may import. Errors as `get_import`."""
    row, registry = visible_import(actor, import_id)
    require(actor, registry, "import")
    return _error_lines(row, language)


def _error_lines(row: Import, language: str) -> Iterator[bytes]:
    yield BOM.encode() + csv_line(("row", "field", "code", "reason"))
    for one in row.problems.all().iterator(chunk_size=200):
        error = error_of({"code": one.code, "values": one.values})
        yield csv_line((one.row, one.field, one.code, error.sentence(language)))


def advance_import(actor: Actor, import_id: UUID) -> ImportView:
    """Take an import one step further in this process, not by the node's jobs; errors as `get_import`."""
    _, registry = visible_import(actor, import_id)
    require(actor, registry, "import")
    advance(import_id)
    return import_view(find_import(import_id), registry)


def find_import(import_id: UUID) -> Import:
    """The import; unknown: ``registries.import_unknown``."""
    rows = Import.objects.select_related("registry", "submission", "approval")
    found = rows.filter(pk=import_id).first()
    if found is None:
        raise CodedError("registries.import_unknown")
    return found


def visible_import(actor: Actor, import_id: UUID) -> tuple[Import, Opened]:
    """An import of the actor's institution, for who may import or approve: ``registries.import_unknown``."""
    row = find_import(import_id)
    if actor.institution not in (None, row.registry.institution):
        raise CodedError("registries.import_unknown")
    registry = open_registry(row.registry.institution, row.registry.code)
    require_any(actor, registry, ("import", "approve"))
    return row, registry


__all__ = [
    "advance_import",
    "cancel_import",
    "get_import",
    "import_errors",
    "list_imports",
    "run_import",
    "start_import",
]
