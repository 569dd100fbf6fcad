"""Work done after a release: the timestamp, the replacement of an earlier document, the public files."""

from typing import Any
from uuid import UUID

from uruk.acts.api import KEY_COMPROMISED, KEY_RENEWED, clock, enqueue, job, subscribe, timestamper
from uruk.documents.checking import CHECKED
from uruk.documents.domain.reasons import REPLACED
from uruk.documents.models import Document, Rendition, Revocation
from uruk.documents.noting import index_check
from uruk.documents.preparing import preparation_changed
from uruk.documents.publication import PUBLISH_JOB, publish_public_files
from uruk.documents.reading import find_document, latest_rendition
from uruk.documents.releasing import ISSUED
from uruk.documents.replacing import replaced_by
from uruk.documents.revoking import REVOKED, perform_revocation
from uruk.documents.storage import file_store
from uruk.kernel.api import Actor
from uruk.trust.api import add_timestamp

TIMESTAMP_JOB = "documents.timestamp"
TIMESTAMPED = "timestamped"


def register() -> None:
    """Register this room's jobs and what it does when a document is issued."""
    job(TIMESTAMP_JOB)(stamp_document)
    job(PUBLISH_JOB)(publish)
    subscribe(ISSUED, follow_release)
    subscribe(CHECKED, index_check)
    # With the receipt and not with the intent: a list that was signed in between would leave the document out.
    subscribe(REVOKED, publish)
    subscribe(REVOKED, follow_revocation)
    # What a lost key signed is no longer read: the status lists are signed anew with the key that took its place.
    subscribe(KEY_RENEWED, publish)
    subscribe(KEY_COMPROMISED, publish)


def follow_release(payload: dict[str, Any]) -> None:
    """After a release: have the file timestamped, tell a case that waits for it, have what it replaces replaced."""
    document = Document.objects.filter(act_id=UUID(payload["act"])).first()
    if document is None:
        return
    enqueue(TIMESTAMP_JOB, {"document": str(document.pk)}, key=f"{TIMESTAMP_JOB}:{document.pk}")
    preparation_changed(document.proposal.draft_id, "released")
    for replaced in replaced_by(document):
        perform_revocation(Actor.system(document.institution), replaced, REPLACED, "", document.pk)


def follow_revocation(payload: dict[str, Any]) -> None:
    """After a revocation: a case that had the document prepared hears of it."""
    found = Revocation.objects.filter(act_id=UUID(payload["act"])).first()
    if found is not None:
        preparation_changed(found.document.proposal.draft_id, "revoked")


def stamp_document(payload: dict[str, Any]) -> None:
    """Add the timestamp to a sealed PDF; a service that is down makes the job try again later."""
    document, authority = find_document(UUID(payload["document"])), timestamper()
    if document is None or authority is None or document.renditions.filter(kind=TIMESTAMPED).exists():
        return
    store = file_store()
    stamped = store.store(add_timestamp(store.load(latest_rendition(document)), authority.stamp))
    facts = {"sha256": stamped.sha256, "size": stamped.size, "made_at": clock().now()}
    Rendition.objects.get_or_create(document=document, kind=TIMESTAMPED, defaults=facts)


def publish(payload: dict[str, Any]) -> None:
    """Publish keys and status lists anew."""
    publish_public_files()
