"""The timestamp that follows a seal: a document timestamp as an incremental update (PAdES B-T, EN 319 142-1 §6.3)."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps.api import TimeStamper

from uruk.kernel.api import CodedError

TIMESTAMP_FIELD = "Timestamp"
_RESERVED = 2 * 8192  # hexadecimal digits for a token with its certificates


def add_timestamp(data: bytes, stamp: Callable[[bytes], bytes]) -> bytes:
    """Timestamp a sealed PDF; the bytes given stay an unchanged prefix of the bytes returned.

    ``stamp`` turns a SHA-256 digest into an RFC 3161 token (DER); what it raises passes through.
    """
    try:
        writer = IncrementalPdfFileWriter(BytesIO(data))
        stamper = PdfTimeStamper(_Tokens(stamp), field_name=TIMESTAMP_FIELD)
        job = stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=_RESERVED)
        return bytes(asyncio.run(job).getbuffer())
    except PdfError as error:
        raise CodedError("trust.pdf_unreadable") from error


class _Tokens(TimeStamper):  # type: ignore[misc]  # pyHanko is untyped here
    """Lets pyHanko take its tokens from our timestamping authority."""

    def __init__(self, stamp: Callable[[bytes], bytes]) -> None:
        super().__init__(include_nonce=False)
        self._stamp = stamp

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """One token over a SHA-256 digest (RFC 3161 §2.4.2)."""
        return cms.ContentInfo.load(self._stamp(message_digest))
