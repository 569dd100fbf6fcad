"""The texts of a service as its pages say them: titles with the values that stand in braces, labels."""

from collections.abc import Mapping
from typing import cast

from uruk.definitions.api import Definition, Field, Fields, Texts, holes
from uruk.kernel.api import Text, isolate, local_digits
from uruk.publishing.api import country
from uruk.services.api import DraftView, ServiceDefinition, Step, find_field
from uruk.ui.language import reader_language
from uruk.ui.records import NOTHING
from uruk.ui.shown import shown

Rows = Mapping[str, Mapping[str, object]]
_NO_ROWS: Rows = {}
MAX_TEXTS = 256
# By the digest of the definition, under which texts stay the same: a page asks for them at each of its answers.
_TEXTS: dict[bytes, Texts] = {}


def model_of(definition: Definition) -> ServiceDefinition:
    """What the definition of a service says."""
    return cast(ServiceDefinition, definition.model)


def service_texts(definition: Definition) -> Texts:
    """The texts of a service, with the title of a page as the label of its only question where that has none."""
    found = _TEXTS.get(definition.digest)
    if found is None:
        if len(_TEXTS) >= MAX_TEXTS:
            _TEXTS.clear()
        found = _TEXTS[definition.digest] = _with_titles(definition)
    return found


def _with_titles(definition: Definition) -> Texts:
    found = dict(definition.texts.by_path)
    for step in model_of(definition).steps:
        if len(step.questions) == 1 and f"steps.{step.name}.title" in found:
            found.setdefault(f"fields.{step.questions[0].field.name}", found[f"steps.{step.name}.title"])
    return Texts(found)


def step_title(draft: DraftView, step: Step, at: int | None = None) -> str:
    """The title of a page, of a repeated step (row `at`) with what tells its rows apart, where it may have several."""
    told = draft.definition.texts.get(f"steps.{step.name}.title")
    if at is None or step.repeat is None or (step.repeat.over is None and step.repeat.maximum == 1):
        return filled(draft, told)
    about = draft.about.get(step.name, ())
    rows = {step.repeat.name: about[at]} if at < len(about) else _NO_ROWS
    title = filled(draft, told, rows)
    return title if any(one.partition(".")[0] in rows for one in holes(told.ar)) else numbered(title, at)


def numbered(title: str, at: int) -> str:
    """A title with which row it is, counted from 1."""
    return f"{title} ({local_digits(str(at + 1), reader_language())})"


def filled(draft: DraftView, told: Text, rows: Rows = _NO_ROWS) -> str:
    """A sentence in the reader's language with the values of a draft where it names them; a dash for what is missing.

    `rows`: of the names that stand for one row of a fact.
    """
    sentence = told.get(reader_language())
    for name in holes(sentence):
        sentence = sentence.replace(f"{{{name}}}", _value(draft, tuple(name.split(".")), rows))
    return sentence


def _value(draft: DraftView, path: tuple[str, ...], rows: Rows) -> str:
    field = _field(draft, path, rows)
    found: object = {**rows, "answers": draft.cleaned, "facts": draft.facts}
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    if field is None or found is None:
        return NOTHING
    return isolate(shown(field, found, service_texts(draft.definition), country().shared.catalogues))


def _field(draft: DraftView, path: tuple[str, ...], rows: Rows) -> Field | None:
    if path[0] not in rows:
        return find_field(draft.linked.scope, path)
    repeats = (step.repeat for step in model_of(draft.definition).steps if step.repeat is not None)
    over = next((one.over for one in repeats if one.name == path[0]), None)
    return find_field(draft.linked.facts.get(over or "", Fields(())), path[1:])
