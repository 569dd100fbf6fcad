"""Recording an act of a case: the next one of it, or none, if another came first."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from django.db import IntegrityError

from uruk.acts.api import (
    Deed,
    acknowledged,
    clock,
    find_models,
    find_rows,
    finish,
    has_receipt,
    marks,
    perform,
    perform_together,
    stored,
    write_many,
)
from uruk.kernel.api import Actor, CodedError
from uruk.services.domain.cases.contents import (
    Content,
    Declined,
    Disputed,
    Effected,
    FactTold,
    HandedOn,
    Kept,
    LetGo,
    Moved,
    Proposed,
    Questioned,
    Reassigned,
    Replied,
    Retried,
    Reviewed,
    Submitted,
    canonical,
    read_content,
)
from uruk.services.domain.cases.folding import Done, Unfolded, fold
from uruk.services.models import Case, CaseAct, CaseForgetting
from uruk.services.pins import Pinned, open_pinned, published_as
from uruk.services.representing import under_mandate
from uruk.trust.api import Approval, Receipt

SALT_BYTES = 32
_CASE = CaseAct._meta.get_field("case")
_IS_DONE = has_receipt("services_caseact.act_id")
_CONTEXT = b"uruk/case/content/v1\n"
_ACTS = UUID("5f2a0d3c-6e0b-5d8c-9a41-2f0c7be9a6d1")
# What an act of each content is called in its statement, and what its author did.
TYPES: dict[type[Content], tuple[str, str]] = {
    Submitted: ("case.submitted", "received"),
    FactTold: ("case.fact-told", "received"),
    Disputed: ("case.fact-disputed", "received"),
    Moved: ("case.moved", "decided"),
    HandedOn: ("case.handed-on", "decided"),
    Proposed: ("case.action-proposed", "decided"),
    Declined: ("case.action-declined", "decided"),
    Reassigned: ("case.reassigned", "decided"),
    Reviewed: ("case.reviewed", "decided"),
    Effected: ("case.effect-done", "decided"),
    Retried: ("case.effects-retried", "decided"),
    Kept: ("case.kept", "decided"),
    LetGo: ("case.let-go", "decided"),
    Questioned: ("case.question-asked", "decided"),
    Replied: ("case.question-answered", "received"),
}


@dataclass(frozen=True)
class Opened:
    """A case with what it is pinned to, where it stands, and the acts that say so."""

    row: Case
    pinned: Pinned
    standing: Unfolded
    acts: tuple[Done, ...]

    @property
    def id(self) -> UUID:
        """The case's id."""
        return self.row.pk


def open_case(case: UUID) -> Opened:
    """A case as its acts say; one that was interrupted is brought to its end first.

    Errors: ``services.case_unknown``, ``services.case_forgotten``; what `acts.finish` raises.
    """
    row = case_rows((case,)).get(case)
    if row is None:
        raise _not_there(case)
    _settle(case)
    acts = tuple(read_acts(case))
    if not acts:
        raise CodedError("services.case_unknown")
    return Opened(row, open_pinned(row.pin_id), fold(acts), acts)


def find_case(case: UUID) -> Opened | None:
    """The same; None where it was forgotten: a job that is left of it has nothing to do."""
    try:
        return open_case(case)
    except CodedError as error:
        if error.code != "services.case_forgotten":
            raise
        return None


def _not_there(case: UUID) -> CodedError:
    """Why a case is not there: it was forgotten, or never was."""
    is_forgotten = acknowledged(CaseForgetting.objects.filter(case=case)).exists()
    return CodedError("services.case_forgotten" if is_forgotten else "services.case_unknown")


def open_cases(cases: Sequence[UUID]) -> dict[UUID, Opened]:
    """Cases by their ids, as their acts say: those of which nothing is interrupted, forgotten or unknown."""
    rows = case_rows(cases)
    pending = _pending(cases)
    acts = {one: found for one, found in _rows_of(cases).items() if one in rows and stored(_CASE, one) not in pending}
    return {
        one: Opened(rows[one], open_pinned(rows[one].pin_id), fold(done), tuple(done))
        for one, found in acts.items()
        if found and all(row.content is not None for row in found)
        for done in ([done_of(row) for row in found],)
    }


def case_rows(cases: Sequence[UUID]) -> dict[UUID, Case]:
    """The rows of cases by their ids, those that are there; none of what was asked about it."""
    named = [stored(_CASE, one) for one in cases]
    return {one.pk: one for one in find_models(Case, f"WHERE id IN ({marks(named)})", *named)}


def read_acts(case: UUID) -> list[Done]:
    """The acknowledged acts of a case, in order."""
    return acts_of((case,))[case]


def acts_of(cases: Sequence[UUID]) -> dict[UUID, list[Done]]:
    """The same of several cases; none of one that has none."""
    return {case: [done_of(row) for row in rows] for case, rows in _rows_of(cases).items()}


