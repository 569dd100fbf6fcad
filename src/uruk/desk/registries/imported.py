"""One import: how far it is, each bad row and why, likenesses to decide, and what can be done next; its receipts."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.offices import office_names
from uruk.desk.pages import go, person_name
from uruk.desk.registries.changing import score_told
from uruk.desk.registries.history import digits, papers
from uruk.desk.registries.importing import import_state
from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.telling import counted, path_told
from uruk.desk.signing import signed_over, signing_over
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    ImportView,
    approve_import,
    cancel_import,
    check_again,
    get_import,
    import_columns,
    import_errors,
    import_file,
    import_parts,
    import_proposal,
    import_receipt,
    run_import,
    submit_import,
)
from uruk.ui.api import Fact, Table, TableRow, amount_told, download, download_stream, moment, reader_language

MAX_PROBLEMS = 50
MAX_PARTS = 20
ROW = "left-out"


@registry_page
def imported(request: HttpRequest, room: Room, import_id: UUID) -> HttpResponse:
    """An import as it stands; where two persons sign it, the passkey's answer of either."""
    found = _known(room, import_id)
    if request.method != "POST":
        # What goes on by itself is loaded again and again: it shows numbers, and nobody's data.
        return _page(request, room, found if found.at_work else get_import(room.actor, import_id))
    address = room.url("import", import_id)
    try:
        approval = signed_over(request, room.office, import_proposal(room.actor, import_id))
        if found.submitter is None:
            submit_import(room.actor, import_id, approval)
            return go(request, address, done=_("Signed. Another person can now accept it."))
        approve_import(room.actor, import_id, approval)
    except CodedError as error:
        return go(request, address, error=error)
    return go(request, address, done=_("Accepted. The rows are being recorded."))


@registry_page
def run(request: HttpRequest, room: Room, import_id: UUID) -> HttpResponse:
    """Have the rows recorded, or go on at the row at which it stopped."""

    def deed() -> HttpResponse:
        found = run_import(room.actor, import_id)
        if found.request is None:
            return go(request, room.url("import", import_id))
        return go(request, room.url("request", found.request))

    return _do(request, room, import_id, deed)


@registry_page
def cancel(request: HttpRequest, room: Room, import_id: UUID) -> HttpResponse:
    """End an import: what is recorded stays, and the file is destroyed."""

    def deed() -> HttpResponse:
        cancel_import(room.actor, import_id)
        said = _("Cancelled. The file is destroyed, and nothing more is recorded.")
        return go(request, room.url("import", import_id), done=said)

    return _do(request, room, import_id, deed)


@registry_page
def again(request: HttpRequest, room: Room, import_id: UUID) -> HttpResponse:
    """Have all rows checked anew, without those that the officer chose to leave out."""

    def deed() -> HttpResponse:
        chosen = {int(one) for one in request.POST.getlist(ROW) if one.isascii() and one.isdigit() and len(one) < 10}
        kept = () if "take-in" in request.POST else _known(room, import_id).left_out
        check_again(room.actor, import_id, left_out=sorted(chosen | set(kept)))
        return go(request, room.url("import", import_id))

    return _do(request, room, import_id, deed)


def _do(request: HttpRequest, room: Room, import_id: UUID, deed: Any) -> HttpResponse:
    """A deed of this registry's import; what stands against it is told on the import's page."""
    _known(room, import_id)
    if request.method != "POST":
        return go(request, room.url("import", import_id))
    try:
        answer: HttpResponse = deed()
    except CodedError as error:
        return go(request, room.url("import", import_id), error=error)
    return answer


@registry_page
def errors_file(request: HttpRequest, room: Room, import_id: UUID) -> HttpResponse:
    """The bad rows as a table, to be mended where the file came from."""
    _known(room, import_id)
    lines = import_errors(room.actor, import_id, reader_language())
    return download_stream(lines, "text/csv; charset=utf-8", f"{import_id}-rows.csv")


@registry_page
def receipt_file(request: HttpRequest, room: Room, import_id: UUID, act: UUID) -> HttpResponse:
    """The receipt of an act of the import, as a file that `uruk verify` reads."""
    _known(room, import_id)
    text = import_receipt(room.actor, import_id, act).to_json()
    return download(text.encode(), "application/json", f"{act}.receipt.json")


@registry_page
def evidence_file(request: HttpRequest, room: Room, import_id: UUID, sha256: str) -> HttpResponse:
    """A file that the import rests on."""
    _known(room, import_id)
    return download(import_file(room.actor, import_id, sha256))


def _known(room: Room, import_id: UUID) -> ImportView:
    """An import of this registry by its facts and numbers: nothing of anybody is shown, and so nothing is noted."""
    found = get_import(room.actor, import_id, whole=False)
    if found.registry != room.code:
        raise CodedError("registries.import_unknown")
    return found


# -- the page --------------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, room: Room, found: ImportView) -> HttpResponse:
    state, tone = import_state(found)
    mine = room.may("import")
    return show_room(
        request,
        room,
        "import",
        title=_("Import of %(moment)s") % {"moment": moment(found.made_at)},
        found=found,
        percent=amount_told(found.progress, "percent"),
        state=state,
        tone=tone,
        facts=_facts(room, found),
        papers=papers(room, "import-file", found.id, found.evidence),
        numbers=_numbers(found),
        hindrance=_hindrance(found),
        unknown=" · ".join(one or "—" for one in found.unknown),
        problems=_problems(room, found),
        problems_cut=max(0, found.bad - MAX_PROBLEMS),
        errors_url=room.url("import-errors", found.id) if mine else "",
        columns_url=room.url("import-columns", found.id) if mine and _may_choose(room, found) else "",
        likenesses=_likenesses(room, found),
        left_out=" · ".join(digits(one) for one in found.left_out),
        choosing=mine and (found.state == "checked" or bool(found.state == "failed" and found.left_out)),
        again_url=room.url("import-again", found.id) if mine else "",
        parts=_parts(room, found),
        approval_url=room.url("import-receipt", found.id, found.act) if found.act else "",
        request_url=room.url("request", found.request) if found.request else "",
        cancel_url=room.url("import-cancel", found.id) if mine and found.ended_at is None else "",
        duplicates_url=room.url("duplicates") if room.may("merge") and room.model.match else "",
        **_deciding(room, found, mine=mine),
    )


