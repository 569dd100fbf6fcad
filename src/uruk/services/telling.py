"""Sentences of a service about one case: what stands in braces becomes the case's own value, in each language."""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from uruk.acts.api import clock
from uruk.definitions.api import Field, holes
from uruk.kernel.api import (
    LANGUAGES,
    CodedError,
    Dinars,
    Text,
    amount_in,
    format_date,
    grouped,
    isolate,
    local_digits,
    today,
)
from uruk.publishing.api import country
from uruk.services.domain.definition import State
from uruk.services.domain.ground import NOTHING, Waiting
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import find_field
from uruk.services.pins import Pinned, last_open_day
from uruk.services.running.recording import Opened

DEADLINE = "deadline"
EVERYTHING = frozenset({"answers", "values", "facts", "decided"})
_DASH = Text("—", "—", "—")
# What is said of a state that its service has no sentence for.
_UNTOLD: dict[str, Text] = {
    "next": Text(
        "طلبك قيد النظر وفق القواعد.", "داواکارییەکەت بەپێی یاساکان سەیر دەکرێت.", "The rules are being applied."
    ),
    "task": Text("طلبك لدى المؤسسة.", "داواکارییەکەت لای دامەزراوەکەیە.", "Your application is with the institution."),
    "waits": Text("طلبك في الانتظار.", "داواکارییەکەت لە چاوەڕوانیدایە.", "Your application is waiting."),
    "granted": Text("أُجيب طلبك.", "داواکارییەکەت پەسەند کرا.", "Your application was granted."),
    "refused": Text("رُفض طلبك.", "داواکارییەکەت ڕەت کرایەوە.", "Your application was refused."),
    "lapsed": Text("سقط طلبك لانقضاء المهلة.", "داواکارییەکەت لەبەر تەواوبوونی ماوە کەوت.", "Your application lapsed."),
    "withdrawn": Text("سُحب طلبك.", "داواکارییەکەت کشێندرایەوە.", "Your application was withdrawn."),
}


def state_told(case: Opened, state: State, seen: Collection[str] = EVERYTHING) -> Text:
    """What the service says of the state that a case is in, or what is said where it says nothing.

    `seen`: the groups (`answers`, `values`) and facts (`facts.card`) that the reader may see.
    """
    due = case.standing.entry.due
    written = case.pinned.definition.texts.find(f"states.{state.name}")
    if written is None or (due is None and DEADLINE in holes(written.ar)):
        return _UNTOLD[state.closed or state.kind]
    return filled(case, written, None if due is None else last_open_day(due), seen)


def filled(case: Opened, written: Text, deadline: date | None = None, seen: Collection[str] = EVERYTHING) -> Text:
    """A sentence with the values of a case where it names them; a dash for what is not known, or not to this reader."""
    named = frozenset[str]().union(*(holes(one) for one in written.as_dict().values()))
    told = dict(_values(case, named - {DEADLINE}, seen))
    if deadline is not None:
        told[DEADLINE] = _in_each(lambda lang: format_date(deadline, lang))
    said = [written.get(lang) for lang in LANGUAGES]
    for name, value in told.items():
        pairs = zip(LANGUAGES, said, strict=True)
        said = [text.replace(f"{{{name}}}", value.get(lang)) for lang, text in pairs]
    return Text(said[0], said[1], None if written.en is None else said[2])


def _values(case: Opened, names: frozenset[str], seen: Collection[str]) -> Iterator[tuple[str, Text]]:
    reckoning = case.standing.reckoning(case.pinned.service, today(clock()))
    for name in sorted(names):
        path = tuple(name.split("."))
        field = find_field(case.pinned.service.scope, path)
        value = _known(reckoning, path) if _may_see(path, seen) else None
        yield name, _DASH if value is None or field is None else _told(case.pinned, field, value)


def _may_see(path: tuple[str, ...], seen: Collection[str]) -> bool:
    """Whether a reader may see what stands under a name; of the applicant themselves everybody knows."""
    group = path[0] if path[0] in _GROUPS else "values"
    return group == "applicant" or group in seen or ".".join(path[:2]) in seen


def _known(reckoning: Reckoning, path: tuple[str, ...]) -> object | None:
    """The value of a dotted name; None where there is none, or nobody has told it yet."""
    try:
        found = _outer(reckoning, path)
    except CodedError:
        return None
    for part in path[1 if path[0] not in _GROUPS else 2 :]:
        found = found.get(part) if isinstance(found, dict) else None
    return None if found is NOTHING or isinstance(found, Waiting) else found


_GROUPS = frozenset({"answers", "applicant", "decided", "facts"})


def _outer(reckoning: Reckoning, path: tuple[str, ...]) -> object:
    ground, service = reckoning.ground, reckoning.service
    if path[0] in _GROUPS and len(path) > 1:
        if path[0] == "facts":
            return reckoning.fact(path[1])
        return getattr(ground, path[0]).get(path[1])
    return reckoning.value(path[0]) if path[0] in service.values or path[0] in service.tables else None


def _told(pinned: Pinned, field: Field, value: object) -> Text:
    """One value in the three languages."""
    if field.type == "choice":
        return _choice(pinned, field, str(value))
    if field.type == "date":
        day = date.fromisoformat(str(value))
        return _in_each(lambda lang: format_date(day, lang))
    if field.type == "money" and isinstance(value, int):
        return _in_each(lambda lang: Dinars(value).format(lang))
    if field.type == "integer":
        return _in_each(lambda lang: _number(field, value, lang))
    if field.is_parts and isinstance(value, dict):
        parts = " ".join(str(value[one.name]) for one in field.members if value.get(one.name) is not None)
        return _in_each(lambda _: isolate(parts))
    return _in_each(lambda _: isolate(str(value)))


def _number(field: Field, value: object, lang: str) -> str:
    """What is counted in groups of three digits; without a unit it may be a year, whose digits stay together.

    A text writes the unit itself, but for a number that people write in another unit than the one in which it is kept.
    """
    if not field.unit or not isinstance(value, int):
        return local_digits(str(value), lang)
    if field.entry is not None:
        return amount_in(field.entry.written(value), field.entry.unit, lang)
    return grouped(value, lang)


def _choice(pinned: Pinned, field: Field, code: str) -> Text:
    if field.catalogue is not None:
        known = country().shared.catalogues.get(field.catalogue)
        found = known.names.get(code) if known else None
    else:
        found = pinned.definition.texts.find(f"choices.{field.name}.{code}")
    return found or _in_each(lambda _: code)


def _in_each(write: Callable[[str], str]) -> Text:
    return Text(*(write(lang) for lang in LANGUAGES))
