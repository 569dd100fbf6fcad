"""Reading records: now, on a day, as known at a time; by id, by key, by words and fields."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uruk.acts.api import clock, find_statement, hosted_institutions
from uruk.kernel.api import Actor, CodedError, today
from uruk.people.api import find_program, offices
from uruk.publishing.api import codes_in_force
from uruk.registries.domain.change import read_content
from uruk.registries.domain.definition import RIGHTS
from uruk.registries.domain.showing import Sight, sight_of_subject
from uruk.registries.noting import note_read, note_records, subjects_of
from uruk.registries.opening import KIND, Opened, open_registry, open_to_read
from uruk.registries.rights import is_machinery, own_numbers, require, sight
from uruk.registries.showing import Shown, record_view, said_now
from uruk.registries.store import CurrentRow, Filter, PageQuery
from uruk.registries.views import Page, RecordView, RegistryView
from uruk.trust.api import RECORD_CHANGED

MAX_MERGES = 20
MAX_OWN = 200
Key = str | int | Sequence[object] | Mapping[str, object]


def get_registry(actor: Actor, institution: str, code: str) -> RegistryView:
    """A registry with the rights of the actor's office in it; for officers of its institution.

    Errors: ``registries.registry_unknown``, ``registries.foreign_actor``.
    """
    registry = open_registry(institution, code)
    if actor.institution not in (None, institution):
        raise CodedError("registries.foreign_actor", institution=institution)
    return _registry_view(actor, registry)


def registries_of(actor: Actor) -> tuple[RegistryView, ...]:
    """The registries of the actor's institution in which their office has any right, by code."""
    codes = codes_in_force(KIND, actor.institution) if actor.institution else ()
    views = (_registry_view(actor, open_registry(str(actor.institution), code)) for code in codes)
    return tuple(one for one in views if one.rights)


def _registry_view(actor: Actor, registry: Opened) -> RegistryView:
    held = frozenset(RIGHTS) if is_machinery(actor, registry.institution) else _rights_held(actor, registry)
    return RegistryView(
        registry.institution, registry.code, registry.definition.title, registry.definition, registry.model, held
    )


def _rights_held(actor: Actor, registry: Opened) -> frozenset[Any]:
    if actor.program is not None:
        return _rights_of_program(actor, registry)
    held = offices(actor.person) if actor.person else ()
    in_office = any((one.institution, one.role) == (registry.institution, actor.role) for one in held)
    return registry.model.roles.get(actor.role or "", frozenset()) if in_office else frozenset()


def _rights_of_program(actor: Actor, registry: Opened) -> frozenset[Any]:
    found = find_program(actor.program) if actor.program else None
    if found is None or not found.good_at(clock().now()) or registry.code not in found.registries:
        return frozenset()
    mine = (found.institution, found.role) == (registry.institution, actor.role)
    return registry.model.roles.get(found.role, frozenset()) if mine else frozenset()


def get_record(
    actor: Actor,
    institution: str,
    code: str,
    record: UUID | None = None,
    *,
    key: Key | None = None,
    on: date | None = None,
    known: datetime | None = None,
) -> RecordView:
    """A record by its id or by a key, as it is; `on` a day, and as it was `known` at a time, where given.

    `key`: the value of the main key, its values in order, or a mapping of a key's fields. By key a merged record is
    answered by the one it went into. For a role that may read, and for the person it is about; an officer's reading
    of a person's record is noted before. Errors: ``registries.registry_unknown``, ``registries.record_unknown``
    (also for who may not know), ``registries.not_then``, ``registries.key_shape``, ``registries.foreign_actor``,
    ``people.role_not_held``.
    """
    registry = open_to_read(institution, code)
    row, seen = visible(actor, registry, lambda: find_row(registry, record, key))
    shown = Shown.current(row) if on is None and known is None else _then(registry, row, on, known)
    said = said_now(registry, shown.content, shown.format)
    if not concerns(actor, registry, said):
        raise CodedError("registries.not_then")
    note_read(actor, registry, "registry.read", [said], [str(row.record)])
    return record_view(registry, row, shown, seen)


def visible(actor: Actor, registry: Opened, find: Callable[[], CurrentRow | None]) -> tuple[CurrentRow, Sight]:
    """A record that the actor may see, and what of it: as an officer who may read, or as the person it is about."""
    if actor.institution is not None or is_machinery(actor, registry.institution):
        require(actor, registry, "read")
        row = find()
        if row is None:
            raise CodedError("registries.record_unknown")
        return row, sight(actor, registry)
    row = find()
    if row is None or not concerns(actor, registry, read_content(row.content)):
        raise CodedError("registries.record_unknown")
    return row, sight_of_subject(registry.model)


def concerns(actor: Actor, registry: Opened, values: Mapping[str, Any]) -> bool:
    """Whether what a record says is the actor's to see: an officer's whatever it is, a person's where it is about them.

    A record may be about one person today and have been about another before.
    """
    if actor.institution is not None or is_machinery(actor, registry.institution):
        return True
    return not set(own_numbers(actor)).isdisjoint(subjects_of(registry, values))


