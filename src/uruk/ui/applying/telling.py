"""Answers, facts and values of a draft or a case in words, alike for the applicant and for officers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uruk.definitions.api import Definition, Field, holes
from uruk.kernel.api import isolate
from uruk.publishing.api import country
from uruk.services.api import DraftView, Step
from uruk.services.api import Fact as FactDefinition
from uruk.ui.applying.pages import Page, page_problems, step_pages
from uruk.ui.applying.words import model_of, numbered, service_texts
from uruk.ui.fields import field_label
from uruk.ui.language import reader_language
from uruk.ui.records import NOTHING, institution_name, record_label, record_value
from uruk.ui.shown import Fact, shown

# The address of a file by its digest; "" where it cannot be opened.
FileUrl = Callable[[str], str]
_NOTHING: Mapping[str, Any] = {}


def no_url(_sha256: str) -> str:
    """The address of a file that cannot be opened."""
    return ""


@dataclass(frozen=True)
class Section:
    """The answers of one page. `page`: where they are changed (of a draft); `problems`: what is wrong or missing."""

    title: str
    facts: tuple[Fact, ...]
    page: Page | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactTold:
    """What a holder says: its name for the service, who holds it, and the records; none where it has nothing.

    `waiting`: nobody has told it yet.
    """

    name: str
    title: str
    holder: str
    records: tuple[tuple[Fact, ...], ...]
    waiting: bool = False


def draft_summary(draft: DraftView, file_url: FileUrl = no_url) -> tuple[Section, ...]:
    """All answers of a draft, page by page, with what is wrong or missing."""
    return tuple(_section(draft, page, file_url) for page in step_pages(draft))


def loose_problems(draft: DraftView) -> tuple[str, ...]:
    """What is wrong with a draft and stands at no question of a page (too few rows of a step)."""
    placed = {page.path + path for page in step_pages(draft) for path in page_problems(draft, page)}
    told = [(path, error.sentence(reader_language())) for path, error in draft.problems if path not in placed]
    titles = {step.name: draft.definition.texts.find(f"steps.{step.name}.title") for step in _steps(draft.definition)}
    found = []
    for path, sentence in told:
        title = titles.get(path.partition(".")[0])
        found.append(f"{title.get(reader_language())}: {sentence}" if title else sentence)
    return tuple(dict.fromkeys(found))


def answers_told(
    definition: Definition, answers: Mapping[str, Any], facts: Mapping[str, Any] = _NOTHING, file_url: FileUrl = no_url
) -> tuple[Section, ...]:
    """The answers of a case, page by page. `facts`: those that name repeated pages, as far as they are seen."""
    return tuple(
        section
        for step in _steps(definition)
        for section in _sections(definition, step, answers, facts, file_url)
        if section.facts
    )


def answer_label(definition: Definition, path: str) -> str:
    """What the answer at a path (`crops.0.area_m2`) is called, with the row that it stands in."""
    parts = path.split(".")
    for step in _steps(definition):
        if step.repeat is not None and step.name == path:
            return section_title(definition, step)
        for question in step.questions:
            if step.repeat is None and question.field.name == parts[0]:
                return field_label(question.field, service_texts(definition), question.field.name)
            if step.name == parts[0] and len(parts) > 2 and question.field.name == parts[2]:
                label = field_label(question.field, service_texts(definition), question.field.name)
                return numbered(label, int(parts[1])) if parts[1].isdigit() else label
    return path


def fact_told(definition: Definition, name: str, value: Any, *, waiting: bool = False) -> FactTold:
    """What the holder of a fact says of it (None: nothing), in the words of its registry."""
    fact = model_of(definition).facts[name]
    records = value if isinstance(value, list | tuple) else [value] if isinstance(value, Mapping) else []
    return FactTold(
        name,
        fact_title(definition, name),
        institution_name(fact.holder or definition.institution),
        tuple(_record(definition, fact, one) for one in records),
        waiting,
    )


def fact_title(definition: Definition, name: str) -> str:
    """What a service calls a fact."""
    told = definition.texts.find(f"facts.{name}")
    return told.get(reader_language()) if told else name


def facts_told(draft: DraftView) -> tuple[FactTold, ...]:
    """Every fact that a service rests on: what was told so far, and what is asked for later."""
    return tuple(
        fact_told(draft.definition, name, draft.facts.get(name), waiting=name not in draft.facts)
        for name in model_of(draft.definition).facts
    )


def values_told(definition: Definition, values: Mapping[str, Any]) -> tuple[Fact, ...]:
    """What follows from answers and facts, as far as the service has a name for it."""
    found = model_of(definition).values
    named = [one for one in found if values.get(one) is not None and definition.texts.find(f"values.{one}")]
    return tuple(
        Fact(
            definition.texts.get(f"values.{one}").get(reader_language()),
            _shown(definition, found[one].field, values[one]),
        )
        for one in named
    )


# -- one page ----------------------------------------------------------------------------------------------------------


def _steps(definition: Definition) -> tuple[Step, ...]:
    return model_of(definition).steps


def _section(draft: DraftView, page: Page, file_url: FileUrl) -> Section:
    given = draft.cleaned if page.row is None else draft.cleaned.get(page.step, [])[page.row]
    fields = (draft.questions[page.path + name] for name in page.names)
    facts = tuple(_answer(draft.definition, one, given.get(one.name), file_url) for one in fields)
    wrong = page_problems(draft, page)
    told = (
        f"{answer_label(draft.definition, page.path + path)}: {error.sentence(reader_language())}"
        for path, error in wrong.items()
    )
    return Section(page.title, facts, page, tuple(told))


def _sections(
    definition: Definition, step: Step, answers: Mapping[str, Any], facts: Mapping[str, Any], file_url: FileUrl
) -> Iterator[Section]:
    asked = [one.field for one in step.questions]
    if step.repeat is None:
        title = section_title(definition, step, answers=answers, facts=facts)
        yield Section(title, tuple(_given(definition, asked, answers, file_url)))
        return
    for at, row in enumerate(answers.get(step.name) or ()):
        title = section_title(definition, step, at, answers=answers, facts=facts)
        yield Section(title, tuple(_given(definition, asked, row, file_url)))


def section_title(
    definition: Definition,
    step: Step,
    at: int | None = None,
    *,
    answers: Mapping[str, Any] = _NOTHING,
    facts: Mapping[str, Any] = _NOTHING,
) -> str:
    """What the answers of a page are called, of a repeated one (row `at`) with what its row is about, or its number.

    `answers`, `facts`: as far as the reader sees them; a dash stands for what they do not.
    """
    title = definition.texts.get(f"steps.{step.name}.title").get(reader_language())
    title = _with_answers(definition, _with_facts(definition, title, facts), answers)
    if at is None or step.repeat is None:
        return _bare(title)
    about = facts.get(step.repeat.over or "")
    known = about[at] if isinstance(about, Sequence) and at < len(about) else {}
    return _row_title(definition, step, title, known) or numbered(_bare(title), at)


def _given(
    definition: Definition, asked: Sequence[Field], answers: Mapping[str, Any], file_url: FileUrl
) -> Iterator[Fact]:
    for one in asked:
        if answers.get(one.name) is not None:
            yield _answer(definition, one, answers[one.name], file_url)


def _answer(definition: Definition, field: Field, value: Any, file_url: FileUrl) -> Fact:
    label = field_label(field, service_texts(definition), field.name)
    if value is None:
        return Fact(label, NOTHING)
    url = file_url(str(value)) if field.type == "file" else ""
    return Fact(label, _shown(definition, field, value), url)


def _shown(definition: Definition, field: Field, value: Any) -> str:
    # Most answers name nothing of a catalogue, and a summary has a hundred: the country is not looked up for these.
    names_choices = field.type in {"choice", "list"} or field.is_parts
    catalogues = country().shared.catalogues if names_choices else {}
    return shown(field, value, service_texts(definition), catalogues)


def _row_title(definition: Definition, step: Step, title: str, known: Mapping[str, Any]) -> str:
    """The title of a row with the values of the fact that it is about; nothing where these are not seen."""
    assert step.repeat is not None, "asked before"
    fact = model_of(definition).facts.get(step.repeat.over or "")
    named = [one for one in holes(title) if one.partition(".")[0] == step.repeat.name]
    for one in named:
        name = one.partition(".")[2]
        if fact is None or name not in known:
            return ""
        title = title.replace(f"{{{one}}}", _of_record(definition, fact, name, known[name]))
    return title if named else ""


def _with_facts(definition: Definition, title: str, facts: Mapping[str, Any]) -> str:
    """A title with the values of facts that it names (`{facts.card.number}`)."""
    for hole, group, name, field in _named(title):
        known = facts.get(name)
        if group == "facts" and isinstance(known, Mapping) and known.get(field) is not None:
            told = _of_record(definition, model_of(definition).facts[name], field, known[field])
            title = title.replace(f"{{{hole}}}", isolate(told))
    return title


def _with_answers(definition: Definition, title: str, answers: Mapping[str, Any]) -> str:
    """A title with the answers that it names (`{answers.crop}`)."""
    asked = {one.field.name: one.field for step in _steps(definition) for one in step.questions}
    for hole, group, name, _field in _named(title):
        if group == "answers" and name in asked and answers.get(name) is not None:
            title = title.replace(f"{{{hole}}}", isolate(_shown(definition, asked[name], answers[name])))
    return title


def _named(title: str) -> Iterator[tuple[str, str, str, str]]:
    """Each hole of a title, and its parts: `facts.card.number` names the group, the fact, its field."""
    for hole in holes(title):
        group, _dot, rest = hole.partition(".")
        name, _dot, field = rest.partition(".")
        yield hole, group, name, field


def _bare(title: str) -> str:
    """A title without what nobody here may know."""
    for one in holes(title):
        title = title.replace(f"{{{one}}}", NOTHING)
    return title


# -- facts -------------------------------------------------------------------------------------------------------------


def _registry(definition: Definition, fact: FactDefinition) -> Definition | None:
    """The registry that a fact comes from; None where it comes from another system."""
    institution, code = (fact.source[0], fact.source[1]) if fact.ask else (definition.institution, fact.source[0])
    return country().find("registry", institution, code)


def _record(definition: Definition, fact: FactDefinition, values: Mapping[str, Any]) -> tuple[Fact, ...]:
    registry = _registry(definition, fact)
    if registry is None:
        return tuple(Fact(name, str(value)) for name, value in values.items())
    return tuple(
        Fact(record_label(registry, name), record_value(registry, name, value)) for name, value in values.items()
    )


def _of_record(definition: Definition, fact: FactDefinition, name: str, value: Any) -> str:
    registry = _registry(definition, fact)
    return str(value) if registry is None else record_value(registry, name, value)
