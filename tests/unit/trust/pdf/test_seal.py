import asyncio
import shutil
import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from tests.unit.trust.pdf.papers import LETTER, STRIP, office, page
from tests.unit.trust.world import NOW

from uruk.kernel.api import CodedError
from uruk.trust.pdf.evidence import examine_pdf
from uruk.trust.pdf.model import Attachment
from uruk.trust.pdf.seal import seal_pdf
from uruk.trust.pdf.timestamp import add_timestamp

OFFICE = office()
PAPER = OFFICE.paper()
SEALED_LETTER = OFFICE.letter()
needs_pdfsig = pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not installed")


def pdfsig(data, tmp_path):
    path = tmp_path / "file.pdf"
    path.write_bytes(data)
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def pyhanko_status(data):
    """What pyHanko, strict and trusting our authority, says of the first signature."""
    root = x509.Certificate.load(OFFICE.authority.roots[0])
    context = ValidationContext(trust_roots=[root], moment=NOW + timedelta(hours=1))
    embedded = PdfFileReader(BytesIO(data)).embedded_signatures[0]
    return asyncio.run(async_validate_pdf_signature(embedded, context))


@pytest.mark.parametrize("original", [LETTER, page("One #pagebreak() two"), page("x" * 5000)])
def test_the_originals_bytes_stay_a_prefix(original):
    sealed = seal_pdf(original, OFFICE.sealer, at=NOW, strip=STRIP, attachments={"a": Attachment(b"1", "text/plain")})
    assert sealed.startswith(original)
    assert examine_pdf(sealed).attachments == {"a": b"1"}


@needs_pdfsig
@pytest.mark.parametrize("sealed", [PAPER, SEALED_LETTER])
def test_poppler_accepts_what_we_seal(sealed, tmp_path):
    told = pdfsig(sealed, tmp_path)
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


@pytest.mark.parametrize("sealed", [PAPER, SEALED_LETTER])
def test_pyhanko_accepts_what_we_seal(sealed):
    status = pyhanko_status(sealed)
    assert status.bottom_line
    assert status.summary().startswith("INTACT:TRUSTED")


@needs_pdfsig
@pytest.mark.parametrize("place", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("sealed", [PAPER, SEALED_LETTER])
def test_a_changed_byte_is_caught_by_poppler_pyhanko_and_us(sealed, place, tmp_path):
    damaged = bytearray(sealed)
    at = damaged.index(b"stream", int(len(damaged) * place * 0.5)) + 20
    damaged[at] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(damaged), tmp_path)
    assert not pyhanko_status(bytes(damaged)).bottom_line
    assert OFFICE.verify(bytes(damaged)).exit != 0


@pytest.mark.parametrize("sealed", [PAPER, SEALED_LETTER])
def test_a_timestamp_follows_as_an_update_and_the_seal_stays_accepted(sealed, tmp_path):
    stamped = add_timestamp(sealed, OFFICE.timestamper.stamp)
    assert stamped.startswith(sealed)
    evidence = examine_pdf(stamped)
    assert [signature.kind for signature in evidence.signatures] == ["seal", "timestamp"]
    assert all(signature.intact and signature.genuine for signature in evidence.signatures)
    assert not evidence.changed_after
    assert pyhanko_status(stamped).bottom_line


def test_a_timestamping_service_that_is_down_leaves_the_error_to_the_caller():
    def down(digest):
        raise CodedError("trust.timestamp_unreachable", url="http://tsa.example")

    with pytest.raises(CodedError, match="timestamp_unreachable"):
        add_timestamp(PAPER, down)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"not a pdf at all", LETTER[:300], b"%PDF-1.4\n" + bytes(2000)])
def test_what_is_no_pdf_is_unreadable(data):
    with pytest.raises(CodedError) as caught:
        seal_pdf(data, OFFICE.sealer, at=NOW)
    assert caught.value.code == "trust.pdf_unreadable"
    with pytest.raises(CodedError) as caught:
        examine_pdf(data)
    assert caught.value.code == "trust.pdf_unreadable"


def test_an_encrypted_pdf_is_not_examined():
    writer = IncrementalPdfFileWriter(BytesIO(LETTER))
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    fresh = copy_into_new_writer(writer.prev)
    fresh.encrypt(owner_pass="secret")
    output = BytesIO()
    fresh.write(output)
    with pytest.raises(CodedError) as caught:
        examine_pdf(output.getvalue())
    assert caught.value.code == "trust.pdf_encrypted"


def test_an_unsealed_pdf_shows_no_seal():
    evidence = examine_pdf(LETTER)
    assert (evidence.seal, evidence.signatures, evidence.changed_after) == (None, (), False)
