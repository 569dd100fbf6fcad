"""Rows of a form: one question each, ready for `ui/field.html`."""

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal[
    "text", "textarea", "select", "radios", "checkbox", "date", "time", "file", "password", "email", "group",
    "hidden", "list", "link", "place",
]  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen: the stored value and its label in the reader's language."""

    value: str
    label: str


@dataclass(frozen=True)
class Row:
    """One question of a form, in the reader's language.

    `name` is the HTML name and, with `field-` before it, the id; `attributes` are further HTML attributes in order;
    `rows` are the inner questions of a group, or the rows of a list (each a group).
    """

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    hint: str = ""
    error: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    rows: tuple["Row", ...] = ()

    @property
    def id(self) -> str:
        """The HTML id of the box (of the fieldset for radios and groups)."""
        return f"field-{self.name}"

    @property
    def is_blank(self) -> bool:
        """Whether nobody has typed anything here yet, nor been told that it is wrong."""
        return not self.value and not self.error and all(row.is_blank for row in self.rows)

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for `aria-describedby`."""
        parts = [f"{self.id}-{part}" for part in ("hint", "error") if getattr(self, part)]
        return " ".join(parts)


@dataclass(frozen=True)
class Problem:
    """One line of the summary of errors: the sentence, and the id of its question ("" for the whole form)."""

    sentence: str
    id: str = ""


NO_PROBLEMS: tuple[Problem, ...] = ()


def problems(rows: tuple[Row, ...]) -> tuple[Problem, ...]:
    """The summary of errors of these rows, inner rows included, in their order; each names its question."""
    found: list[Problem] = []
    for row in rows:
        if row.error:
            found.append(Problem(f"{row.label}: {row.error}", row.id))
        found.extend(problems(row.rows))
    return tuple(found)


def with_error(rows: tuple[Row, ...], name: str, sentence: str) -> tuple[Row, ...]:
    """The same rows, the question of that name with its error."""
    return tuple(replace(row, error=sentence) if row.name == name else row for row in rows)
