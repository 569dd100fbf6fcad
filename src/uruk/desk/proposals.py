"""What two persons decide: agreements, members, their ends. Read, sign with a passkey, or refuse with the reason."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.offices import Acting, office_names
from uruk.desk.pages import desk_page, go, person_name, show, told
from uruk.desk.questions import note_of, reason_rows
from uruk.kernel.api import CodedError
from uruk.publishing.api import (
    ProposalView,
    approve_proposal,
    closed_proposals,
    get_proposal,
    open_proposals,
    proposal_options,
    refuse_proposal,
)
from uruk.ui.api import Fact, Table, TableRow, moment, passkey_answer, problems, reader_language, with_error


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """What waits for a decision in this office, and what was decided."""
    waiting = Table(_("To decide"), (_("Proposal"), _("Proposed"), _("Approved by")), _rows(office, _open(office)))
    closed = Table(_("Decided"), (_("Proposal"), _("Proposed"), _("State")), _closed(office))
    return show(request, office, "proposals", title=_("To decide"), waiting=waiting, closed=closed)


@desk_page
def proposal(request: HttpRequest, office: Acting, proposal: UUID) -> HttpResponse:
    """Read a proposal, and approve it with a passkey."""
    if request.method != "POST":
        return _page(request, office, proposal)
    try:
        if request.POST.get("proposal") != get_proposal(office.actor, proposal).digest:
            raise CodedError("desk.proposal_changed")
        done = approve_proposal(office.actor, proposal, passkey_answer(request.POST))
    except CodedError as error:
        return go(request, office.url("proposal", proposal), error=error)
    said = _("Done: two persons approved it.") if done.act else _("Approved. Another person must approve it too.")
    return go(request, office.url("proposals"), done=said)


@desk_page
def refuse(request: HttpRequest, office: Acting, proposal: UUID) -> HttpResponse:
    """Close a proposal without doing it, with the reason."""
    if request.method != "POST":
        return go(request, office.url("proposal", proposal))
    try:
        reason = note_of(request.POST, "reason")
    except CodedError as error:
        return _page(request, office, proposal, error, request.POST.get("reason", ""))
    try:
        refuse_proposal(office.actor, proposal, reason)
    except CodedError as error:
        return go(request, office.url("proposal", proposal), error=error)
    return go(request, office.url("proposals"), done=_("Refused, with your reason."))


def count_to_decide(office: Acting) -> int:
    """How many proposals wait in this office."""
    return len(_open(office))


def _open(office: Acting) -> Sequence[ProposalView]:
    return open_proposals(office.actor)


def _rows(office: Acting, found: Sequence[ProposalView]) -> tuple[TableRow, ...]:
    return tuple(
        TableRow((told(each.summary.title), moment(each.made_at), _approvers(each)), office.url("proposal", each.id))
        for each in found
    )


def _closed(office: Acting) -> tuple[TableRow, ...]:
    return tuple(
        TableRow((told(each.summary.title), moment(each.made_at), _state(each)[0]), office.url("proposal", each.id))
        for each in closed_proposals(office.actor)
    )


def _page(
    request: HttpRequest, office: Acting, key: UUID, error: CodedError | None = None, typed: str = ""
) -> HttpResponse:
    found = get_proposal(office.actor, key)
    rows = reason_rows(typed)
    if error is not None:
        rows = with_error(rows, "reason", error.sentence(reader_language()))
    state, tone = _state(found)
    open_ = found.state == "open"
    options, hindrance = _options(office, found) if open_ else (None, None)
    return show(
        request,
        office,
        "proposal",
        title=told(found.summary.title),
        state=state,
        tone=tone,
        facts=_facts(found),
        warning=told(found.summary.warning) if found.summary.warning else None,
        hindrance=hindrance,
        options=options,
        digest=found.digest,
        is_open=open_,
        reason=found.reason,
        refuse_url=office.url("refuse", key),
        rows=rows,
        errors=problems(rows),
    )


def _options(office: Acting, found: ProposalView) -> tuple[object, str | None]:
    """What the passkey signs, or why this person cannot approve it."""
    try:
        return proposal_options(office.actor, found.id), None
    except CodedError as error:
        return None, error.sentence(reader_language())


def _facts(found: ProposalView) -> tuple[Fact, ...]:
    lines = tuple(Fact(told(line.label), told(line.value)) for line in found.summary.lines)
    by = person_name(found.proposer) if found.proposer else _("The node itself")
    return (
        *lines,
        Fact(_("Proposed by"), f"{by} · {moment(found.made_at)}"),
        Fact(_("Approved by"), _approvers(found)),
    )


def _approvers(found: ProposalView) -> str:
    named = [f"{person_name(one.person)} · {office_names(found.institution, one.role)[1]}" for one in found.approvals]
    return " / ".join(named) or _("Nobody yet")


def _state(found: ProposalView) -> tuple[str, str]:
    return {
        "open": (_("Waits for two persons"), "wait"),
        "approved": (_("Approved; its receipt follows"), "wait"),
        "carried_out": (_("Carried out"), "good"),
        "refused": (_("Refused"), "bad"),
    }[found.state]
