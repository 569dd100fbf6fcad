"""Letters that come from elsewhere: signed already, of the kind that strict readers do not extend, turned, in ink."""

from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.unit.documents.samples import scanned_letter
from tests.unit.trust.pdf.papers import office as other_office
from tests.unit.trust.world import NOW
from uruk.documents import api as documents
from uruk.files.api import intake_pdf
from uruk.trust.api import ORIGINAL_NAME, examine_pdf, seal_pdf

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def signed_letter() -> bytes:
    """A letter that another office's program signed and closed."""
    return seal_pdf(scanned_letter(), other_office().sealer, at=NOW)


def hybrid_letter() -> bytes:
    """A letter whose cross-references stand in a table and a stream at once, as some office programs write them."""
    data = scanned_letter()
    start = data.rindex(b"startxref")
    trailer = data.rindex(b"trailer", 0, start)
    entry = b"<</Type/XRef/Size 1/W[1 2 1]/Index[0 1]/Length 4>>\nstream\n\x00\x00\x00\xff\nendstream"
    stream = b"99 0 obj\n" + entry + b"\nendobj\n"
    table = data.rindex(b"xref\n", 0, trailer)
    body, rest = data[:table], data[table:]
    rest = rest.replace(b"trailer\n<<", b"trailer\n<</XRefStm %d" % len(body), 1)
    moved = rest.rindex(b"startxref\n")
    return body + stream + rest[:moved] + b"startxref\n%d\n%%%%EOF" % (len(body) + len(stream))


def test_a_letter_that_is_signed_already_is_attached_unchanged_to_a_cover_page(office: Any) -> None:
    letter = signed_letter()
    document = office.issue(office.letter(letter))
    sealed = documents.pdf(office.head.actor, document.id)
    assert examine_pdf(sealed).attachments[ORIGINAL_NAME] == letter
    result = documents.check_pdf(sealed, "portal")
    assert (result.verdict.exit, result.verdict.original) == (0, examine_pdf(letter).sha256)


def test_a_letter_that_strict_readers_do_not_extend_is_attached_too(office: Any) -> None:
    letter = hybrid_letter()
    assert PdfFileReader(BytesIO(letter), strict=False).xrefs.hybrid_xrefs_present
    assert not intake_pdf(letter).extendable
    document = office.issue(office.letter(letter))
    sealed = documents.pdf(office.head.actor, document.id)
    assert examine_pdf(sealed).attachments[ORIGINAL_NAME] == letter
    assert documents.check_pdf(sealed, "portal").verdict.exit == 0


def test_a_document_of_ours_is_not_sealed_again(office: Any) -> None:
    from uruk.kernel.api import CodedError

    document = office.issue(office.letter())
    with pytest.raises(CodedError) as caught:
        office.letter(documents.pdf(office.head.actor, document.id))
    assert caught.value.code == "files.pdf_attachments"


def test_an_uploaded_letter_with_the_strip_of_another_is_refused_and_leaves_no_check(office: Any) -> None:
    first = office.issue(office.letter())
    sealed = documents.pdf(office.head.actor, first.id)
    other = scanned_letter("كتاب آخر")
    forged = other + sealed[len(scanned_letter()) :]
    result = documents.check_pdf(sealed.replace(b"%PDF-1.7", b"%PDF-1.6", 1), "portal")
    assert (result.verdict.exit, result.receipt) == (1, None)
    try:
        pasted = documents.check_pdf(forged, "portal").verdict.exit
    except Exception as error:
        pasted = getattr(error, "code", "")
    assert pasted in {1, 2, "trust.pdf_unreadable"}
    assert documents.checks(office.head.actor, first.id) == []
