"""A case from its first act to its last: each with its receipt checked and its rule applied anew."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.apply.consents import consent_facts
from uruk.desk.audit.purposes import audit_page
from uruk.desk.audit.telling import acts_told, channel_told, digits, proof_tag, proved, state_told
from uruk.desk.offices import Acting
from uruk.desk.pages import show, told
from uruk.kernel.api import Actor
from uruk.services.api import Replay, replay
from uruk.ui.api import Fact, case_number, moment


@audit_page
def page(request: HttpRequest, office: Acting, auditor: Actor, case_id: UUID) -> HttpResponse:
    """The whole case, noted as shown with the auditor's purpose."""
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
        acts=acts_told(found),
        rules_url=office.url("audit-rules", case_id),
        rules_hold=found.rules.holds,
        base=office.url("audit-case", case_id),
        consent=() if consent is None else consent_facts(found.institution, consent),
        consent_proof=proof,
        paper_url=office.url("audit-consent-paper", case_id) if consent is not None and consent.paper else "",
        consent_receipt_url=office.url("audit-consent-receipt", case_id) if consent is not None else "",
    )


def _about(found: Replay, auditor: Actor) -> tuple[Fact, ...]:
    return (
        Fact(_("Applicant"), found.subject),
        Fact(_("Came"), moment(found.acts[0].view.at)),
        Fact(_("By which way"), channel_told(found.channel)),
        Fact(_("Acts"), digits(len(found.acts))),
        Fact(_("State"), state_told(found.rules.definition, found.acts[-1].state)),
        Fact(_("You look at it because"), auditor.purpose or ""),
    )
