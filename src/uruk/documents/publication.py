"""What the public may fetch about documents: keys.json with their types, and the status lists."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from uruk.acts.api import (
    acknowledged,
    clock,
    contribute,
    enqueue,
    hosted_institutions,
    institution_keys,
    node_settings,
    publish_directory,
)
from uruk.definitions.api import Definition, Field
from uruk.documents.models import Revocation, StatusSlot
from uruk.documents.types import letterhead, model, types_of, words
from uruk.kernel.api import alone
from uruk.trust.api import DocumentStatus, DocumentType, TypeField, make_status_list

PUBLISH_JOB = "documents.publish"


def register() -> None:
    """Add this room's parts to keys.json: the types by number, and where the status lists are."""
    contribute("types", directory_types)
    contribute("status_lists", status_list_paths)


def directory_types(institution: str) -> dict[int, DocumentType]:
    """The institution's types as a verifier needs them, by their number in the QR."""
    return {model(one).number: _directory_type(one) for one in types_of(institution)}


def status_list_paths(institution: str) -> dict[int, str]:
    """The status lists of an institution, by year: every year in which it proposed documents, and this one."""
    years = StatusSlot.objects.filter(institution=institution).values_list("year", flat=True).distinct()
    return {year: list_path(institution, year) for year in sorted({*years, clock().now().year})}


def publish_public_files() -> None:
    """Write keys.json and every status list into the public folder, each whole or not at all; repeat it daily."""
    tomorrow = clock().now() + timedelta(days=1)
    # First of all, so that a day on which publishing fails is not the last.
    enqueue(PUBLISH_JOB, {}, at=tomorrow, key=f"{PUBLISH_JOB}:{tomorrow.date().isoformat()}")
    publish_directory()
    for institution in sorted(hosted_institutions()):
        for year in status_list_paths(institution):
            publish_status_list(institution, year)


def publish_status_list(institution: str, year: int) -> None:
    """Sign and write the list of an institution and year as it is now, valid for a week."""
    path = node_settings().data / "public" / list_path(institution, year)
    # Otherwise an older list could be written over a newer one.
    with alone(node_settings().data / "locks" / f"status-{institution}-{year}"):
        token = make_status_list(
            subject=f"{letterhead(institution).host}{list_path(institution, year)}",
            statuses=_statuses(institution, year),
            signer=institution_keys(institution).seal,
            issued=clock().now(),
            validity=timedelta(days=node_settings().status_list_days),
        )
        _write(path, token)


def list_path(institution: str, year: int) -> str:
    """Where a status list lies below the public folder and below the host."""
    return f"status/{institution}/{year}"


def _statuses(institution: str, year: int) -> dict[int, DocumentStatus]:
    """The places of documents that are not valid, as acknowledged acts say."""
    rows = Revocation.objects.filter(document__institution=institution, document__list_year=year)
    return {
        row.document.list_index: "replaced" if row.replaced_by else "revoked"
        for row in acknowledged(rows).select_related("document")
    }


def _directory_type(definition: Definition) -> DocumentType:
    choice_name = words(definition).choice_name

    def entry(field: Field) -> TypeField:
        choices = {code: choice_name(field, code) for code in field.options}
        return TypeField(field.name, definition.texts.get(f"fields.{field.name}"), field.type, choices)

    fields = {number: entry(field) for number, field in model(definition).qr_fields().items()}
    return DocumentType(definition.code, definition.title, fields)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
