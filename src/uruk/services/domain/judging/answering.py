"""Checks what an applicant answered: which questions are asked, within which bounds, for which rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from uruk.definitions.api import Field
from uruk.kernel.api import CodedError
from uruk.services.domain.definition import Question, Step
from uruk.services.domain.ground import Ground, Waiting
from uruk.services.domain.judging.reckoning import Memo, Reckoning
from uruk.services.domain.linked import Service, Typed
from uruk.services.domain.scope import key_field

Row = Mapping[str, object]
Rows = Mapping[str, Row]
_NO_ROWS: Rows = {}


@dataclass
class Answered:
    """Answers cleaned, what is wrong by the path of the field (`crops.0.area_m2`), and the facts that are waited for.

    `asked`: the steps that were asked. `questions`: by path each question that was asked, with its bounds. `about`: of
    each step that is repeated over a fact the rows of that fact; `typed`: its rows as typed, each with what names the
    row of the fact that it is about.
    """

    values: dict[str, object] = field(default_factory=dict)
    errors: list[tuple[str, CodedError]] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    questions: dict[str, Field] = field(default_factory=dict)
    about: dict[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    typed: dict[str, list[Mapping[str, object]]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether all that is asked is answered rightly."""
        return not self.errors and not self.waiting


def check_answers(
    service: Service, given: Mapping[str, object], ground: Ground, memo: Memo | None = None, *, whole: bool = True
) -> Answered:
    """Check all answers in the order of the steps: a question may depend on those before it, and on facts.

    `given`: as typed, by field or by repeated step; `ground`: facts, applicant and day (its answers are not looked at).
    Not `whole`: somebody is still at it, and rows that are not there yet are blank ones.
    """
    return _Answering(service, ground, memo, whole=whole).run(given)


def met(rows: Sequence[Row], about: Sequence[Row], name: str, key: str) -> Sequence[Row]:
    """Rows as typed beside the rows of the fact that they are about, in its order: each meets the one that it names,
    whatever came or went before it. One that names nothing, as a page sends what was just typed there, meets the one at
    its place that nobody names; so do all where none names one. `name`: under which a row says its `key`.
    """
    named = {str(row[name]): row for row in reversed(rows) if row.get(name) is not None}
    if not named:
        return rows
    placed = [{} if row.get(name) is not None else row for row in rows]
    blank: Row = {}
    return [
        named.get(str(one.get(key)), placed[place] if place < len(placed) else blank) for place, one in enumerate(about)
    ]


def _least(step: Step, about: Sequence[object] | None) -> int:
    """How many rows a repeated step has at least: one of each row of a fact, or what was written."""
    assert step.repeat is not None, "asked before"
    return step.repeat.minimum if about is None else len(about)