def _rows_of(cases: Sequence[UUID]) -> dict[UUID, list[CaseAct]]:
    found: dict[UUID, list[CaseAct]] = {one: [] for one in cases}
    named = [stored(_CASE, one) for one in cases]
    for row in find_models(CaseAct, f"WHERE case_id IN ({marks(named)}) AND {_IS_DONE} ORDER BY case_id, seq", *named):
        found[row.case_id].append(row)
    return found


def _pending(cases: Sequence[UUID]) -> set[object]:
    """Those of which an act was interrupted, as the database names them."""
    named = [stored(_CASE, one) for one in cases]
    sql = f"SELECT case_id FROM services_caseact WHERE case_id IN ({marks(named)}) AND NOT {_IS_DONE}"  # noqa: S608
    return {case for (case,) in find_rows(sql, *named)}


def done_of(row: CaseAct) -> Done:
    """An act as its row says."""
    if row.content is None:
        raise CodedError("services.case_forgotten")
    return Done(row.seq, row.at, read_content(row.content), row.person, row.role, row.program)


def act_id(case: UUID, seq: int) -> UUID:
    """The id of the act that is the `seq`-th of a case: whoever does it again does the same act."""
    return uuid5(_ACTS, f"{case}/{seq}")


def content_digest(salt: bytes, content: str) -> bytes:
    """How the statement of an act names what the act says: whoever has salt and content finds it there."""
    return hashlib.sha256(_CONTEXT + salt + content.encode()).digest()


def record(
    actor: Actor,
    case: Case,
    seq: int,
    content: Content,
    *,
    also: Callable[[], None] | None = None,
    proposal: bytes | None = None,
    approvals: Sequence[Approval] = (),
) -> Receipt:
    """Do the `seq`-th act of a case. `also` writes more rows of its intent.

    Errors: ``services.case_moved`` where another act took its place; those of `acts.perform`.
    """
    actor = under_mandate(actor, case)
    row = _act_row(actor, case, seq, content)

    def rows(_: UUID) -> None:
        if also is not None:
            also()
        write_many((row,))

    deed = _deed(actor, case, row, content, rows)
    try:
        return perform(actor, replace(deed, proposal=proposal, approvals=approvals))
    except (CodedError, IntegrityError) as error:
        if isinstance(error, CodedError) and error.code != "acts.different_deed":
            raise
        raise CodedError("services.case_moved") from error


def record_together(
    actor: Actor, nexts: Sequence[tuple[Case, int, Content]], also: Callable[[], None] | None = None
) -> list[Receipt]:
    """Do the next act of several cases, by an institution or a program of it, at once: all, or none.

    `also` writes more rows of all intents. Errors: ``services.case_moved`` where another act took the place of one;
    those of `acts.perform_together`.
    """
    rows = [_act_row(actor, *one) for one in nexts]
    deeds = [_deed(actor, one[0], row, one[2], _nothing) for one, row in zip(nexts, rows, strict=True)]

    def all_rows() -> None:
        if also is not None:
            also()
        write_many(rows)

    try:
        return perform_together(actor, deeds, all_rows)
    except (CodedError, IntegrityError) as error:
        if isinstance(error, CodedError) and error.code != "acts.different_deed":
            raise
        raise CodedError("services.case_moved") from error


def _nothing(_: UUID) -> None:
    """Rows of all are written at once."""


def _act_row(actor: Actor, case: Case, seq: int, content: Content) -> CaseAct:
    said, salt = canonical(content), secrets.token_bytes(SALT_BYTES)
    return CaseAct(
        act_id=act_id(case.pk, seq),
        case_id=case.pk,
        seq=seq,
        at=clock().now(),
        person=actor.person,
        role=actor.role or "",
        channel=actor.channel,
        mandate=None if actor.mandate is None else UUID(actor.mandate),
        program=actor.program,
        content=said,
        salt=salt,
        digest=content_digest(salt, said),
    )


def _deed(actor: Actor, case: Case, row: CaseAct, content: Content, rows: Callable[[UUID], None]) -> Deed:
    kind, role = TYPES[type(content)]
    body = _body(actor, case, row)
    return Deed(type=kind, role=role, author=case.institution, body=body, rows=rows, act_id=row.act_id)


def _body(actor: Actor, case: Case, row: CaseAct) -> dict[str, object]:
    mandate = {} if actor.mandate is None else {"mandate": UUID(actor.mandate).bytes}
    program = {} if actor.program is None else {"program": actor.program.bytes}
    return {
        **mandate,
        **program,
        "case": case.pk.bytes,
        "seq": row.seq,
        "service": case.service,
        "definition": published_as(case.pin_id),
        "pinned": bytes.fromhex(case.pin_id),
        "content": bytes(row.digest),
    }


def _settle(case: UUID) -> None:
    """Bring the newest act of a case to its receipt, where it was interrupted."""
    if _pending((case,)):
        finish(CaseAct.objects.filter(case=case).order_by("-seq")[0].act_id)
