"""Public records in words: what names them in the reader's language, and whom their links lead to."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from uruk.definitions.api import Definition, Field
from uruk.kernel.api import CodedError
from uruk.registries.api import RecordView, public_record
from uruk.ui.api import (
    Fact,
    institution_name,
    public,
    reader_language,
    record_label,
    record_title,
    record_value,
    refuse,
    registry_model,
    title_fields,
)


def register_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that everybody may read; what is not published, or not there, is refused with a sentence."""

    @public
    @wraps(view)
    def page(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            return view(request, **named)
        except CodedError as error:
            return refuse(request, error, 404)

    return page


def register_title(definition: Definition) -> str:
    """What a registry is called."""
    return definition.title.get(reader_language())


def register_about(definition: Definition) -> str:
    """What its institution says of it; "" where it says nothing."""
    told = definition.texts.find("about")
    return told.get(reader_language()) if told else ""


def holder(definition: Definition) -> str:
    """The institution that keeps it."""
    return institution_name(definition.institution)


class Linked:
    """What the links of one page lead to: each record is read once."""

    def __init__(self, institution: str) -> None:
        self._institution = institution
        self._found: dict[tuple[str, str], RecordView | None] = {}

    def named(self, link: Field, key: Any) -> tuple[str, str]:
        """What names the record, and its address; the key alone where everybody may not read it."""
        found = self._find(str(link.to), str(key))
        if found is None:
            return str(key), ""
        return record_title(found.definition, found.values) or str(key), record_url(found)

    def _find(self, registry: str, key: str) -> RecordView | None:
        if (registry, key) not in self._found:
            try:
                self._found[registry, key] = public_record(self._institution, registry, key=key)
            except CodedError:
                self._found[registry, key] = None
        return self._found[registry, key]


def record_url(found: RecordView) -> str:
    """The page of a record."""
    return reverse("portal:public-record", args=[found.institution, found.registry, found.record])


def public_facts(found: RecordView, linked: Linked) -> tuple[Fact, ...]:
    """What a record says, without what its heading already does."""
    heading = title_fields(registry_model(found.definition))
    fields = [one for one in registry_model(found.definition).fields if one.name not in heading]
    return tuple(
        public_fact(found.definition, one, found.values[one.name], linked)
        for one in fields
        if found.values.get(one.name) is not None
    )


def public_fact(definition: Definition, field: Field, value: Any, linked: Linked) -> Fact:
    """One field: a link by what it leads to, an address as one."""
    label = record_label(definition, field.name)
    if field.type == "link":
        return Fact(label, *linked.named(field, value))
    url = value if field.type == "text" and str(value).startswith("https://") else ""
    return Fact(label, record_value(definition, field.name, value), url)


def named(found: RecordView) -> str:
    """What names a record, in the reader's language."""
    return record_title(found.definition, found.values)


def query(asked: Mapping[str, str]) -> str:
    """What was asked as the end of an address."""
    given = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(given)}" if given else ""
