"""What an auditor takes along: receipts, which `uruk verify` reads, files of the case, the paper of a consent."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from uruk.desk.audit.purposes import audit_page
from uruk.desk.offices import Acting
from uruk.kernel.api import Actor
from uruk.services.api import case_proof, replay, replayed_file, replayed_paper
from uruk.ui.api import download

_JSON = "application/json"


@audit_page
def receipt_file(_request: HttpRequest, _office: Acting, auditor: Actor, case_id: UUID, seq: int) -> HttpResponse:
    """The receipt of one act."""
    found = case_proof(auditor, case_id, seq)
    return download(found.proof.receipt.encode(), _JSON, f"{case_id}-{seq}.receipt.json")


@audit_page
def consent_receipt(_request: HttpRequest, _office: Acting, auditor: Actor, case_id: UUID) -> HttpResponse:
    """The receipt of the consent under which an officer submitted the case."""
    found = replay(auditor, case_id).consent_proof
    if found is None:
        raise Http404
    return download(found.receipt.encode(), _JSON, f"{case_id}-consent.receipt.json")


@audit_page
def consent_paper(_request: HttpRequest, _office: Acting, auditor: Actor, case_id: UUID) -> HttpResponse:
    """The paper that was signed."""
    return download(replayed_paper(auditor, case_id))


@audit_page
def file(_request: HttpRequest, _office: Acting, auditor: Actor, case_id: UUID, sha256: str) -> HttpResponse:
    """A file that an act of the case names."""
    return download(replayed_file(auditor, case_id, sha256))
