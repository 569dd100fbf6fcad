"""Where the pages of a draft at the counter are."""

from uuid import UUID

from uruk.desk.offices import Acting
from uruk.ui.api import Page


def address(office: Acting, draft: UUID, page: Page | None) -> str:
    """The address of a page; of the summary where there is none."""
    return office.url("apply-draft", draft) if page is None else office.url("apply-step", draft, *page.address)
