"""What an applicant answered, question by question: with what stood there before, what was marked, and its file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uruk.definitions.api import Field
from uruk.desk.pages import catalogues
from uruk.services.api import CaseView
from uruk.ui.api import field_label, section_title, service_model, service_texts, shown

_Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Line:
    """One answer. `path`: what it is marked by; `file`: the SHA-256 of a file, instead of a value.

    `changed`: it was given anew since the case came before; `before`: what stood there; `mark`: what was to be mended.
    """

    path: str
    label: str
    value: str
    file: str = ""
    changed: bool = False
    before: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Section:
    """The answers of one page of the form."""

    title: str
    lines: tuple[Line, ...]


def sections(view: CaseView) -> tuple[Section, ...]:
    """What is answered, by the pages of the form; pages without an answer that the reader sees are left out."""
    teller = _Teller(view)
    return tuple(one for one in teller.sections() if one.lines)


def count_changes(found: tuple[Section, ...]) -> int:
    """How many answers were given anew."""
    return sum(line.changed for section in found for line in section.lines)


class _Teller:
    """The words of one case's answers."""

    def __init__(self, view: CaseView) -> None:
        self._view, self._definition = view, view.definition
        self._before, self._texts = view.past.before, service_texts(view.definition)

    def sections(self) -> Iterator[Section]:
        for step in service_model(self._definition).steps:
            fields = [one.field for one in step.questions]
            if step.repeat is None:
                lines = self._lines(fields, self._view.answers, self._before, "")
                yield Section(section_title(self._definition, step, **self._seen()), tuple(lines))
                continue
            now, before = _rows(self._view.answers.get(step.name)), self._rows_before(step.name)
            # A row that was taken out stands there with what it said.
            for at in range(max(len(now), len(before or ()))):
                row = now[at] if at < len(now) else {}
                # The door puts each row beside what it was; of a new one nothing was there.
                then = None if before is None else (before[at] if at < len(before) else None) or {}
                title = section_title(self._definition, step, at, **self._seen())
                yield Section(title, tuple(self._lines(fields, row, then, f"{step.name}.{at}.")))

    def _seen(self) -> dict[str, Mapping[str, Any]]:
        return {"answers": self._view.answers, "facts": self._view.facts}

    def _rows_before(self, step: str) -> _Rows | None:
        return None if self._before is None else _rows(self._before.get(step))

    def _lines(
        self, fields: list[Field], values: Mapping[str, Any], before: Mapping[str, Any] | None, path: str
    ) -> Iterator[Line]:
        for field in fields:
            value = values.get(field.name)
            then = None if before is None else before.get(field.name)
            changed = before is not None and then != value
            if value is None and not (changed and then is not None):
                continue
            yield self._line(field, value, then, f"{path}{field.name}", changed=changed)

    def _line(self, field: Field, value: Any, then: Any, path: str, *, changed: bool) -> Line:
        return Line(
            path,
            field_label(field, self._texts, path),
            self._told(field, value),
            file=str(value) if field.type == "file" and value is not None else "",
            changed=changed,
            before=self._told(field, then) if changed else "",
            mark=self._view.past.mended.get(path, ""),
        )

    def _told(self, field: Field, value: Any) -> str:
        return "—" if value is None else shown(field, value, self._texts, catalogues())


def _rows(value: Any) -> _Rows:
    return value if isinstance(value, list) else ()
