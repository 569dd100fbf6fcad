"""An import as a row put into its view."""

from uuid import UUID

from uruk.acts.api import acknowledged
from uruk.kernel.api import CodedError
from uruk.registries.changing import MAX_CHANGES
from uruk.registries.importing.problems import error_of
from uruk.registries.importing.views import ImportView, RowLikeness, RowProblem, State, progress
from uruk.registries.models import Import, ImportApproval
from uruk.registries.opening import Opened


def state_of(row: Import) -> State:
    """What has become of an import, from what is known of it."""
    if row.ended_at is not None:
        return _ended(row)
    if row.checked_at is None:
        return "checking"
    if row.failure is not None:
        return "halted"
    if row.asked_at is not None or approval_act(row) is not None:
        return "writing"
    return "submitted" if hasattr(row, "submission") else "checked"


def _ended(row: Import) -> State:
    if row.cancelled:
        return "cancelled"
    if row.failure is not None:
        return "failed"
    return "requested" if row.request is not None else "done"


def approval_act(row: Import) -> UUID | None:
    """The act by which two persons approved an import, once it has its receipt."""
    found = acknowledged(ImportApproval.objects.filter(of=row)).first()
    return None if found is None else found.act_id


def needs_two(row: Import, registry: Opened) -> bool:
    """Whether two persons sign the import itself: a change request cannot hold so many changes."""
    return registry.model.second_person and row.author is not None and row.good > MAX_CHANGES


def hindrance_of(row: Import, registry: Opened) -> CodedError | None:
    """Why an import that was checked cannot be written as it stands."""
    if row.failure is not None:
        return error_of(row.failure)
    if row.checked_at is None or row.ended_at is not None:
        return None
    if row.form != registry.definition.digest.hex():
        return CodedError("registries.import_definition_moved")
    if row.bad and row.mode == "all":
        return CodedError("registries.import_rows_bad", count=row.bad)
    return None if row.good else CodedError("registries.import_nothing_good")


def import_view(row: Import, registry: Opened, *, whole: bool = True) -> ImportView:
    """The view of an import; `whole`: with the bad rows and likenesses, which lists leave out."""
    state, heading = state_of(row), row.heading or {}
    problems = row.problems.all() if whole else ()
    likenesses = row.likenesses.all() if whole else ()
    return ImportView(
        id=row.pk,
        institution=registry.institution,
        registry=registry.code,
        title=registry.definition.title,
        file_format=row.file_format,
        kind=row.way,
        mode=row.mode,
        state=state,
        file_sha256=row.file_sha256,
        file_size=row.file_size,
        reason=row.reason,
        evidence=tuple(row.evidence),
        author=row.author,
        role=row.author_role,
        made_at=row.made_at,
        columns=tuple(heading.get("columns", ())),
        unknown=tuple(heading.get("unknown", ())),
        good=row.good,
        bad=row.bad,
        same=row.same,
        written=row.written,
        progress=_progress(row, state),
        problems=tuple(RowProblem(one.row, one.field, error_of(_kept(one))) for one in problems),
        likenesses=tuple(RowLikeness(one.row, one.record, one.score) for one in likenesses),
        two_persons=needs_two(row, registry),
        hindrance=hindrance_of(row, registry),
        hindered_row=(row.failure or {}).get("row"),
        request=row.request if state == "requested" else None,
        act=approval_act(row),
        submitter=row.submission.person if hasattr(row, "submission") else None,
        left_out=tuple(heading.get("left_out", ())),
        ended_at=row.ended_at,
    )


def _progress(row: Import, state: State) -> int:
    if state in {"writing", "halted"}:
        return progress(row.written_at_byte, row.rows_size)
    return progress(row.checked_at_byte, row.rows_size) if row.checked_at is None else 100


def _kept(problem: object) -> dict[str, object]:
    return {"code": problem.code, "values": problem.values}  # type: ignore[attr-defined]
