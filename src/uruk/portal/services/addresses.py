"""Where the pages of a draft are."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from uruk.ui.api import Page


def address(draft: UUID, page: Page | None) -> str:
    """The address of a page; of the summary where there is none."""
    if page is None:
        return reverse("portal:application", args=[draft])
    return reverse("portal:step", args=[draft, *page.address])


def lead_to(draft: UUID, page: Page | None) -> HttpResponse:
    """Lead to a page; to the summary where there is none."""
    return HttpResponseRedirect(address(draft, page))
