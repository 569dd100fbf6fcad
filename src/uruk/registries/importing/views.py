"""What the door shows of an import: what was understood, how far it is, what is wrong, and what can be done next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from uruk.kernel.api import CodedError, Text

State = Literal[
    "checking", "checked", "submitted", "writing", "halted", "done", "requested", "failed", "cancelled"
]  # fmt: skip

AT_WORK: frozenset[State] = frozenset({"checking", "writing"})


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row of the file: its number (the first line is 1), the field's dotted path, the error."""

    row: int
    field: str
    error: CodedError


@dataclass(frozen=True)
class RowLikeness:
    """A row that may be about whom a record is about already, and how much it is like it (0 to 1000).

    `title`: what names the record, for who may read; empty for others, and in lists.
    """

    row: int
    record: UUID
    score: int
    title: str = ""


@dataclass(frozen=True)
class ImportColumn:
    """A column of a table: its heading, the dotted path of its field ("": it is left out), what its first cells say."""

    heading: str
    path: str
    sample: tuple[str, ...]


@dataclass(frozen=True)
class ImportPart:
    """One act of an import, which has a receipt: the rows of the file are after `after_row`; versions written."""

    act: UUID
    after_row: int
    written: int


@dataclass(frozen=True)
class ImportView:
    """An import as who may import sees it.

    `state`: "checking" until every row was looked at; "checked" while it waits for `run_import`; "submitted" while it
    waits for a second person; "writing"; "halted" at a row that cannot be written any more; "done"; "requested" where
    it became a change request (`request`); "failed" where the file cannot be read; "cancelled". `good`, `bad`, `same`:
    rows found right, wrong, without anything new; `written`: versions recorded. `progress`: percent of the pass at
    hand. `problems`: of the first thousand bad rows; `unknown`: columns that are no fields, which are left out.
    `hindrance`: why it cannot be run, or why it stopped; `hindered_row`: at which row. `two_persons`: it is signed by
    two before it is written (`import_proposal`). `left_out`: rows that a person chose to leave out.
    """

    id: UUID
    institution: str
    registry: str
    title: Text
    file_format: str
    kind: str
    mode: str
    state: State
    file_sha256: str
    file_size: int
    reason: str
    evidence: tuple[str, ...]
    author: UUID | None
    role: str
    made_at: datetime
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    good: int
    bad: int
    same: int
    written: int
    progress: int
    problems: tuple[RowProblem, ...]
    likenesses: tuple[RowLikeness, ...]
    two_persons: bool
    hindrance: CodedError | None = None
    hindered_row: int | None = None
    request: UUID | None = None
    act: UUID | None = None
    submitter: UUID | None = None
    left_out: tuple[int, ...] = ()
    ended_at: datetime | None = None

    @property
    def at_work(self) -> bool:
        """Whether it goes on by itself, without anybody's word."""
        return self.state in AT_WORK

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return self.good + self.bad + self.same


def progress(at: int, size: int) -> int:
    """Percent of a file that is done."""
    return min(100, at * 100 // size) if size else 0
