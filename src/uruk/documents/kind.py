"""The kind ``document`` with a trial of each template, so that a broken one is found before anything is published."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from uruk.definitions.api import Findings, Parsed, Place
from uruk.documents.domain.definition import DocumentKind, DocumentType
from uruk.documents.rendering import render_paper
from uruk.kernel.api import CodedError

_TRIAL_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = {"ar": "نص", "ckb": "دەق", "en": "Text"}
_DAY = {**_WORDS, "hijri": _WORDS}
_TRIAL: dict[str, Any] = {
    "country": _WORDS,
    "institution": _WORDS,
    "title": _WORDS,
    "statement": _WORDS,
    "law": {"title": _WORDS, "article": "1"},
    "number": "1000 0000 0000",
    "code": "00000-00000",
    "host": "https://example/",
    "demonstration": True,
    "issued": _DAY,
    "expires": _DAY,
    "date": {"year": 2026, "month": 1, "day": 1},
    "original": "0" * 64,
    "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    "qr_url": "QR",
}


class RenderedDocumentKind(DocumentKind):
    """The kind as the rooms use it: checks also that every template draws a page."""

    def check(self, definitions: Iterable[Parsed], findings: Findings) -> None:
        """What is wrong between types, and what their templates fail at."""
        parsed = list(definitions)
        super().check(parsed, findings)
        for one in parsed:
            model = cast(DocumentType, one.model)
            reason = template_problem(model.template, tuple(field.name for field in model.fields))
            if reason:
                folder = one.cursor.place().file.rpartition("/")[0]
                findings.report(Place(f"{folder}/document.typ"), "documents.template_failed", reason=reason)


DOCUMENT_KIND = RenderedDocumentKind()


@lru_cache(maxsize=256)
def template_problem(template: bytes, names: tuple[str, ...]) -> str | None:
    """What a template fails at when it draws a trial page with fields of these names; None when it draws it."""
    rows = [{"name": name, "label": _WORDS, "value": _WORDS, "direction": "rtl"} for name in names]
    try:
        render_paper(template, {**_TRIAL, "fields": rows}, _TRIAL_TIME)
    except CodedError as error:
        return str(error.values["reason"])
    return None
