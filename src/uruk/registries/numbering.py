"""Numbers that a registry draws for records to come: one after the other, and each once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Max

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, new_id, today
from uruk.registries.domain.change import Change
from uruk.registries.domain.definition import Series
from uruk.registries.models import DrawnNumber
from uruk.registries.opening import Opened, open_registry, require_open
from uruk.registries.reading import find_row
from uruk.registries.rights import require

# Of those who draw at the same moment one is first; so many in a row never are.
_DRAWS = 64


def draw_number(actor: Actor, institution: str, code: str, purpose: UUID) -> str:
    """The next number of a registry's series, as it is written; for one purpose always the same.

    Numbers that records have already, from wherever they came, are passed over. A number that is not used is a gap.
    Errors: ``registries.no_series``, ``registries.numbers_busy``, ``registries.archived``,
    ``registries.registry_unknown``, ``registries.foreign_actor``, ``people.role_not_held``.
    """
    registry = open_registry(institution, code)
    require(actor, registry, "propose")
    series = registry.model.series
    if series is None:
        raise CodedError("registries.no_series", registry=code)
    require_open(registry)
    return _drawn(registry, series, purpose)


def numbered(
    registry: Opened, changes: Sequence[Change], act: UUID | None, *, only_tried: bool = False
) -> Sequence[Change]:
    """The changes, each new record that comes without its number with the next of the series.

    Of one act it is always the same. `only_tried`: the numbers that would come next, and none is drawn. Errors:
    ``registries.numbers_busy``.
    """
    series = registry.model.series
    if series is None or not any(_lacks(one, series) for one in changes):
        return changes
    numbers = _following(registry, series) if only_tried else _drawing(registry, series, act or new_id())
    return [
        replace(one, values={**one.values, series.of: next(numbers)}) if _lacks(one, series) else one for one in changes
    ]


def _lacks(change: Change, series: Series) -> bool:
    values = change.values
    return change.kind == "create" and isinstance(values, Mapping) and values.get(series.of) in (None, "")


def _drawing(registry: Opened, series: Series, act: UUID) -> Iterator[str]:
    """The numbers of an act, one after the other."""
    return (_drawn(registry, series, uuid5(act, str(place))) for place in count())


def _following(registry: Opened, series: Series) -> Iterator[str]:
    """The numbers that would be drawn next."""
    stem = series.stem(today(clock()).year)
    number = _last(registry, stem)
    while True:
        number = _free(registry, series, stem, number)
        yield series.written(stem, number)


def _drawn(registry: Opened, series: Series, purpose: UUID) -> str:
    stem = series.stem(today(clock()).year)
    for _ in range(_DRAWS):
        known = DrawnNumber.objects.filter(pk=purpose, registry_id=registry.number).first()
        if known is not None:
            return series.written(known.stem, known.number)
        _draw(registry, series, stem, purpose)
    raise CodedError("registries.numbers_busy", registry=registry.code)


def _draw(registry: Opened, series: Series, stem: str, purpose: UUID) -> None:
    """Take the next number that no record has; nothing is taken where somebody else was first."""
    number = _free(registry, series, stem, _last(registry, stem))
    try:
        with transaction.atomic():
            DrawnNumber.objects.create(id=purpose, registry_id=registry.number, stem=stem, number=number)
    except IntegrityError:
        return


def _last(registry: Opened, stem: str) -> int:
    drawn = DrawnNumber.objects.filter(registry_id=registry.number, stem=stem)
    return drawn.aggregate(last=Max("number"))["last"] or 0


def _free(registry: Opened, series: Series, stem: str, after: int) -> int:
    """The first number after one that no record has."""
    number = after + 1
    while find_row(registry, None, {series.of: series.written(stem, number)}) is not None:
        number += 1
    return number
