"""An import that is too large for a change request is signed by two persons as a whole, over the file's digest."""

import hashlib
from uuid import UUID, uuid5

from django.db import transaction

from uruk.acts.api import Deed, clock, perform
from uruk.kernel.api import Actor, CodedError
from uruk.registries.importing.chunks import heading_of
from uruk.registries.importing.showing import import_view, needs_two, state_of
from uruk.registries.importing.starting import check_ready, find_import, visible_import
from uruk.registries.importing.views import ImportView
from uruk.registries.importing.work import go_on
from uruk.registries.models import Import, ImportApproval, ImportSubmission
from uruk.registries.opening import Opened
from uruk.registries.rights import require
from uruk.registries.signing import both_approvals, check_approval
from uruk.trust.api import Approval, cbor

IMPORT_APPROVED = "registry.import-approved"
APPROVED_ROLE = "approved"
VERSION = "registry-import/1"
# One act for each import: approving it twice is approving it once.
_APPROVED = UUID("7c1f2f0a-5d7b-4a08-9c3f-6b6a2f6f9d10")


def import_proposal(actor: Actor, import_id: UUID) -> bytes:
    """The bytes that two persons sign: registry, definition, digests of file and reason, columns, how many rows, how.

    Errors: ``registries.import_unknown``, ``registries.import_not_ready``, and those of `run_import`.
    """
    row, registry = visible_import(actor, import_id)
    if hasattr(row, "submission"):
        return bytes(row.proposal)
    _check_open(row, registry)
    proposal = _proposal(registry, row)
    Import.objects.filter(pk=row.pk).update(proposal=proposal)
    return proposal


def submit_import(actor: Actor, import_id: UUID, approval: Approval) -> ImportView:
    """Submit an import with the approval of its author, or of another who may import; the same again is harmless.

    Errors: ``registries.proposal_moved``, ``registries.not_your_approval``, ``registries.import_not_ready``, and
    those of `import_proposal`.
    """
    row, registry = visible_import(actor, import_id)
    require(actor, registry, "import")
    written = cbor.encode(approval.to_map())
    if hasattr(row, "submission"):
        if bytes(row.submission.approval) != written:
            raise CodedError("registries.import_not_ready")
        return import_view(row, registry)
    _check_open(row, registry)
    if row.proposal is None or bytes(row.proposal) != _proposal(registry, row):
        raise CodedError("registries.proposal_moved")
    check_approval(actor, approval, bytes(row.proposal))
    with transaction.atomic():
        facts = {"person": actor.person, "approval": written, "submitted_at": clock().now()}
        ImportSubmission.objects.get_or_create(of=row, defaults=facts)
    return import_view(find_import(import_id), registry)


def approve_import(actor: Actor, import_id: UUID, approval: Approval) -> ImportView:
    """Approve a submitted import as a second person, for a role that may approve: it is written from then on.

    Each of its acts names the act of this approval. The same again is harmless. Errors: ``registries.not_submitted``,
    ``registries.same_person``, ``registries.not_your_approval``, ``registries.proposal_moved``,
    ``people.role_not_held``, and those of `import_proposal`.
    """
    row, registry = visible_import(actor, import_id)
    require(actor, registry, "approve")
    if not hasattr(row, "submission"):
        raise CodedError("registries.not_submitted")
    proposal = bytes(row.proposal)
    if state_of(row) == "submitted":
        approvals = both_approvals(actor, registry.institution, row.submission, approval, proposal)
        check_ready(row, registry)
        if proposal != _proposal(registry, row):
            raise CodedError("registries.proposal_moved")
        _approve(actor, registry, row, proposal, approvals)
    go_on(row.pk)
    return import_view(find_import(import_id), registry)


def _approve(
    actor: Actor, registry: Opened, row: Import, proposal: bytes, approvals: tuple[Approval, Approval]
) -> None:
    def rows(act_id: UUID) -> None:
        ImportApproval.objects.create(of=row, act_id=act_id, person=actor.person, approved_at=clock().now())

    deed = Deed(
        type=IMPORT_APPROVED,
        role=APPROVED_ROLE,
        author=registry.institution,
        body=_facts(registry, row),
        rows=rows,
        proposal=proposal,
        approvals=approvals,
        act_id=uuid5(_APPROVED, str(row.pk)),
    )
    perform(actor, deed)


def _check_open(row: Import, registry: Opened) -> None:
    """Refuse an import that is not at the point of being signed."""
    if state_of(row) != "checked" or not needs_two(row, registry):
        raise CodedError("registries.import_not_ready")
    check_ready(row, registry)


def _facts(registry: Opened, row: Import) -> dict[str, object]:
    return {
        "registry": registry.code,
        "format": registry.definition.digest,
        "file": bytes.fromhex(row.file_sha256),
        "rows": row.good,
        "mode": row.mode,
        "way": row.way,
        "reason": hashlib.sha256(row.reason.encode()).digest(),
        "columns": [] if row.file_format == "jsonl" else list(heading_of(row, registry).names),
        "left-out": list(row.heading.get("left_out", ())),
    }


def _proposal(registry: Opened, row: Import) -> bytes:
    own = {"uruk": VERSION, "kind": IMPORT_APPROVED, "id": row.pk.bytes, "institution": registry.institution}
    return cbor.encode(own | _facts(registry, row))
