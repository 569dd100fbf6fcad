"""What the list of records is asked: words, conditions on indexed fields, an order; from a form and back into it.

Nothing of it stands in an address: names and numbers of persons are searched for by POST.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from uruk.definitions.api import Field, Fields
from uruk.desk.pages import catalogues
from uruk.desk.registries.room import Room
from uruk.desk.registries.telling import label, status_told
from uruk.kernel.api import CodedError
from uruk.registries.api import Filter, PageQuery
from uruk.ui.api import Choice, Row, form_rows, reader_language

PAGE = 50
WORDS_MAX, TYPED_MAX = 100, 200
_RANGES = frozenset({"integer", "money", "date"})
_STATUSES = ("live", "dormant", "withdrawn", "merged")
ALL = "all"


@dataclass(frozen=True)
class Asked:
    """What was asked: the query, what was typed by its name, and what is wrong with it by its name."""

    query: PageQuery
    typed: Mapping[str, str]
    problems: Mapping[str, CodedError] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether more is asked than what there is."""
        return bool(self.query.words or self.query.filters or self.query.statuses != ("live",))

    @property
    def by_fields(self) -> bool:
        """Whether a condition is set, or wrong: then the conditions are shown."""
        return bool(self.query.filters or self.problems or self.query.statuses != ("live",))


def searchable(room: Room) -> tuple[Field, ...]:
    """The indexed fields that this office sees."""
    named = [room.model.fields[one.name] for one in room.model.columns if one.name in room.model.fields]
    return tuple(one for one in named if room.sees(one))


def asked(room: Room, sent: Mapping[str, str]) -> Asked:
    """Read what a form sent."""
    boxes = [box for one in searchable(room) for box in _boxes(one)]
    names = ("q", "sort", "status", "after", *(name for name, _op, _field in boxes))
    typed = {name: sent.get(name, "").strip()[:TYPED_MAX] for name in names}
    typed["after"] = sent.get("after", "")[:2000]
    filters, problems = [], {}
    for name, op, one in boxes:
        try:
            filters += _filter(one, op, typed[name])
        except CodedError as error:
            problems[name] = error
    status = typed["status"] if typed["status"] in (*_STATUSES, ALL) else "live"
    query = PageQuery(
        filters=tuple(filters),
        words=typed["q"][:WORDS_MAX],
        after=typed["after"],
        limit=PAGE,
        statuses=_STATUSES if status == ALL else (status,),  # type: ignore[arg-type]
    )
    return Asked(_sorted(room, query, typed["sort"]), typed, problems)


def _sorted(room: Room, query: PageQuery, sort: str) -> PageQuery:
    name = sort.removeprefix("-")
    if name not in {one.name for one in searchable(room)}:
        return query
    return replace(query, order=name, descending=sort.startswith("-"))


def _boxes(one: Field) -> tuple[tuple[str, str, Field], ...]:
    """The boxes of a field: name, operator, field."""
    name = f"f-{one.name}"
    if one.type in _RANGES:
        return (f"{name}-from", "from", one), (f"{name}-to", "to", one)
    exact = one.type in {"choice", "yes_no", "link", "time", "national_number"}
    return ((name, "eq" if exact else "prefix", one),)


def _filter(one: Field, op: str, typed: str) -> list[Filter]:
    if not typed:
        return []
    if op == "prefix":
        return [Filter(one.name, "prefix", typed)]
    # A condition is not a record: no bound of the field refuses what is looked for.
    plain = replace(one, minimum=None, maximum=None, pattern=None, script=None, required=True)
    checked = Fields((plain,)).validate({one.name: typed})
    if checked.errors:
        raise checked.errors[0][1]
    value = checked.values[one.name]
    return [Filter(one.name, op, int(value) if isinstance(value, bool) else value)]  # type: ignore[arg-type]


def condition_rows(room: Room, found: Asked) -> tuple[Row, ...]:
    """The conditions on fields as questions, with what was typed and what is wrong with it."""
    return tuple(row for one in searchable(room) for row in _rows(room, one, found))


def search_rows(room: Room, found: Asked) -> tuple[Row, ...]:
    """The conditions on fields and on what has become of a record, as questions."""
    states = [Choice(one, status_told(one)[0]) for one in _STATUSES]
    status = Row(
        "status",
        _("State"),
        "select",
        value=found.typed.get("status", ""),
        required=False,
        choices=(*states, Choice(ALL, _("All states"))),
    )
    return (*condition_rows(room, found), status)


def _rows(room: Room, one: Field, found: Asked) -> list[Row]:
    # As a question of a form this field asks the same, but nothing has to be answered and hints would only stand about.
    row = form_rows(Fields((replace(one, required=False),)), room.texts, catalogues())[0]
    made = []
    for name, op, _field in _boxes(one):
        error = found.problems.get(name)
        made.append(
            replace(
                row,
                name=name,
                kind="select" if one.type == "yes_no" else row.kind,
                label=_between(label(room, one.name), op),
                hint="",
                value=found.typed.get(name, ""),
                error=error.sentence(reader_language()) if error else "",
            )
        )
    return made


def _between(name: str, op: str) -> str:
    if op == "from":
        return _("%(field)s: from") % {"field": name}
    return _("%(field)s: to") % {"field": name} if op == "to" else name


def sort_row(room: Room, found: Asked) -> Row:
    """By what the list is sorted."""
    choices = []
    for one in searchable(room):
        named = {"field": label(room, one.name)}
        choices += [
            Choice(one.name, _("%(field)s, rising") % named),
            Choice(f"-{one.name}", _("%(field)s, falling") % named),
        ]
    value = found.typed.get("sort", "")
    return Row("sort", _("Sorted by"), "select", value=value, required=False, choices=tuple(choices))
