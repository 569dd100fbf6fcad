"""A version of a service to be read: its steps as a citizen will see them, its rules with their articles, its flow."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from uruk.definitions.api import Fields
from uruk.desk.owning.owned import Version, party_names, show_version, version_page
from uruk.desk.owning.tables import open_holes, table_told
from uruk.desk.pages import catalogues, told
from uruk.kernel.api import direction, isolate, local_digits
from uruk.publishing.api import country
from uruk.services.api import Question, Step, draw_flow, tell_flow
from uruk.ui.api import (
    ArticleTold,
    Fact,
    Row,
    article_told,
    form_rows,
    institution_name,
    reader_language,
    service_texts,
)


@dataclass(frozen=True)
class StepTold:
    """A step as it is asked: title, explanation, when and how often, and its questions."""

    title: str
    help: str
    notes: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class RuleTold:
    """A condition, or a value that is reckoned: what it says, its expression, the article that says so."""

    title: str
    formula: str
    article: ArticleTold | None
    note: str = ""


@dataclass(frozen=True)
class StateTold:
    """A state: what it is called, whose turn it is, how long it may last, and each way out with where it leads."""

    title: str
    whose: str
    within: str
    ways: tuple[str, ...]


@version_page
def steps(request: HttpRequest, version: Version) -> HttpResponse:
    """Its steps, with the fields as the citizen will see them; nothing can be sent from here."""
    found = [_step(version, one) for one in version.found.model.steps]
    title = _("Steps: %(service)s") % {"service": version.owned.title}
    return show_version(request, version, "steps", title=title, steps=found, known=_known(version))


@version_page
def rules(request: HttpRequest, version: Version) -> HttpResponse:
    """Its tables, values and conditions, each with its article."""
    model = version.found.model
    return show_version(
        request,
        version,
        "rules",
        title=_("Rules: %(service)s") % {"service": version.owned.title},
        tables=[table_told(version, one) for one in model.tables.values()],
        conditions=[_condition(version, name) for name in model.conditions],
        values=[_value(version, name) for name in model.values],
        fee=_fee(version),
    )


@version_page
def flow(request: HttpRequest, version: Version) -> HttpResponse:
    """Its states: whose turn it is in each, how long it may last, where it leads; drawn and in words."""
    model, texts, lang = version.found.model, version.found.definition.texts, reader_language()
    names = party_names(version.owned.office.institution)
    states = [
        StateTold(one.title, one.whose, one.within, tuple(_way(*way) for way in one.ways))
        for one in tell_flow(model, texts, names, lang)
    ]
    title = _("Flow: %(service)s") % {"service": version.owned.title}
    # What it says is escaped where it is drawn; it holds neither style nor script.
    drawn = mark_safe(draw_flow(model, texts, names, lang))  # noqa: S308
    return show_version(request, version, "flow", title=title, states=states, drawn=drawn)


def _way(by: str, to: str) -> str:
    return f"{apart(by)} ← {apart(to)}" if direction(reader_language()) == "rtl" else f"{by} → {to}"


# -- steps -------------------------------------------------------------------------------------------------------------


def _step(version: Version, step: Step) -> StepTold:
    texts = version.found.definition.texts
    title, help_ = texts.get(f"steps.{step.name}.title"), texts.find(f"steps.{step.name}.help")
    rows = tuple(_question(version, one) for one in step.questions)
    return StepTold(
        open_holes(told(title)), open_holes(told(help_)) if help_ else "", tuple(_notes(version, step)), rows
    )


def _question(version: Version, question: Question) -> Row:
    """A question as it will be asked, with when it is asked and what bounds it."""
    [row] = form_rows(Fields((question.field,)), service_texts(version.found.definition), catalogues())
    said = [row.hint]
    if question.when:
        said.append(_("Asked only if: %(formula)s") % {"formula": apart(question.when.source)})
    if question.minimum:
        said.append(_("At least: %(formula)s") % {"formula": apart(question.minimum.source)})
    if question.maximum:
        said.append(_("At most: %(formula)s") % {"formula": apart(question.maximum.source)})
    if question.max_kib:
        types = " / ".join(one.upper() for one in question.media)
        said.append(_("%(types)s, at most %(kib)s KiB.") % {"types": apart(types), "kib": _digits(question.max_kib)})
    return replace(row, hint=" ".join(one for one in said if one))


def _notes(version: Version, step: Step) -> list[str]:
    found = []
    if step.when:
        found.append(_("Asked only if: %(formula)s") % {"formula": apart(step.when.source)})
    if step.repeat and step.repeat.over:
        over = version.found.definition.texts.find(f"facts.{step.repeat.over}")
        found.append(_("One page for each of: %(fact)s") % {"fact": told(over) if over else step.repeat.over})
    elif step.repeat:
        bounds = {"least": _digits(step.repeat.minimum), "most": _digits(step.repeat.maximum)}
        found.append(_("Asked again and again: %(least)s to %(most)s times") % bounds)
    if step.cosign:
        found.append(_("Another person signs as well."))
    return found


def _known(version: Version) -> tuple[Fact, ...]:
    """The facts that nobody is asked for: what each is called, and who holds it."""
    definition, model = version.found.definition, version.found.model
    return tuple(
        Fact(told(definition.texts.get(f"facts.{name}")), institution_name(one.holder or definition.institution))
        for name, one in model.facts.items()
        if definition.texts.find(f"facts.{name}")
    )


# -- rules -------------------------------------------------------------------------------------------------------------


def _condition(version: Version, name: str) -> RuleTold:
    found = version.found.model.conditions[name]
    title = told(version.found.definition.texts.get(f"conditions.{name}"))
    tried = any(name == one for one, _place in version.found.model.guide)
    note = _("Anybody may try it before they apply.") if tried else ""
    return RuleTold(title, found.must.source, cited(found.law), note)


def _value(version: Version, name: str) -> RuleTold:
    found, title = version.found.model.values[name], version.found.definition.texts.find(f"values.{name}")
    return RuleTold(told(title) if title else name, found.formula.source, None)


def _fee(version: Version) -> RuleTold | None:
    fee = version.found.model.fee
    return None if fee is None else RuleTold(_("Fee"), fee.amount.source, cited(fee.law))


def cited(law: str | None) -> ArticleTold | None:
    """An article as it is cited."""
    return article_told(country().shared.laws.find(law) if law else None, law or "")


def apart(written: str) -> str:
    """What is written from left to right, kept apart where the page runs the other way."""
    return isolate(written) if direction(reader_language()) == "rtl" else written


def _digits(number: int) -> str:
    return local_digits(str(number), reader_language())