class _Answering:
    def __init__(self, service: Service, ground: Ground, memo: Memo | None, *, whole: bool) -> None:
        self._service, self._memo, self._whole = service, memo, whole
        self._found = Answered()
        # What is reckoned sees the answers that are there by then.
        self._ground = replace(ground, answers=self._found.values)

    def run(self, given: Mapping[str, object]) -> Answered:
        known = set[str]()
        for step in self._service.definition.steps:
            known |= {step.name} if step.repeat else {one.field.name for one in step.questions}
            if self._holds(self._service.shown.get(f"steps.{step.name}"), _NO_ROWS):
                self._found.asked.append(step.name)
                self._step(step, given)
        unknown = (name for name in given if name not in known)
        self._found.errors += [(name[:60], CodedError("services.field_unknown")) for name in unknown]
        return self._found

    def _reckoning(self) -> Reckoning:
        return Reckoning(self._service, self._ground, self._memo)

    def _run(self, typed: Typed, rows: Rows) -> object:
        found = self._reckoning().run_once(typed, rows)
        if isinstance(found, Waiting):
            self._found.waiting |= found.facts
        return found

    def _holds(self, typed: Typed | None, rows: Rows) -> bool:
        return typed is None or self._run(typed, rows) is True

    def _step(self, step: Step, given: Mapping[str, object]) -> None:
        if step.repeat is None:
            for question in step.questions:
                self._question(question, given, _NO_ROWS, "", self._found.values)
            return
        written = given.get(step.name)
        rows = list(written) if isinstance(written, list | tuple) else []
        about = self._about(step)
        if isinstance(about, Waiting):
            return
        if about is not None:
            self._found.about[step.name] = about
            rows = self._met(step, rows, about)
        if not self._whole:
            rows += [{}] * (_least(step, about) - len(rows))
        if self._counts(step, rows, about) or not self._whole:
            fitting = rows[: step.repeat.maximum if about is None else len(about)]
            self._found.values[step.name] = [self._row(step, place, row, about) for place, row in enumerate(fitting)]

    def _about(self, step: Step) -> Sequence[Mapping[str, object]] | Waiting | None:
        """The rows of the fact that a step is repeated over; None where it is repeated as often as somebody wants."""
        if step.repeat is None or step.repeat.over is None:
            return None
        found = self._reckoning().fact(step.repeat.over)
        if isinstance(found, Waiting):
            self._found.waiting |= found.facts
            return found
        return found if isinstance(found, list | tuple) else ()

    def _met(self, step: Step, rows: Sequence[object], about: Sequence[Row]) -> list[object]:
        """The rows in the order of the fact; kept with what names each, for the fact may come in another order."""
        assert step.repeat is not None and step.repeat.over is not None, "asked before"
        name, key = step.repeat.name, key_field(self._service.facts[step.repeat.over]).name
        found = met([one if isinstance(one, Mapping) else {} for one in rows], about, name, key)
        named = [{**row, name: one[key]} if row and key in one else row for row, one in zip(found, about, strict=False)]
        self._found.typed[step.name] = [*named, *found[len(about) :]]
        return list(found)

    def _counts(self, step: Step, rows: Sequence[object], about: Sequence[object] | None) -> bool:
        assert step.repeat is not None, "asked before"
        low, high = _least(step, about), len(about) if about is not None else step.repeat.maximum
        if len(rows) > high:
            self._found.errors.append((step.name, CodedError("services.field_too_many", max=high)))
        elif len(rows) < low:
            self._found.errors.append((step.name, CodedError("services.field_too_few", min=low)))
        return low <= len(rows) <= high

    def _row(
        self, step: Step, place: int, given: object, about: Sequence[Mapping[str, object]] | None
    ) -> dict[str, object]:
        assert step.repeat is not None, "asked before"
        typed = given if isinstance(given, Mapping) else {}
        row: dict[str, object] = {}
        rows: dict[str, Mapping[str, object]] = {"row": row}
        if about is not None and step.repeat.over is not None:
            rows[step.repeat.name] = about[place]
            key = key_field(self._service.facts[step.repeat.over]).name
            if key in about[place]:
                row[step.repeat.name] = about[place][key]
        for question in step.questions:
            self._question(question, typed, rows, f"{step.name}.{place}.", row)
        known = {one.field.name for one in step.questions} | {step.repeat.name if about is not None else ""}
        unknown = (f"{step.name}.{place}.{name}"[:60] for name in typed if name not in known)
        self._found.errors += [(path, CodedError("services.field_unknown")) for path in unknown]
        return row

    def _question(
        self, question: Question, given: Mapping[str, object], rows: Rows, before: str, into: dict[str, object]
    ) -> None:
        """Clean one answer into the others. What is not asked is not kept, whatever was sent."""
        name = question.field.name
        if not self._holds(self._service.shown.get(f"fields.{name}"), rows):
            return
        item = self._bounded(question.field, rows)
        self._found.questions[before + name] = item
        for path, error in item.clean_into(into, given.get(name)):
            self._found.errors.append((before + path, error))

    def _bounded(self, item: Field, rows: Rows) -> Field:
        """A question with the bounds that are computed for it."""
        if item.name not in self._service.bounds:
            return item
        low, high = self._service.bounds[item.name]
        minimum = self._bound(low, item.minimum, rows)
        return replace(item, minimum=minimum, maximum=self._bound(high, item.maximum, rows))

    def _bound(self, typed: Typed | None, written: int | None, rows: Rows) -> int | None:
        found = written if typed is None else self._run(typed, rows)
        return found if isinstance(found, int) else written
