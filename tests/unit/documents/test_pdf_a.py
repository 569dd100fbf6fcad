"""A paper that was sealed and timestamped is still what PDF/A-3 asks for (ISO 19005-3), with its fields as JSON."""

import json
import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.unit.documents.samples import VALUES
from uruk.acts.api import run_due_jobs
from uruk.documents import api as documents
from uruk.trust.api import examine_pdf

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
PRINTED, HIDDEN = 4, 1 | 2 | 32


@pytest.fixture
def paper(office: Any) -> bytes:
    """A released paper with everything that follows its release."""
    document = office.issue()
    run_due_jobs()
    found = documents.pdf(office.head.actor, document.id)
    assert [signature.kind for signature in examine_pdf(found).signatures] == ["seal", "timestamp"]
    return found


def test_a_sealed_paper_says_of_itself_that_it_is_pdf_a_3b(paper: bytes) -> None:
    """§6.7.11 (identification), §6.2.3 (colours mean the same everywhere), §6.1.3 (no encryption, one identifier)."""
    reader = PdfFileReader(BytesIO(paper))
    metadata = reader.root["/Metadata"].data.decode()
    told = dict(re.findall(r"\bpdfaid:(part|conformance)(?:=\"|>)(\w+)", metadata))
    assert told == {"part": "3", "conformance": "B"}
    assert reader.root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert not reader.encrypted
    assert reader.trailer["/ID"]


def test_every_font_of_a_sealed_paper_is_inside_it(paper: bytes, tmp_path: Path) -> None:
    """§6.2.11.4."""
    (tmp_path / "paper.pdf").write_bytes(paper)
    told = subprocess.run(["pdffonts", "paper.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    fonts = [line.split()[-5:-2] for line in told.splitlines()[2:]]
    assert fonts
    assert all(embedded == "yes" for embedded, _, _ in fonts)


def test_nothing_on_a_sealed_paper_is_hidden_from_print(paper: bytes) -> None:
    """§6.3.2: the fields of seal and timestamp are annotations as well."""
    reader = PdfFileReader(BytesIO(paper))
    pages = [page.get_object() for page in reader.root["/Pages"]["/Kids"]]
    marks = [mark.get_object() for page in pages for mark in page.get("/Annots", ())]
    assert len([mark for mark in marks if mark["/Subtype"] == "/Widget"]) == 2
    assert [mark["/F"] for mark in marks if not mark["/F"] & PRINTED or mark["/F"] & HIDDEN] == []


def test_the_fields_are_attached_as_json_in_the_way_of_pdf_a_3(paper: bytes) -> None:
    """§6.8: each file inside is named by the catalogue, with its type and what it is to the paper."""
    reader = PdfFileReader(BytesIO(paper))
    inside = {str(spec["/UF"]): spec for spec in (entry.get_object() for entry in reader.root["/AF"])}
    assert set(inside) == set(examine_pdf(paper).attachments)
    assert all(spec["/AFRelationship"] for spec in inside.values())
    assert all(spec["/EF"]["/F"]["/Subtype"] for spec in inside.values())
    assert inside["document.json"]["/EF"]["/F"]["/Subtype"] == "/application/json"
    fields = json.loads(examine_pdf(paper).attachments["document.json"])["fields"]
    assert fields["name"] == VALUES["name"]
