"""What everybody may read: of a registry about nobody, the fields that are public, with their history and receipts.

No function here takes who acts, for it is the same for all; what is not public is neither shown nor found by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from uruk.acts.api import hosted_institutions
from uruk.kernel.api import Actor, CodedError
from uruk.publishing.api import codes_in_force
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.showing import Sight, sight_of_public
from uruk.registries.exporting import ExportFormat, written
from uruk.registries.history import version_views
from uruk.registries.opening import KIND, Opened, open_to_read
from uruk.registries.proofs import receipt_of_version
from uruk.registries.reading import Key, check_seen, find_row
from uruk.registries.showing import Shown, record_view
from uruk.registries.statistics import Counted, counted
from uruk.registries.store import CurrentRow, Filter, PageQuery
from uruk.registries.views import Page, RecordView, RegistryView, VersionView
from uruk.trust.api import VersionReceipt


def public_registries() -> tuple[RegistryView, ...]:
    """The registries of this node that everybody may read, by institution and code."""
    places = [(one, code) for one in sorted(hosted_institutions()) for code in codes_in_force(KIND, one)]
    found = (open_to_read(*place) for place in places)
    return tuple(_view(one) for one in found if one.model.is_public)


def public_registry(institution: str, code: str) -> RegistryView:
    """One of them. Errors: ``registries.not_public``, ``registries.registry_unknown``."""
    return _view(_open(institution, code)[0])


def public_searched(model: RegistryDefinition) -> bool:
    """Whether everybody may look for words: by a hit in a field that is not public one would learn of it."""
    return bool(model.searched) and set(model.searched) <= sight_of_public(model).shown


def public_records(institution: str, code: str, query: PageQuery) -> Page:
    """One page of what stands in force, with how many there are.

    Errors: as `public_registry`, ``registries.not_indexed``, ``registries.page_token``.
    """
    registry, seen = _open(institution, code)
    asked = replace(query, statuses=("live",))
    _check(registry, seen, [one.field for one in asked.filters] + ([asked.order] if asked.order else []), asked.words)
    found = registry.store.page(asked)
    views = tuple(record_view(registry, row, Shown.current(row), seen) for row in found.rows)
    return Page(views, found.next, registry.store.count(asked.filters, asked.words))


def public_record(institution: str, code: str, record: UUID | None = None, *, key: Key | None = None) -> RecordView:
    """One record by its id or by a key, also one that was withdrawn. Errors: as `public_registry`,
    ``registries.record_unknown``, ``registries.key_shape``.
    """
    registry, seen = _open(institution, code)
    row = _row(registry, record, key)
    return record_view(registry, row, Shown.current(row), seen)


def public_timeline(institution: str, code: str, record: UUID) -> tuple[VersionView, ...]:
    """What changed when, oldest first: which office wrote it, neither who nor why. Errors as `public_record`."""
    registry, seen = _open(institution, code)
    versions = registry.store.versions(_row(registry, record, None).rid)
    views = version_views(registry, versions, seen, Actor.system(institution))
    return tuple(replace(one, author="", approver=None, reason="", evidence=()) for one in views)


def public_receipt(institution: str, code: str, record: UUID, number: int) -> VersionReceipt:
    """The receipt of a version, with its content where all of it is public. Errors as `public_record`,
    ``registries.version_forgotten``.
    """
    registry, seen = _open(institution, code)
    versions = registry.store.versions(_row(registry, record, None).rid)
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise CodedError("registries.record_unknown")
    return receipt_of_version(registry, found, seen)


def public_file(
    institution: str, code: str, file_format: ExportFormat, filters: Sequence[Filter] = (), words: str = ""
) -> Iterator[bytes]:
    """What stands in force as the bytes of a file (csv or jsonl): open data.

    Errors: as `public_records`, ``registries.export_format``.
    """
    registry, seen = _open(institution, code)
    if file_format not in ("csv", "jsonl"):
        raise CodedError("registries.export_format")
    _check(registry, seen, [one.field for one in filters], words)
    return written(file_format, registry, seen, registry.store.stream(filters=filters, words=words))


def public_statistics(institution: str, code: str, by: str, *, months: bool = False) -> Counted:
    """Live records of a registry that is about nobody, counted by a field that is public, or by its months.

    Errors: ``registries.not_public``, ``registries.registry_unknown``, ``registries.not_indexed``,
    ``registries.not_a_date``.
    """
    registry = open_to_read(institution, code)
    if registry.model.personal or by not in sight_of_public(registry.model).shown:
        raise CodedError("registries.not_public")
    return counted(registry, by, months=months, filters=())


def _open(institution: str, code: str) -> tuple[Opened, Sight]:
    registry = open_to_read(institution, code)
    if not registry.model.is_public:
        raise CodedError("registries.not_public")
    return registry, sight_of_public(registry.model)


def _check(registry: Opened, seen: Sight, names: Sequence[str], words: str) -> None:
    check_seen(seen, names)
    if words.strip() and not public_searched(registry.model):
        raise CodedError("registries.not_public")


def _row(registry: Opened, record: UUID | None, key: Key | None) -> CurrentRow:
    row = find_row(registry, record, key)
    if row is None:
        raise CodedError("registries.record_unknown")
    return row


def _view(registry: Opened) -> RegistryView:
    return RegistryView(
        registry.institution, registry.code, registry.definition.title, registry.definition, registry.model, frozenset()
    )
