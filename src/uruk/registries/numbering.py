"""Numbers that a registry draws for records to come: one after the other, and each once."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
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
    stem = series.stem(today(clock()).year)
    for _ in range(_DRAWS):
        known = DrawnNumber.objects.filter(pk=purpose, registry_id=registry.number).first()
        if known is not None:
            return series.written(known.stem, known.number)
        _draw(registry, series, stem, purpose)
    raise CodedError("registries.numbers_busy", registry=code)


def _draw(registry: Opened, series: Series, stem: str, purpose: UUID) -> None:
    """Take the next number that no record has; nothing is taken where somebody else was first."""
    last = DrawnNumber.objects.filter(registry_id=registry.number, stem=stem).aggregate(last=Max("number"))["last"] or 0
    number = last + 1
    while find_row(registry, None, {series.of: series.written(stem, number)}) is not None:
        number += 1
    try:
        with transaction.atomic():
            DrawnNumber.objects.create(id=purpose, registry_id=registry.number, stem=stem, number=number)
    except IntegrityError:
        return
