"""The door of registries: records with their whole history, and how they are changed.

Every function takes who acts first. What an officer is shown of a person is noted first as an act that this person
sees. What is written becomes visible with the receipt of its act, and not before.
"""

from uruk.registries.attachments import import_file, keep_file, record_file, request_file
from uruk.registries.changing import MAX_CHANGES, change
from uruk.registries.checking import Problem
from uruk.registries.citizens import ask_correction, keep_own_file, my_request, my_request_file, my_requests
from uruk.registries.domain.change import Change, FieldChange
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.files import files_in
from uruk.registries.domain.matching.explain import Reason
from uruk.registries.domain.showing import MASK
from uruk.registries.duplicates import (
    Candidate,
    Duplicate,
    DuplicatePage,
    candidates,
    count_duplicates,
    get_duplicate,
    keep_apart,
    merge_duplicate,
    open_duplicates,
)
from uruk.registries.elsewhere import (
    Elsewhere,
    RecordElsewhere,
    holders_elsewhere,
    records_about,
    records_elsewhere,
)
from uruk.registries.exporting import export
from uruk.registries.forgetting import forget, forget_again
from uruk.registries.history import get_version, timeline
from uruk.registries.importing.approving import approve_import, import_proposal, submit_import
from uruk.registries.importing.choosing import check_again, column_paths, import_columns
from uruk.registries.importing.receipts import import_parts, import_receipt
from uruk.registries.importing.starting import (
    advance_import,
    cancel_import,
    get_import,
    import_errors,
    list_imports,
    run_import,
    start_import,
)
from uruk.registries.importing.views import ImportColumn, ImportPart, ImportView, RowLikeness, RowProblem
from uruk.registries.kind import REGISTRY_KIND
from uruk.registries.mandates import MandateRegister, mandate_registers, records_by_representative, representatives
from uruk.registries.numbering import draw_number
from uruk.registries.offers import Answer, AskedOffer, answer_offer
from uruk.registries.proofs import version_receipt
from uruk.registries.public import (
    public_file,
    public_receipt,
    public_record,
    public_records,
    public_registries,
    public_registry,
    public_searched,
    public_statistics,
    public_timeline,
)
from uruk.registries.reading import (
    changed_records,
    count_records,
    get_record,
    get_registry,
    list_records,
    my_records,
    registries_of,
)
from uruk.registries.requesting import (
    accept_request,
    approve_request,
    count_requests,
    get_request,
    open_requests,
    refuse_request,
    request_proposal,
    submit_request,
    withdraw_request,
)
from uruk.registries.reservations import (
    ReservationView,
    confirm_reservation,
    find_reservation,
    release_reservation,
    reservations,
    reserve,
)
from uruk.registries.statistics import Counted, statistics, without_few
from uruk.registries.store import Filter, Group, PageQuery
from uruk.registries.tabular import BOM, csv_line
from uruk.registries.trying import Misfit, RecordsUnfitError, Trial
from uruk.registries.views import (
    Checked,
    Done,
    InvalidChangesError,
    Open,
    Page,
    RecordView,
    RegistryView,
    RequestedChange,
    RequestView,
    VersionView,
)

__all__ = [
    "BOM",
    "MASK",
    "MAX_CHANGES",
    "REGISTRY_KIND",
    "Answer",
    "AskedOffer",
    "Candidate",
    "Change",
    "Checked",
    "Counted",
    "Done",
    "Duplicate",
    "DuplicatePage",
    "Elsewhere",
    "FieldChange",
    "Filter",
    "Group",
    "ImportColumn",
    "ImportPart",
    "ImportView",
    "InvalidChangesError",
    "MandateRegister",
    "Misfit",
    "Open",
    "Page",
    "PageQuery",
    "Problem",
    "Reason",
    "RecordElsewhere",
    "RecordView",
    "RecordsUnfitError",
    "RegistryDefinition",
    "RegistryView",
    "RequestView",
    "RequestedChange",
    "ReservationView",
    "RowLikeness",
    "RowProblem",
    "Trial",
    "VersionView",
    "accept_request",
    "advance_import",
    "answer_offer",
    "approve_import",
    "approve_request",
    "ask_correction",
    "cancel_import",
    "candidates",
    "change",
    "changed_records",
    "check_again",
    "column_paths",
    "confirm_reservation",
    "count_duplicates",
    "count_records",
    "count_requests",
    "csv_line",
    "draw_number",
    "export",
    "files_in",
    "find_reservation",
    "forget",
    "forget_again",
    "get_duplicate",
    "get_import",
    "get_record",
    "get_registry",
    "get_request",
    "get_version",
    "holders_elsewhere",
    "import_columns",
    "import_errors",
    "import_file",
    "import_parts",
    "import_proposal",
    "import_receipt",
    "keep_apart",
    "keep_file",
    "keep_own_file",
    "list_imports",
    "list_records",
    "mandate_registers",
    "merge_duplicate",
    "my_records",
    "my_request",
    "my_request_file",
    "my_requests",
    "open_duplicates",
    "open_requests",
    "public_file",
    "public_receipt",
    "public_record",
    "public_records",
    "public_registries",
    "public_registry",
    "public_searched",
    "public_statistics",
    "public_timeline",
    "record_file",
    "records_about",
    "records_by_representative",
    "records_elsewhere",
    "refuse_request",
    "registries_of",
    "release_reservation",
    "representatives",
    "request_file",
    "request_proposal",
    "reservations",
    "reserve",
    "run_import",
    "start_import",
    "statistics",
    "submit_import",
    "submit_request",
    "timeline",
    "version_receipt",
    "withdraw_request",
    "without_few",
]
