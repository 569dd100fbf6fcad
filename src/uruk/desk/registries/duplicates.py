"""What may be one record twice: both side by side, with the reasons; merged, or kept apart, by a person's decision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.pages import go
from uruk.desk.questions import note_of
from uruk.desk.registries.changing import after, score_told
from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.telling import label, record_title, value_told
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    Duplicate,
    InvalidChangesError,
    get_duplicate,
    keep_apart,
    merge_duplicate,
    open_duplicates,
)
from uruk.ui.api import (
    Choice,
    Problem,
    Row,
    Table,
    TableRow,
    moment,
    problems,
    reader_language,
    require_answers,
    with_error,
)

STAYS, WHY_MERGED, WHY_APART, BASES = "merge-stays", "merge-reason", "apart-reason", "merge-bases"
ONE, OTHER = "one", "other"


@dataclass(frozen=True)
class Filled:
    """What the two forms of a pair were given, and what is wrong, by the name of the question."""

    typed: Mapping[str, str]
    problems: Mapping[str, CodedError]


@registry_page
def listing(request: HttpRequest, room: Room) -> HttpResponse:
    """The pairs that wait for a decision, most alike first."""
    found = open_duplicates(room.actor, room.institution, room.code, request.GET.get("after", "")[:40])
    heads = (_("First record"), _("Second record"), _("How alike"), _("Found"))
    table = Table(_("Duplicates"), heads, tuple(_row(room, one) for one in found.duplicates))
    return show_room(
        request,
        room,
        "list",
        title=_("Duplicates: %(registry)s") % {"registry": room.title},
        told=_("Each pair may be one and the same. Nothing is merged before a person decides."),
        table=table,
        empty=_("No pair waits for a decision."),
        next_url=f"{room.url('duplicates')}?after={found.next}" if found.next else "",
    )


def _row(room: Room, one: Duplicate) -> TableRow:
    named = (record_title(room, each.values, each.record) for each in (one.one, one.other))
    return TableRow((*named, score_told(one.score), moment(one.found_at)), room.url("duplicate", one.id))


@registry_page
def pair(request: HttpRequest, room: Room, pair: int) -> HttpResponse:
    """Compare two records, and merge them."""
    found = _get(room, pair)
    if request.method != "POST":
        return _page(request, room, found, Filled({}, {}))
    filled = _checked(request, found)
    if not filled.problems:
        try:
            return _merge(request, room, found)
        except CodedError as error:
            if error.code in ("desk.pair_changed", "registries.version_moved"):
                return go(request, room.url("duplicate", pair), error=error)
            filled = _blamed(filled, error)
    return _page(request, room, found, filled)


@registry_page
def apart(request: HttpRequest, room: Room, pair: int) -> HttpResponse:
    """Say that the two are two."""
    if request.method != "POST":
        return go(request, room.url("duplicate", pair))
    found = _get(room, pair)
    try:
        keep_apart(room.actor, pair, note_of(request.POST, WHY_APART))
    except CodedError as error:
        if error.code.partition(".")[0] in ("desk", "definitions"):
            return _page(request, room, found, Filled(request.POST.dict(), {WHY_APART: error}))
        return go(request, room.url("duplicates"), error=error)
    return go(request, room.url("duplicates"), done=_("Kept apart. This pair is not proposed again."))


def _get(room: Room, pair: int) -> Duplicate:
    found = get_duplicate(room.actor, pair)
    if found.registry != room.code:
        raise CodedError("desk.pair_unknown")
    return found


def _checked(request: HttpRequest, found: Duplicate) -> Filled:
    wrong: dict[str, CodedError] = {}
    chosen = request.POST.get(STAYS, "")
    try:
        require_answers({STAYS: chosen if chosen in (ONE, OTHER) else ""}, STAYS)
    except CodedError as error:
        wrong[STAYS] = error
    try:
        note_of(request.POST, WHY_MERGED)
    except CodedError as error:
        wrong[WHY_MERGED] = error
    return Filled(request.POST.dict(), wrong)


def _merge(request: HttpRequest, room: Room, found: Duplicate) -> HttpResponse:
    """Merge as the officer chose: what stands in the one that stays is its own, or taken over from the other."""
    first = request.POST[STAYS] == ONE
    stays, goes = (found.one, found.other) if first else (found.other, found.one)
    if request.POST.get(BASES) != _bases(found):
        raise CodedError("desk.pair_changed")
    taken = {
        name: goes.values.get(name)
        for name in _choosable(room, found)
        if request.POST.get(f"from-{name}", ONE if first else OTHER) == (OTHER if first else ONE)
    }
    reason = note_of(request.POST, WHY_MERGED)
    done = merge_duplicate(room.actor, found.id, stays.record, goes.latest, reason, taken)
    return _after(request, room, done, stays.record)


def _after(request: HttpRequest, room: Room, done: object, stays: UUID) -> HttpResponse:
    if hasattr(done, "request"):
        return after(request, room, done)
    return go(request, room.url("record", stays), done=_("Merged. The merge can be undone from the record that went."))


def _bases(found: Duplicate) -> str:
    """The versions of both, as they were shown."""
    return f"{found.one.latest}-{found.other.latest}"


def _choosable(room: Room, found: Duplicate) -> tuple[str, ...]:
    """The fields in which the two differ, and of which the office may choose the value."""
    one, other = found.one.values, found.other.values
    return tuple(name for name in room.mergeable if one.get(name) != other.get(name))


def _blamed(filled: Filled, error: CodedError) -> Filled:
    if isinstance(error, InvalidChangesError):
        found = {f"from-{one.field.partition('.')[0]}" if one.field else "": one.error for one in error.problems}
        return replace(filled, problems=found)
    about_reason = error.code == "registries.reason_missing" or error.code.startswith("definitions.field_")
    return replace(filled, problems={WHY_MERGED if about_reason else "": error})


# -- the page --------------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, room: Room, found: Duplicate, filled: Filled) -> HttpResponse:
    rows, apart_rows = _merge_rows(room, found, filled), (_reason(WHY_APART, _("Why are they two?"), filled),)
    titles = _titles(room, found)
    asked = {row.name for row in (*rows, *apart_rows)}
    loose = [each for name, each in filled.problems.items() if name not in asked]
    errors = (*problems(rows), *problems(apart_rows), *(Problem(each.sentence(reader_language())) for each in loose))
    return show_room(
        request,
        room,
        "duplicate",
        title=_("Is this one and the same?"),
        score=score_told(found.score),
        certain=found.certain,
        reasons=[one.sentence(reader_language()) for one in found.reasons],
        titles=[
            {"title": titles[0], "url": room.url("record", found.one.record)},
            {"title": titles[1], "url": room.url("record", found.other.record)},
        ],
        table=_table(room, found, titles),
        rows=rows,
        apart_rows=apart_rows,
        errors=errors,
        bases=(BASES, _bases(found)),
        apart_url=room.url("apart", found.id),
        second=room.model.second_person,
    )


def _titles(room: Room, found: Duplicate) -> tuple[str, str]:
    return _("First: %(title)s") % {"title": record_title(room, found.one.values, found.one.record)}, _(
        "Second: %(title)s"
    ) % {"title": record_title(room, found.other.values, found.other.record)}


def _table(room: Room, found: Duplicate, titles: tuple[str, str]) -> Table:
    one, other = found.one.values, found.other.values
    names = [each.name for each in room.model.fields if each.name in one or each.name in other]
    rows = (
        TableRow((label(room, name), value_told(room, name, one.get(name)), value_told(room, name, other.get(name))))
        for name in names
    )
    return Table(_("Both records"), (_("Field"), *titles), tuple(rows))


def _merge_rows(room: Room, found: Duplicate, filled: Filled) -> tuple[Row, ...]:
    titles = _titles(room, found)
    stays = (Choice(ONE, titles[0]), Choice(OTHER, titles[1]))
    first = Row(STAYS, _("Which record stays?"), "radios", value=filled.typed.get(STAYS, ""), choices=stays)
    rows = [_with_problem(first, filled)]
    for name in _choosable(room, found):
        told = [value_told(room, name, each.values.get(name)) for each in (found.one, found.other)]
        value = filled.typed.get(f"from-{name}") or _presumed(found, name)
        choices = (Choice(ONE, _first(told[0])), Choice(OTHER, _second(told[1])))
        rows.append(
            _with_problem(Row(f"from-{name}", label(room, name), "radios", value=value, choices=choices), filled)
        )
    return (*rows, _reason(WHY_MERGED, _("Why are they one?"), filled))


def _first(value: str) -> str:
    return _("%(value)s (first)") % {"value": value}


def _second(value: str) -> str:
    return _("%(value)s (second)") % {"value": value}


def _presumed(found: Duplicate, name: str) -> str:
    """What stands chosen at first: the only value that there is."""
    one: Any = found.one.values.get(name)
    return OTHER if one is None else ONE


def _reason(name: str, asked: str, filled: Filled) -> Row:
    row = Row(name, asked, "textarea", value=filled.typed.get(name, ""), attributes=(("dir", "auto"),))
    return _with_problem(row, filled)


def _with_problem(row: Row, filled: Filled) -> Row:
    error = filled.problems.get(row.name)
    return with_error((row,), row.name, error.sentence(reader_language()))[0] if error else row
