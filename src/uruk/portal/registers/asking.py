"""What is asked of a public list: words, and a choice for each field by which it can be narrowed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from uruk.definitions.api import Definition, Field
from uruk.kernel.api import ascii_digits, local_digits
from uruk.portal.registers.telling import Linked
from uruk.registries.api import Filter, PageQuery, RegistryView, public_searched, public_statistics
from uruk.ui.api import Choice, Row, reader_language, record_label, record_value

PAGE, MAX_FILTERS, MAX_CHOICES = 20, 8, 60
WORDS_MAX, TYPED_MAX, TOKEN_MAX = 100, 60, 2000
_NARROWING = frozenset({"choice", "link", "date"})
_YEAR_DIGITS = 4


@dataclass(frozen=True)
class Asked:
    """What was asked: the filters and words, what was typed by its name, and the page that is wanted."""

    filters: tuple[Filter, ...]
    words: str
    typed: Mapping[str, str]
    after: str = ""

    @property
    def query(self) -> PageQuery:
        """As the door wants it: newest records last, as they were made."""
        return PageQuery(filters=self.filters, words=self.words, after=self.after, limit=PAGE)

    def but(self, name: str, value: str) -> dict[str, str]:
        """What was asked with one thing asked otherwise, from the first page on."""
        return {**self.typed, name: value}


@dataclass(frozen=True)
class Narrowing:
    """A field by which the list is narrowed: what it is called in an address, and how many records say what."""

    field: Field
    name: str
    counts: Mapping[str, int]


def narrowings(found: RegistryView) -> tuple[Narrowing, ...]:
    """The fields with few values that everybody may filter by, in the definition's order."""
    known = {one.name for one in found.model.columns if one.why in ("find", "link")}
    fields = [one for one in found.model.fields if one.name in known and one.public and one.type in _NARROWING]
    return tuple(Narrowing(one, f"f-{one.name}", _counts(found, one)) for one in fields[:MAX_FILTERS])


def _counts(found: RegistryView, one: Field) -> dict[str, int]:
    """How many records have each value; of a date each year."""
    counted = public_statistics(found.institution, found.code, one.name, months=one.type == "date")
    counts: dict[str, int] = {}
    for group in counted.groups:
        if group.value is not None:
            value = str(group.value)[:_YEAR_DIGITS] if one.type == "date" else str(group.value)
            counts[value] = counts.get(value, 0) + group.count
    return counts


def asked(found: RegistryView, narrowing: tuple[Narrowing, ...], sent: Mapping[str, str]) -> Asked:
    """Read an address; what nothing can have is not asked."""
    typed = {one.name: sent.get(one.name, "").strip()[:TYPED_MAX] for one in narrowing}
    typed = {name: value for name, value in typed.items() if value}
    words = sent.get("q", "").strip()[:WORDS_MAX] if public_searched(found.model) else ""
    filters = tuple(each for one in narrowing for each in _filters(one, typed.get(one.name, "")))
    return Asked(filters, words, {"q": words, **typed}, sent.get("after", "")[:TOKEN_MAX])


def _filters(one: Narrowing, value: str) -> Iterator[Filter]:
    if not value:
        return
    if one.field.type != "date":
        yield Filter(one.field.name, "eq", value)
        return
    year = ascii_digits(value)
    if len(year) == _YEAR_DIGITS and year.isdigit() and year != "0000":
        yield Filter(one.field.name, "from", date(int(year), 1, 1))
        yield Filter(one.field.name, "to", date(int(year), 12, 31))


def rows(found: RegistryView, narrowing: tuple[Narrowing, ...], asked_now: Asked, linked: Linked) -> tuple[Row, ...]:
    """The questions above the list; a field with one value alone narrows nothing."""
    return tuple(
        Row(one.name, _label(found, one), "select", value=asked_now.typed.get(one.name, ""), choices=choices)
        for one in narrowing
        if len(choices := tuple(_choices(found, one, linked))) > 1
    )


def _label(found: RegistryView, one: Narrowing) -> str:
    label = record_label(found.definition, one.field.name)
    return _("%(field)s: year") % {"field": label} if one.field.type == "date" else label


def _choices(found: RegistryView, one: Narrowing, linked: Linked) -> Iterator[Choice]:
    if one.field.type == "date":
        values = sorted(one.counts, reverse=True)
    else:
        values = sorted(one.counts, key=lambda value: (-one.counts[value], value))
    for value in values[:MAX_CHOICES]:
        yield Choice(value, f"{value_told(found.definition, one.field, value, linked)} ({number(one.counts[value])})")


def value_told(definition: Definition, field: Field, value: object, linked: Linked) -> str:
    """A value in few words; of a date the year, for not of every one the day is known."""
    if field.type == "date":
        return number(int(str(value)[:_YEAR_DIGITS]))
    return linked.named(field, value)[0] if field.type == "link" else record_value(definition, field.name, value)


def number(count: int) -> str:
    """A number in the reader's digits."""
    return local_digits(str(count), reader_language())
