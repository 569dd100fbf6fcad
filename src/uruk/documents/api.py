"""The door of documents: types, drafts, release, what was issued, checks, and the public files about it."""

from uruk.documents.checking import check_number, check_pdf, check_qr
from uruk.documents.domain.numbers import group_code, group_number
from uruk.documents.domain.reasons import REASONS
from uruk.documents.drafting import (
    count_drafts,
    create_draft,
    discard_draft,
    drafts,
    get_draft,
    original,
    proposal,
    return_draft,
    submit,
    to_release,
    update_draft,
)
from uruk.documents.kind import DOCUMENT_KIND
from uruk.documents.preparing import PREPARATION_CHANGED, prepare_draft, prepared_draft, prepared_drafts, withdraw_draft
from uruk.documents.publication import publish_public_files
from uruk.documents.reading import (
    checks,
    filled_values,
    find_holder_number,
    get_document,
    my_documents,
    pdf,
    qr_svg,
    qr_text,
    receipt,
    released,
)
from uruk.documents.releasing import release
from uruk.documents.rendering import typeset
from uruk.documents.revoking import revoke
from uruk.documents.storage import largest_check
from uruk.documents.types import document_types, get_open_type, get_type
from uruk.documents.views import (
    CheckResult,
    CheckView,
    DocumentView,
    DraftCounts,
    DraftView,
    InvalidFieldsError,
    OriginalView,
    PreparedView,
    TypeView,
)

__all__ = [
    "DOCUMENT_KIND",
    "PREPARATION_CHANGED",
    "REASONS",
    "CheckResult",
    "CheckView",
    "DocumentView",
    "DraftCounts",
    "DraftView",
    "InvalidFieldsError",
    "OriginalView",
    "PreparedView",
    "TypeView",
    "check_number",
    "check_pdf",
    "check_qr",
    "checks",
    "count_drafts",
    "create_draft",
    "discard_draft",
    "document_types",
    "drafts",
    "filled_values",
    "find_holder_number",
    "get_document",
    "get_draft",
    "get_open_type",
    "get_type",
    "group_code",
    "group_number",
    "largest_check",
    "my_documents",
    "original",
    "pdf",
    "prepare_draft",
    "prepared_draft",
    "prepared_drafts",
    "proposal",
    "publish_public_files",
    "qr_svg",
    "qr_text",
    "receipt",
    "release",
    "released",
    "return_draft",
    "revoke",
    "submit",
    "to_release",
    "typeset",
    "update_draft",
    "withdraw_draft",
]
