"""What expressions of a service may name, as one block of fields; and what a given one does name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from uruk.definitions.api import Field, Fields, tokens
from uruk.services.domain.definition import Question, ServiceDefinition, Step

# Whether the holder has a record at all: a member of every single fact.
FOUND = "found"
FAILED = "failed"
# The day of submission: what a deadline of the applicant is held against.
APPLIED = "applied"
GROUPS = frozenset({"applicant", "answers", "facts", "decided", "row"})
_APPLICANT = Fields((Field("number", "text"), Field("kind", "text"), Field("born", "date", required=False)))
_APPLIED = Field(APPLIED, "date")
_FAILED = Field(FAILED, "list", members=Fields((Field("name", "text"),)))


def service_scope(definition: ServiceDefinition, facts: Mapping[str, Fields]) -> Fields:
    """All that expressions may name: the applicant, answers, facts, what officers decided, values, tables, `applied`,
    `failed`.

    `facts`: the fields of each fact that is understood.
    """
    tables = [one for one in definition.tables.values() if one.each is None]
    return Fields((
        Field("applicant", "group", members=_APPLICANT),
        Field("answers", "group", members=answers_fields(definition, facts)),
        Field("facts", "group", members=Fields(tuple(_fact(definition, name, facts[name]) for name in facts))),
        Field("decided", "group", members=decided_fields(definition)),
        *(one.field for one in definition.values.values()),
        *(one.out for one in tables),
        _APPLIED,
        _FAILED,
    ))  # fmt: skip


def with_row(scope: Fields, name: str, members: Iterable[Field]) -> Fields:
    """The scope with one row of a list in it, under a name."""
    kept = tuple(one for one in scope if one.name != name)
    return Fields((*kept, Field(name, "group", members=Fields(tuple(members)))))


def answers_fields(definition: ServiceDefinition, facts: Mapping[str, Fields]) -> Fields:
    """Answers as expressions name them: those of plain steps by their own names, of repeated ones as lists of rows."""
    return Fields(tuple(one for step in definition.steps for one in _answers(step, definition, facts)))


def _answers(step: Step, definition: ServiceDefinition, facts: Mapping[str, Fields]) -> Iterator[Field]:
    asked = tuple(question.field for question in step.questions)
    if step.repeat is None:
        yield from asked
        return
    rows = row_fields(step, facts)
    outs = tuple(one.out for one in definition.tables.values() if one.each == f"answers.{step.name}")
    yield Field(step.name, "list", members=Fields((*rows, *outs)), maximum=step.repeat.maximum)


def row_fields(step: Step, facts: Mapping[str, Fields]) -> tuple[Field, ...]:
    """The fields of one row of a repeated step: its questions, and the row of the fact that it is about."""
    asked = tuple(question.field for question in step.questions)
    if step.repeat is None or step.repeat.over is None or step.repeat.over not in facts:
        return asked
    about = Field(step.repeat.name, key_field(facts[step.repeat.over]).type)
    return (about, *asked)


def page_scope(scope: Fields, step: Step, question: Question, facts: Mapping[str, Fields]) -> Fields:
    """What a question may name: of a repeated step also the row so far, and the row of the fact that it is about."""
    if step.repeat is None:
        return scope
    later = {one.field.name for one in step.questions[step.questions.index(question) :]}
    found = with_row(scope, "row", (one for one in row_fields(step, facts) if one.name not in later))
    if step.repeat.over is not None and step.repeat.name:
        found = with_row(found, step.repeat.name, facts.get(step.repeat.over, Fields(())))
    return found


def key_field(fields: Fields) -> Field:
    """What names one of many records: their first field."""
    return next(iter(fields), Field("number", "text"))


def _fact(definition: ServiceDefinition, name: str, fields: Fields) -> Field:
    if definition.facts[name].many:
        return Field(name, "list", members=fields)
    return Field(name, "group", members=Fields((*fields, Field(FOUND, "yes_no"))))


def decided_fields(definition: ServiceDefinition) -> Fields:
    """What is said with actions, by name."""
    found = {one.name: one for state in definition.states.values() for action in state.actions for one in action.fields}
    return Fields(tuple(found.values()))


@dataclass(frozen=True)
class Named:
    """A dotted name in an expression, where it begins (offset), and its parts."""

    offset: int
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


def named_in(source: str, groups: Iterable[str] = GROUPS) -> Iterator[Named]:
    """Every dotted name that begins with one of the groups, without what is called at its end."""
    found = [token for token in tokens(source) if not token.group().isspace()]
    words = [token.group() for token in found]
    starts = frozenset(groups)
    for position, token in enumerate(found):
        if token.lastgroup == "name" and words[position] in starts and words[position - 1 : position] != ["."]:
            yield Named(token.start(), tuple(_chain(words, position)))


def _chain(words: list[str], position: int) -> Iterator[str]:
    yield words[position]
    while words[position + 1 : position + 2] == ["."] and position + 2 < len(words):
        if words[position + 3 : position + 4] == ["("]:
            return
        position += 2
        yield words[position]


def bare_names(source: str) -> frozenset[str]:
    """The names in an expression that are no member of something else."""
    return frozenset(one.group() for one in bare_tokens(source))


def bare_tokens(source: str) -> Iterator[re.Match[str]]:
    """Each place where an expression names something that is no member of something else."""
    found = [token for token in tokens(source) if not token.group().isspace()]
    for before, one in zip([None, *found], found, strict=False):
        if one.lastgroup == "name" and (before is None or before.group() != "."):
            yield one
