"""What somebody takes home from the counter: what was asked for them, its number, the consent, the receipt."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.desk.apply.consents import consent_facts, for_whom
from uruk.desk.apply.holding import counter_page
from uruk.desk.offices import Acting
from uruk.desk.pages import show, told
from uruk.kernel.api import local_digits
from uruk.services.api import counter_slip
from uruk.trust.api import Receipt, address_svg
from uruk.ui.api import Fact, answers_told, case_number, download, institution_name, moment, reader_language


@counter_page
def submitted(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """The paper: what was submitted, for whom, under which consent, with number, code and receipt."""
    found = counter_slip(office.actor, case_id)
    return show(
        request,
        office,
        "apply/submitted",
        title=_("The application is submitted"),
        service=told(found.definition.title),
        holder=institution_name(found.institution),
        number=case_number(case_id),
        when=moment(found.at),
        state=told(found.told),
        sections=answers_told(found.definition, found.answers, found.facts),
        consent=(*for_whom(found.applicant), *consent_facts(found.institution, found.consent)),
        receipt=_receipt(found.receipt),
        documents_url=office.url("documents"),
        receipt_url=office.url("apply-receipt", case_id),
        qr_url=office.url("apply-qr", case_id),
        next_url=office.url("apply"),
    )


@counter_page
def receipt_file(_request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """The receipt of the submission, which `uruk verify` reads."""
    text = counter_slip(office.actor, case_id).receipt.to_json()
    return download(text.encode(), "application/json", f"{case_id}-1.receipt.json")


@counter_page
def qr_image(_request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """The address of the case on the citizens' pages, for a phone that somebody lends; it opens nothing by itself."""
    counter_slip(office.actor, case_id)
    address = settings.URUK.public_url.rstrip("/") + reverse("portal:case", args=[case_id])
    return HttpResponse(address_svg(address), content_type="image/svg+xml")


def _receipt(receipt: Receipt) -> tuple[Fact, ...]:
    """Where the submission stands in the institution's log: by this it is found and proved without any file."""
    proof = receipt.parsed_proof
    return (
        Fact(_("Log"), proof.checkpoint.origin),
        Fact(_("Entry"), local_digits(str(proof.index), reader_language())),
        Fact(_("Code of the receipt"), receipt.leaf.hex()[:32].upper()),
    )
