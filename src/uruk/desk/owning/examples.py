"""The examples of a version: what each expects, whether it came, and what came instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.owning.owned import FindingTold, Version, findings_told, party_names, show_version, version_page
from uruk.desk.owning.tables import digits, open_holes
from uruk.desk.pages import catalogues, told
from uruk.kernel.api import format_date, listed
from uruk.publishing.api import country
from uruk.services.api import TriedExample, closing_told
from uruk.ui.api import Fact, reader_language, shown

_KINDS = {"issued": "document", "recorded": "registry"}


@dataclass(frozen=True)
class ExampleTold:
    """An example: its name, what must come of it, and what is wrong; nothing where it passes."""

    name: str
    line: str
    facts: tuple[Fact, ...]
    wrong: tuple[FindingTold, ...]


@version_page
def examples(request: HttpRequest, version: Version) -> HttpResponse:
    """Every example, passing or failing."""
    found = version.found
    return show_version(
        request,
        version,
        "examples",
        title=_("Examples: %(service)s") % {"service": version.owned.title},
        examples=[_example(version, one) for one in found.examples],
        count=digits(len(found.examples)),
        failing=digits(found.failing) if found.failing else "",
        findings=() if found.service is None else findings_told(found.findings),
        check_url=version.owned.url("check"),
    )


def _example(version: Version, one: TriedExample) -> ExampleTold:
    facts = tuple(Fact(_label(version, what), _said(version, what, value)) for what, value in one.expected)
    return ExampleTold(one.name, digits(one.line), facts, findings_told(one.findings))


def _label(version: Version, what: str) -> str:
    if what.startswith("values."):
        name = what.removeprefix("values.")
        found = version.found.definition.texts.find(f"values.{name}")
        return told(found) if found else name
    return {
        "state": _("It stands at"),
        "closed": _("It ends"),
        "task": _("It is a task of"),
        "waits": _("It waits for"),
        "deadline": _("Its deadline"),
        "failed": _("Conditions that fail"),
        "issued": _("Documents issued"),
        "recorded": _("Recorded in"),
        "asked": _("Institutions asked"),
        "error": _("What is wrong with the answers"),
    }[what]


def _said(version: Version, what: str, value: object) -> str:
    """What is expected, as the reader writes it."""
    if what.startswith("values."):
        found = version.found.model.values[what.removeprefix("values.")]
        return shown(found.field, value, version.found.definition.texts, catalogues())
    if isinstance(value, Mapping):
        return " ".join(str(one) for one in value.values())
    if isinstance(value, tuple | list):
        return listed((_word(version, what, one) for one in value), reader_language()) or _("None")
    return _word(version, what, value)


def _title(version: Version, kind: str, target: str) -> str:
    """What a document or a registry is called, its own institution's or (with a slash) another's."""
    institution, _slash, code = target.rpartition("/")
    found = country().find(kind, institution or version.owned.office.institution, code)
    return told(found.title) if found else target


def _word(version: Version, what: str, value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_date(value, reader_language())
    word, texts = str(value), version.found.definition.texts
    if what == "closed":
        return told(closing_told(word))
    if what in _KINDS:
        return _title(version, _KINDS[what], word)
    group = {"state": "states", "failed": "conditions"}.get(what)
    found = texts.find(f"{group}.{word}") if group else party_names(version.owned.office.institution).get(word)
    return open_holes(told(found)) if found else word
