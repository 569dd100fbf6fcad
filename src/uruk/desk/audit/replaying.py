"""A case from its first act to its last: each with its receipt checked and its rule applied anew."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.apply.consents import consent_facts
from uruk.desk.audit.purposes import audit_page
from uruk.desk.audit.telling import acts_told, channel_told, digits, proof_tag, proved, state_told
from uruk.desk.offices import Acting
from uruk.desk.pages import show, told
from uruk.desk.questions import plain_rows
from uruk.kernel.api import Actor
from uruk.services.api import Replay, replay
from uruk.ui.api import Fact, Problem, Row, case_number, moment

REASON = "reason"


@audit_page
def page(request: HttpRequest, office: Acting, auditor: Actor, case_id: UUID) -> HttpResponse:
    """The whole case, noted as shown with the auditor's purpose."""
    return show_case(request, office, auditor, case_id)


def show_case(
    request: HttpRequest,
    office: Acting,
    auditor: Actor,
    case_id: UUID,
    rows: tuple[Row, ...] | None = None,
    errors: tuple[Problem, ...] = (),
) -> HttpResponse:
    """The page; `rows`: why it is kept, or let go, where that was sent and is wrong."""
    found = replay(auditor, case_id)
    consent = found.consent
    proof = None if found.consent_proof is None else (*proof_tag(found.consent_proof), proved(found.consent_proof))
    return show(
        request,
        office,
        "audit/case",
        title=told(found.rules.definition.title),
        number=case_number(case_id),
        holds=found.holds,
        wrong=digits(sum(not one.holds for one in found.acts)),
        about=_about(found, auditor),
        acts=acts_told(found, lambda sha256: office.url("audit-file", case_id, sha256)),
        kept=found.kept,
        keep_url=office.url("audit-let-go" if found.kept else "audit-keep", case_id),
        keep_rows=rows or keep_rows({}),
        errors=errors,
        rules_url=office.url("audit-rules", case_id),
        rules_hold=found.rules.holds,
        base=office.url("audit-case", case_id),
        consent=() if consent is None else consent_facts(found.institution, consent),
        consent_proof=proof,
        paper_url=office.url("audit-consent-paper", case_id) if consent is not None and consent.paper else "",
        consent_receipt_url=office.url("audit-consent-receipt", case_id) if consent is not None else "",
    )


def keep_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """Why a case is kept beyond its time, or no longer."""
    hint = _("Such as the number of a court's letter. Whoever looks the case over reads this.")
    return plain_rows(REASON, _("Why?"), typed.get(REASON, ""), hint)


def _about(found: Replay, auditor: Actor) -> tuple[Fact, ...]:
    return (
        Fact(_("Applicant"), found.subject),
        Fact(_("Came"), moment(found.acts[0].view.at)),
        Fact(_("By which way"), channel_told(found.channel)),
        Fact(_("Acts"), digits(len(found.acts))),
        Fact(_("State"), state_told(found.rules.definition, found.acts[-1].state)),
        Fact(_("You look at it because"), auditor.purpose or ""),
    )