def find_row(registry: Opened, record: UUID | None, key: Key | None) -> CurrentRow | None:
    """The record of an id, or of a key with merges followed; a forgotten one is none."""
    row = registry.store.find(record) if record is not None else _by_key(registry, key)
    return None if row is None or row.status == "forgotten" else row


def _by_key(registry: Opened, key: Key | None) -> CurrentRow | None:
    number, values = _key_values(registry, key)
    row = registry.store.find_by_key(number, values)
    for _ in range(MAX_MERGES):
        if row is None or row.status != "merged" or row.merged_into is None:
            return row
        row = registry.store.find(row.merged_into)
    return None


def _key_values(registry: Opened, key: Key | None) -> tuple[int, tuple[object, ...]]:
    """Which key, and its values cleaned as its fields want them."""
    keys = registry.model.keys
    if isinstance(key, Mapping):
        number = next((at for at, names in enumerate(keys) if set(names) == set(key)), -1)
        given = tuple(key[name] for name in keys[number]) if number >= 0 else ()
    else:
        number = 0
        given = (key,) if isinstance(key, str | int) else tuple(key or ())
    if not 0 <= number < len(keys) or len(given) != len(keys[number]):
        raise CodedError("registries.key_shape", fields=list(keys[0]) if keys else ["—"])
    fields = [registry.model.fields[name] for name in keys[number]]
    return number, tuple(field.clean(value) for field, value in zip(fields, given, strict=True))


def _then(registry: Opened, row: CurrentRow, on: date | None, known: datetime | None) -> Shown:
    now = clock().now()
    found = registry.store.as_of(row.record, on or today(clock()), known or now)
    if found is None:
        raise CodedError("registries.not_then")
    return Shown.version(found)


def list_records(
    actor: Actor, institution: str, code: str, query: PageQuery | None = None, *, total: bool = False
) -> Page:
    """One page of records by filters on indexed fields, words and order; for a role that may read.

    A field that the office may not see cannot be filtered by or sorted by. That an officer is shown persons' records
    is noted as one act before. Errors: ``registries.registry_unknown``, ``registries.foreign_actor``,
    ``people.role_not_held``, ``registries.not_indexed``, ``registries.page_token``.
    """
    registry = open_to_read(institution, code)
    require(actor, registry, "read")
    asked, seen = query or PageQuery(), sight(actor, registry)
    check_seen(seen, [*(one.field for one in asked.filters), *([asked.order] if asked.order else [])])
    found = registry.store.page(asked)
    note_records(actor, registry, "registry.listed", found.rows)
    views = tuple(record_view(registry, row, Shown.current(row), seen) for row in found.rows)
    return Page(views, found.next, registry.store.count(asked.filters, asked.words, asked.statuses) if total else None)


def check_seen(seen: Sight, names: Sequence[str]) -> None:
    """By filtering one learns what one does not see."""
    for name in names:
        if name not in seen.shown or name in seen.masked:
            raise CodedError("registries.not_indexed", field=name[:60])


def count_records(actor: Actor, institution: str, code: str, filters: Sequence[Filter] = (), words: str = "") -> int:
    """How many live records there are, a number and nobody's data; errors as `list_records`."""
    registry = open_to_read(institution, code)
    require(actor, registry, "read")
    check_seen(sight(actor, registry), [one.field for one in filters])
    return registry.store.count(tuple(filters), words)


def my_records(actor: Actor) -> tuple[RecordView, ...]:
    """What the institutions of this node know about a person whose number was seen to be theirs; at most 200.

    Fields that only some roles may read are named in `withheld`, and secrets masked. Nobody else sees anything here.
    """
    numbers = own_numbers(actor)
    hosted = sorted(hosted_institutions()) if numbers else ()
    return tuple(one for institution in hosted for one in own_records(institution, numbers))[:MAX_OWN]


def own_records(institution: str, numbers: Sequence[str]) -> Iterator[RecordView]:
    """What an institution's registries say of the person with these numbers, as they see it themselves; no rights."""
    for code in codes_in_force(KIND, institution):
        registry = open_registry(institution, code)
        seen = sight_of_subject(registry.model)
        for number in numbers if registry.model.personal else ():
            for row in about(registry, number):
                yield record_view(registry, row, Shown.current(row), seen)


def about(registry: Opened, number: str) -> Iterator[CurrentRow]:
    """The records of a registry that are about a person: by number, or by links that lead to their records."""
    yield from registry.store.by_subject(number)
    for name in registry.model.subjects:
        field = registry.model.fields[name]
        if field.type != "link" or field.to == registry.code:
            continue
        target = open_registry(registry.institution, field.to or "")
        main = target.model.main_key
        for row in about(target, number):
            key = read_content(row.content).get(main[0]) if main else None
            if key is not None and str(key) != number:
                yield from registry.store.linked(name, str(key))


def changed_records(act_id: UUID) -> tuple[str, str, tuple[UUID, ...]] | None:
    """Institution, registry and records of an acknowledged act ``record.changed``, for rooms and jobs; else None."""
    statement = find_statement(act_id)
    if statement is None or statement.type != RECORD_CHANGED:
        return None
    code = str(statement.body["registry"])
    registry = open_registry(statement.author, code)
    return statement.author, code, tuple(dict.fromkeys(row.record for row in registry.store.of_act(act_id)))
