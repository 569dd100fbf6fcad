"""How a service goes, in numbers about nobody: where cases stand, how long they took, why they were refused.

Three questions to the database however many cases there are, each answered from an index alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from uruk.acts.api import clock
from uruk.definitions.api import Definition
from uruk.kernel.api import Actor, CodedError, Text, today
from uruk.publishing.api import get_publication, require_owner
from uruk.registries.api import Counted, Group, without_few
from uruk.services.domain.cases.reasons import CONDITION, GROUND, Why
from uruk.services.domain.drawing import words
from uruk.services.kind import SERVICE_KIND
from uruk.services.models import CaseReason, CaseStanding

MAX_MONTHS = 120
MONTHS = 12
# Of fewer cases than these a tenth is one case, and how long it took is somebody's own.
LEAST_LASTED = 10


@dataclass(frozen=True)
class Period:
    """Months, first and last included, each counted from the year 0 (year * 12 + month - 1)."""

    first: int
    last: int

    @classmethod
    def of(cls, since: date, until: date) -> "Period":
        """The months from one day to another. Errors: ``services.period_wrong`` (the wrong way round, or too long)."""
        found = cls(since.year * MONTHS + since.month - 1, until.year * MONTHS + until.month - 1)
        if not found.first <= found.last < found.first + MAX_MONTHS:
            raise CodedError("services.period_wrong", max=MAX_MONTHS)
        return found

    @property
    def months(self) -> Iterable[int]:
        """Each of them."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Lasted:
    """How long cases took from their submission to their end, in whole hours."""

    median_h: int
    ninth_decile_h: int


@dataclass(frozen=True)
class ServiceNumbers:
    """What happened in some months. A number below five is not told, nor any from which one could be reckoned.

    `states`: of those that were submitted, where they stand now. `arrived`, `ended`: by month. `lasted`: of those that
    ended, None where they are fewer than ten. `reasons`: of those that ended refused and still are, by the key of a
    `Why`; one case may have several.
    """

    definition: Definition
    period: Period
    states: Counted
    arrived: Counted
    ended: Counted
    lasted: Lasted | None
    reasons: Counted


def this_year() -> Period:
    """The months of this year until now."""
    day = today(clock())
    return Period.of(day.replace(month=1, day=1), day)


def service_numbers(actor: Actor, institution: str, code: str, period: Period) -> ServiceNumbers:
    """The numbers of a service; for who may decide about the institution's definitions, and for the node.

    Errors: ``publishing.not_in_force``, ``people.right_missing``, ``people.role_not_held``, ``services.foreign_owner``.
    """
    if actor.institution not in (None, institution):
        raise CodedError("services.foreign_owner")
    if actor.person is not None or actor.channel != "system":
        require_owner(actor)
    definition = get_publication(SERVICE_KIND.name, institution, code).definition
    place = {"institution": institution, "service": code}
    months, states = _arrivals(place, period)
    ended, hours = _endings(place, period)
    return ServiceNumbers(
        definition=definition,
        period=period,
        states=_without_few(states),
        arrived=_without_few(months),
        ended=_without_few(ended),
        lasted=_lasted(hours),
        reasons=_without_few(_reasons(place, period)),
    )


def reason_told(definition: Definition, why: Why) -> Text:
    """A reason in words: as the definition in force says it; its code where that has no such word any more."""
    if why.kind == CONDITION:
        return definition.texts.find(f"conditions.{why.name}") or _plain(why.name)
    if why.kind == GROUND:
        return definition.texts.find(f"choices.{why.name}.{why.value}") or _plain(f"{why.name}: {why.value}")
    by = "otherwise" if why.value.startswith("next.") else why.value
    return words.WAYS.get(by) or definition.texts.find(f"actions.{by}") or _plain(by)


def _arrivals(place: Mapping[str, str], period: Period) -> tuple[Counter[int], Counter[str]]:
    rows = CaseStanding.objects.filter(**place, arrived_month__range=(period.first, period.last))
    months, states = Counter[int](), Counter[str]()
    for month, state, count in rows.values_list("arrived_month", "state").annotate(count=Count("*")).order_by():
        months[month] += count
        states[state] += count
    return months, states


def _endings(place: Mapping[str, str], period: Period) -> tuple[Counter[int], Counter[int]]:
    rows = CaseStanding.objects.filter(**place, ended_month__range=(period.first, period.last))
    months, hours = Counter[int](), Counter[int]()
    for month, lasted, count in rows.values_list("ended_month", "lasted_h").annotate(count=Count("*")).order_by():
        months[month] += count
        hours[lasted] += count
    return months, hours


def _reasons(place: Mapping[str, str], period: Period) -> Counter[str]:
    rows = CaseReason.objects.filter(**place, ended_month__range=(period.first, period.last))
    counted = rows.values_list("kind", "name", "value").annotate(count=Count("*")).order_by()
    return Counter({Why(kind, name, value).key: count for kind, name, value, count in counted})


def _without_few(counter: Counter[str] | Counter[int]) -> Counted:
    found: list[tuple[str | int, int]] = [*counter.items()]
    groups = tuple(Group(value, count) for value, count in sorted(found, key=lambda one: -one[1]))
    return without_few(Counted(groups, 0, sum(one.count for one in groups)))


def _lasted(hours: Counter[int]) -> Lasted | None:
    if hours.total() < LEAST_LASTED:
        return None
    ordered = sorted(hours.items())
    return Lasted(_quantile(ordered, 1, 2), _quantile(ordered, 9, 10))


def _quantile(ordered: Sequence[tuple[int, int]], part: int, of: int) -> int:
    """The least number of hours within which so many parts of all cases ended (nearest rank)."""
    rank = -(-sum(count for _, count in ordered) * part // of)
    for hours, count in ordered:
        rank -= count
        if rank <= 0:
            return hours
    return ordered[-1][0]


def _plain(code: str) -> Text:
    return Text(code, code, code)
