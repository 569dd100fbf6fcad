"""The door of registries: records with their whole history, and how they are changed.

Every function takes who acts first. What an officer is shown of a person is noted first as an act that this person
sees. What is written becomes visible with the receipt of its act, and not before.
"""

from uruk.registries.changing import MAX_CHANGES, change
from uruk.registries.checking import Problem
from uruk.registries.domain.change import Change, FieldChange
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.showing import MASK
from uruk.registries.forgetting import forget
from uruk.registries.history import get_version, timeline
from uruk.registries.kind import REGISTRY_KIND
from uruk.registries.proofs import version_receipt
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
    ask_correction,
    get_request,
    my_requests,
    open_requests,
    refuse_request,
    request_proposal,
    submit_request,
    withdraw_request,
)
from uruk.registries.store import Filter, PageQuery
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
    "MASK",
    "MAX_CHANGES",
    "REGISTRY_KIND",
    "Change",
    "Checked",
    "Done",
    "FieldChange",
    "Filter",
    "InvalidChangesError",
    "Open",
    "Page",
    "PageQuery",
    "Problem",
    "RecordView",
    "RegistryDefinition",
    "RegistryView",
    "RequestView",
    "RequestedChange",
    "VersionView",
    "accept_request",
    "approve_request",
    "ask_correction",
    "change",
    "changed_records",
    "count_records",
    "forget",
    "get_record",
    "get_registry",
    "get_request",
    "get_version",
    "list_records",
    "my_records",
    "my_requests",
    "open_requests",
    "refuse_request",
    "registries_of",
    "request_proposal",
    "submit_request",
    "timeline",
    "version_receipt",
    "withdraw_request",
]
