"""The files of a draft, for whoever handed them in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from uruk.people.api import actor_for
from uruk.portal.services.holding import draft_page, token_of
from uruk.services.api import draft_file
from uruk.ui.api import download


@draft_page
def file(request: HttpRequest, draft: UUID, sha256: str) -> HttpResponse:
    """A file that was handed in with a draft, to keep."""
    return download(draft_file(actor_for(request), draft, sha256, token_of(request, draft)))