def _facts(room: Room, found: ImportView) -> tuple[Fact, ...]:
    author = person_name(found.author) if found.author else _("The node itself")
    if found.role:
        author = f"{author} · {office_names(room.institution, found.role)[1]}"
    kind = _("New records only") if found.kind == "create" else _("Changes by the row's key, and new records")
    mode = _("All rows or nothing") if found.mode == "all" else _("The rows that are right")
    facts = [
        Fact(_("Brought in by"), author),
        Fact(_("Reason"), found.reason),
        Fact(_("File"), f"{found.file_format.upper()} · {_size(found.file_size)}"),
        Fact(_("What its rows are"), kind),
        Fact(_("Which rows are recorded"), mode),
    ]
    if found.columns:
        facts.append(Fact(_("Fields that its columns are"), " · ".join(path_told(room, one) for one in found.columns)))
    if found.submitter:
        facts.append(Fact(_("Signed by"), person_name(found.submitter)))
    return (*facts, Fact(_("Digest of the file (SHA-256)"), found.file_sha256))


def _size(size: int) -> str:
    if size < 1 << 20:
        return _("%(size)s kB") % {"size": digits(max(1, size >> 10))}
    return _("%(size)s MB") % {"size": digits(size >> 20)}


def _numbers(found: ImportView) -> tuple[Fact, ...]:
    numbers = [Fact(_("Rows that are right"), counted(found.good)), Fact(_("Rows that are wrong"), counted(found.bad))]
    if found.same:
        numbers.append(Fact(_("Rows that say nothing new"), counted(found.same)))
    if found.left_out:
        numbers.append(Fact(_("Rows left out by choice"), counted(len(found.left_out))))
    if found.written or found.state in ("writing", "halted", "done"):
        numbers.append(Fact(_("Versions recorded"), counted(found.written)))
    return tuple(numbers)


def _hindrance(found: ImportView) -> str:
    if found.hindrance is None:
        return ""
    said = found.hindrance.sentence(reader_language())
    return _("Row %(row)s: %(why)s") % {"row": digits(found.hindered_row), "why": said} if found.hindered_row else said


def _problems(room: Room, found: ImportView) -> Table:
    rows = (
        TableRow(
            (
                _("Row %(row)s") % {"row": digits(one.row)},
                path_told(room, one.field) or "—",
                one.error.sentence(reader_language()),
            )
        )
        for one in found.problems[:MAX_PROBLEMS]
    )
    return Table(_("Each wrong row, with its field and why"), (_("Row"), _("Field"), _("Why")), tuple(rows))


def _may_choose(room: Room, found: ImportView) -> bool:
    """Whether there are columns of which somebody can still say what they are."""
    open_still = found.state == "checked" or (found.state == "failed" and not found.rows)
    return open_still and bool(import_columns(room.actor, found.id))


def _likenesses(room: Room, found: ImportView) -> list[dict[str, str]]:
    """Rows that may be about whom a record is about already, where the office may read that record."""
    return [
        {
            "row": str(one.row),
            "told": digits(one.row),
            "score": score_told(one.score),
            "title": one.title,
            "url": room.url("record", one.record) if room.may("read") else "",
        }
        for one in found.likenesses
    ]


def _parts(room: Room, found: ImportView) -> Table | None:
    """The receipt of each act that recorded rows."""
    made = import_parts(room.actor, found.id, limit=MAX_PARTS) if found.written else ()
    rows = (
        TableRow(
            (_("Receipt %(number)s") % {"number": digits(at)}, digits(one.after_row + 1), counted(one.written)),
            room.url("import-receipt", found.id, one.act),
        )
        for at, one in enumerate(made, 1)
    )
    return (
        Table(_("A receipt for each act"), (_("Receipt"), _("From row"), _("Versions")), tuple(rows)) if made else None
    )


def _deciding(room: Room, found: ImportView, *, mine: bool) -> dict[str, Any]:
    """What this officer can do to bring the import on, or what it waits for."""
    if found.state == "submitted":
        return _second(room, found)
    if not mine:
        return {"waits": _("Whoever brought it in has not signed it yet.")} if found.state == "checked" else {}
    if found.state == "halted":
        return {"run_url": room.url("import-run", found.id), "again": True}
    if found.state != "checked":
        return {}
    if found.hindrance is not None:
        return {"moved": found.hindrance.code == "registries.import_definition_moved"}
    return _signing(room, found) if found.two_persons else {"run_url": room.url("import-run", found.id)}


def _second(room: Room, found: ImportView) -> dict[str, Any]:
    if not room.may("approve"):
        return {"waits": _("It is signed, and waits for a second person.")}
    if found.submitter == room.actor.person:
        return {"waits": CodedError("desk.request_own").sentence(reader_language())}
    return {"accepting": True, **_signing(room, found)}


def _signing(room: Room, found: ImportView) -> dict[str, Any]:
    try:
        return signing_over(room.office, import_proposal(room.actor, found.id))
    except CodedError as error:
        return {"waits": error.sentence(reader_language())}
