"""Which earlier document a new one takes the place of: the one that its draft names, or those of its series."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet

from uruk.acts.api import acknowledged
from uruk.definitions.api import Definition
from uruk.documents.domain.proposal import Proposal as Proposed
from uruk.documents.models import Document, Revocation
from uruk.documents.types import model, type_by_digest


def series_of(body: Proposed, holder: str) -> str:
    """The series that a proposal belongs to; empty where its type has none. ``holder``: the number it leaves out."""
    return _series(type_by_digest(body.definition), body.fields, holder)


def find_earlier(institution: str, definition: Definition, values: Mapping[str, object], holder: str) -> UUID | None:
    """The newest document that still holds of the series that these fields belong to: what is signed names it."""
    series = _series(definition, values, holder)
    found = _standing(institution, definition.code, series).first() if series else None
    return None if found is None else found.pk


def replaced_by(document: Document) -> list[Document]:
    """Every earlier document that still holds although this one took its place.

    Also those of the series that were released after this one was proposed, and before it was released.
    """
    named = acknowledged(Document.objects.filter(pk=document.replaces).exclude(pk__in=_revoked()))
    if not document.series:
        return list(named)
    before = _standing(document.institution, document.type_code, document.series)
    return list(named | before.filter(released_at__lt=document.released_at))


def _series(definition: Definition, values: Mapping[str, object], holder: str) -> str:
    found = model(definition)
    if found.replaces is None:
        return ""
    return holder if found.replaces == found.holder else str(values[found.replaces])


def _standing(institution: str, type_code: str, series: str) -> "QuerySet[Document]":
    rows = Document.objects.filter(institution=institution, type_code=type_code, series=series)
    return acknowledged(rows.exclude(pk__in=_revoked()))


def _revoked() -> "QuerySet[Revocation, dict[str, UUID]]":
    return Revocation.objects.values("document")
