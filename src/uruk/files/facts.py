"""What is known of a foreign PDF that was let in; apart from its reader, which takes long to import."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """A PDF that was let in: its digest, bytes and pages, its signatures, and whether a strip may be added to it.

    ``width`` is what a reader sees of the first page, in points. ``extendable`` is false where a signature forbids
    additions, or where the file's cross-references are of the hybrid kind that no strict reader extends.
    """

    sha256: bytes
    size: int
    pages: int
    signatures: int
    extendable: bool
    width: int
