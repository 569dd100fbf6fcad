"""What the door hands out: frozen views without tables behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from uruk.definitions.api import Fields, Texts
from uruk.kernel.api import CodedError, Text
from uruk.trust.api import Receipt, Verdict

DraftState = Literal["open", "submitted", "returned", "released"]
PreparedState = Literal["open", "submitted", "returned", "released", "discarded"]
DocumentStatus = Literal["valid", "expired", "revoked", "replaced"]
Channel = Literal["upload", "number", "qr", "api"]


class InvalidFieldsError(CodedError):
    """``documents.fields_invalid``: what is wrong, by the dotted path of each field ("" for the draft as a whole)."""

    def __init__(self, problems: Mapping[str, CodedError]) -> None:
        super().__init__("documents.fields_invalid", count=len(problems))
        self.problems = problems

    def __reduce__(self) -> tuple[object, ...]:
        return InvalidFieldsError, (self.problems,)


@dataclass(frozen=True)
class TypeView:
    """A type of document that an institution issues, as published.

    ``ways``: "fill", "seal" or both. ``draft_roles`` may draft, ``release_roles`` may release. ``fields`` are to be
    filled, labelled by ``texts`` (``fields.<name>``, ``help.<name>``). ``law`` is the citation ``law/article``.
    ``archived``: two persons ended its use; what was issued stays.
    """

    institution: str
    code: str
    title: Text
    ways: tuple[str, ...]
    draft_roles: tuple[str, ...]
    release_roles: tuple[str, ...]
    fields: Fields
    texts: Texts
    law: str
    digest: bytes
    archived: bool


@dataclass(frozen=True)
class OriginalView:
    """The PDF that is to be sealed: its SHA-256 (hex), bytes and pages."""

    sha256: str
    size: int
    pages: int


@dataclass(frozen=True)
class DraftView:
    """A draft with its state; ``problems`` is what still keeps it from being submitted, by field.

    ``returned_reason`` is what the releasing officer wrote when the draft came back. ``number`` and ``issued`` are
    there once it was submitted. ``drafter`` and ``submitted_at``: who submits it and when it was submitted; nobody is
    the drafter of what a case prepared (``case``: the service's code, ``reference``: which case of it, empty
    otherwise) before somebody submits it.
    """

    id: UUID
    institution: str
    type_code: str
    title: Text
    state: DraftState
    way: str
    values: Mapping[str, object]
    problems: Mapping[str, CodedError]
    original: OriginalView | None
    replaces: UUID | None
    drafter: UUID | None
    drafter_role: str
    changed_at: datetime
    submitted_at: datetime | None
    returned_reason: str | None
    number: str | None
    issued: date | None
    document: UUID | None
    case: str | None
    reference: str


@dataclass(frozen=True)
class PreparedView:
    """What became of a draft that a case prepared.

    ``state``: "open" and "submitted" wait for a role of ``waits_for``; "returned" (``reason``) and "discarded" are
    refusals, for good; "released" has a ``document``, which may have been ``revoked`` (or replaced) since, and holds
    until it ``expires``, where it does. ``release_roles``: who may revoke it.
    """

    draft: UUID
    state: PreparedState
    waits_for: tuple[str, ...] = ()
    release_roles: tuple[str, ...] = ()
    document: UUID | None = None
    revoked: bool = False
    reason: str = ""
    expires: date | None = None


@dataclass(frozen=True)
class DraftCounts:
    """How many drafts an officer has (`mine`), how many of those came back, how many wait to be released by them."""

    mine: int
    returned: int
    to_release: int


@dataclass(frozen=True)
class DocumentView:
    """An issued document: only ever one whose act has its receipt.

    ``number`` is 12 digits and ``check_code`` 10 characters, both ungrouped (see ``group_number``, ``group_code``).
    ``values`` are the fields as stored, ``reason`` why it was revoked or replaced, ``replaced_by`` its successor.
    ``grade``: "signed" or "timestamped". ``original`` is set where a PDF was sealed.
    """

    id: UUID
    institution: str
    institution_names: Text
    type_code: str
    title: Text
    values: Mapping[str, object]
    number: str
    check_code: str
    issued: date
    expires: date | None
    released_at: datetime
    status: DocumentStatus
    status_since: datetime | None
    status_act: UUID | None
    reason: str | None
    note: str
    replaced_by: UUID | None
    replaces: UUID | None
    original: OriginalView | None
    timestamped: bool
    act: UUID


@dataclass(frozen=True)
class CheckView:
    """That somebody checked a document: when and how, never who."""

    when: datetime
    how: Channel


@dataclass(frozen=True)
class CheckResult:
    """What a check found; ``receipt`` proves the check where the document is this node's own."""

    verdict: Verdict
    receipt: Receipt | None = None
    number: str | None = None
