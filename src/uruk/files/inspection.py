"""What is looked for in a foreign PDF before it is let in. Runs in the child process; returns plain data."""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from uruk.files.facts import PdfFacts
from uruk.kernel.api import CodedError
from uruk.trust.api import page_width

MAX_OBJECTS = 200_000
MAX_NESTING = 64
# Actions that run something or reach outside the file (ISO 32000-2 §12.6.4), and where active content hides.
ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/RichMediaExecute",
    "/Movie",
    "/Sound",
}
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent"}
FILE_KEYS = {"/EmbeddedFiles", "/EF", "/EmbeddedFile"}
BROKEN = (
    PdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def inspect_pdf(data: bytes, max_pages: int) -> PdfFacts:
    """Look a foreign PDF over; encrypted, broken, active or too long ones raise ``files.pdf_…``."""
    if not data.startswith(b"%PDF-"):
        raise CodedError("files.pdf_not_a_pdf")
    try:
        reader = PdfFileReader(BytesIO(data))
        if reader.encrypted:
            raise CodedError("files.pdf_encrypted")
        _refuse_active(reader)
        pages = _count_pages(reader, max_pages)
        signatures = len(reader.embedded_signatures)
        width = page_width(reader)
    except BROKEN as error:
        raise CodedError("files.pdf_broken") from error
    extendable = not signatures and not reader.xrefs.hybrid_xrefs_present
    return PdfFacts(hashlib.sha256(data).digest(), len(data), pages, signatures, extendable, width)


def _refuse_active(reader: PdfFileReader) -> None:
    """Go through every object of every revision: what an older revision hides can be brought back."""
    left = MAX_OBJECTS
    for found in _objects(reader):
        for name, value in _entries(found, MAX_NESTING):
            left -= 1
            if name in FILE_KEYS:
                raise CodedError("files.pdf_attachments")
            if name in ACTIVE_KEYS or (name == "/S" and value in ACTIVE_ACTIONS):
                raise CodedError("files.pdf_active")
            if left < 0:
                raise CodedError("files.pdf_too_complex")


def _objects(reader: PdfFileReader) -> Iterator[Any]:
    for revision in range(reader.xrefs.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            yield reader.get_object(reference, revision=revision, transparent_decrypt=False)


def _entries(found: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """The keys of a dictionary, with names as values, and of everything written inside it."""
    if depth == 0:
        raise CodedError("files.pdf_too_complex")
    if isinstance(found, generic.DictionaryObject):
        for name in found:
            value = found.raw_get(name)
            yield str(name), str(value) if isinstance(value, generic.NameObject) else None
            yield from _entries(value, depth - 1)
    elif isinstance(found, generic.ArrayObject):
        for index in range(len(found)):
            yield from _entries(found.raw_get(index), depth - 1)


def _count_pages(reader: PdfFileReader, max_pages: int) -> int:
    """The pages in the tree, however deep; too many, or a tree that turns on itself, is refused."""
    nodes, pages, inner = [reader.root["/Pages"]], 0, 0
    while nodes:
        node = nodes.pop()
        if "/Kids" in node:
            inner += 1
            kids = node["/Kids"]
            nodes += [kids[i] for i in range(min(len(kids), max_pages + 1))]
        else:
            pages += 1
        if pages > max_pages or inner > max_pages + MAX_NESTING:
            raise CodedError("files.pdf_too_many_pages", maximum=max_pages)
    return pages
