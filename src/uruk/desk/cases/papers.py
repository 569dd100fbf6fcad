"""What an officer takes along of a case: the receipt of an act, a file that an applicant handed in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page
from uruk.services.api import case_file, case_proof
from uruk.ui.api import case_number, download


@desk_page
def receipt_file(request: HttpRequest, office: Acting, case_id: UUID, seq: int) -> HttpResponse:
    """The receipt of an act, as a file that `uruk verify` reads."""
    found = case_proof(office.actor, case_id, seq)
    return download(found.proof.receipt.encode(), "application/json", f"{case_number(case_id)}-{seq}.receipt.json")


@desk_page
def file(request: HttpRequest, office: Acting, case_id: UUID, sha256: str) -> HttpResponse:
    """A file among the answers that the office sees."""
    return download(case_file(office.actor, case_id, sha256))
