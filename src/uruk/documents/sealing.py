"""From an approved proposal to its sealed PDF: QR, then paper or strip, then signature."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uruk.acts.api import institution_keys
from uruk.definitions.api import Definition
from uruk.documents.domain.paper import paper
from uruk.documents.domain.proposal import Proposal, uncut_fields
from uruk.documents.rendering import render_paper, render_strip
from uruk.documents.types import letterhead, model, words
from uruk.trust.api import (
    APPROVALS_NAME,
    CODE_NAME,
    FIELDS_NAME,
    ORIGINAL_NAME,
    Approval,
    Attachment,
    PdfSealer,
    cbor,
    make_qr,
    proposal_json,
    qr_svg,
    seal_pdf,
)


@dataclass(frozen=True)
class Letter:
    """The PDF that is sealed: its bytes, whether a strip may be added, and the width of its first page in points."""

    data: bytes
    extendable: bool
    page_width: int


@dataclass(frozen=True)
class Sealed:
    """A finished PDF and the COSE bytes of its QR."""

    pdf: bytes
    code: bytes


def make_document(
    body: bytes, definition: Definition, approvals: Sequence[Approval], at: datetime, letter: Letter | None
) -> Sealed:
    """Make the sealed PDF of a proposal; ``letter`` where one is sealed rather than filled."""
    proposal = Proposal.from_bytes(body)
    keys = institution_keys(proposal.institution)
    head = letterhead(proposal.institution)
    code = make_qr(proposal.qr_payload(model(definition)), keys.seal, head.host, keep=uncut_fields(model(definition)))
    data = paper(proposal, model(definition), words(definition), head) | {"qr": qr_svg(code), "qr_url": code.url}
    inside = attachments(body, approvals, code.cose)
    sealer = PdfSealer(keys.seal, keys.certificate)
    return Sealed(_sealed(definition, data, inside, sealer, at, letter), code.cose)


def attachments(body: bytes, approvals: Sequence[Approval], code: bytes) -> dict[str, Attachment]:
    """What every sealed PDF carries: the proposal as JSON, the QR's code, the proposal's bytes with both approvals."""
    fields = json.dumps(proposal_json(cbor.decode(body)), ensure_ascii=False, indent=1).encode()
    signed = cbor.encode({"proposal": body, "approvals": [approval.to_map() for approval in approvals]})
    return {
        FIELDS_NAME: Attachment(fields, "application/json"),
        CODE_NAME: Attachment(code, "application/cose"),
        APPROVALS_NAME: Attachment(signed, "application/cbor"),
    }


def _sealed(
    definition: Definition,
    data: dict[str, Any],
    inside: dict[str, Attachment],
    sealer: PdfSealer,
    at: datetime,
    letter: Letter | None,
) -> bytes:
    if letter is None:
        return seal_pdf(render_paper(definition.file("document.typ"), data, at, inside), sealer, at=at)
    if letter.extendable:
        strip = render_strip(data, at, letter.page_width)
        return seal_pdf(letter.data, sealer, at=at, strip=strip, attachments=inside)
    cover = render_paper(definition.file("document.typ"), data, at, inside)
    whole = {ORIGINAL_NAME: Attachment(letter.data, "application/pdf", "Source")}
    return seal_pdf(cover, sealer, at=at, attachments=whole)
