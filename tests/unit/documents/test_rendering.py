"""Pages as they are drawn: text in the right order, all letters there, attachments inside, the same every time."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import zxingcpp

from tests.unit.documents.samples import TEMPLATE, sample_country
from uruk.documents.domain.definition import DocumentType
from uruk.documents.domain.paper import Letterhead, Words, paper
from uruk.documents.domain.proposal import Original, Proposal
from uruk.documents.rendering import render_paper, render_strip
from uruk.kernel.api import CodedError, Text
from uruk.trust.api import Attachment, MemorySigner, examine_pdf, make_qr, qr_svg, read_qr

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
HEAD = Letterhead(
    Text("بلد", "وڵات", "Country"), Text("وزارة الداخلية", "وەزارەتی ناوخۆ", "Interior"), "https://v.example/", True
)
SEAL = MemorySigner.generate("p256")
FIELDS = {
    "name": "هێمن ئەحمەد ڕۆژبەیانی ڵ ە ێ ۆ",
    "kind": "large",
    "since": "2020-03-01",
    "fee": 5000,
    "phone": "+964 770 123 4567",
}


def printed(fields: dict[str, Any] = FIELDS, original: Original | None = None, **changes: Any) -> dict[str, Any]:
    """What is printed of a sample permit."""
    definition = sample_country().find("document", "interior", "permit")
    model: DocumentType = definition.model
    common = {
        "id": UUID(int=7),
        "institution": "interior",
        "type": "permit",
        "type_number": 1,
        "definition": definition.digest,
        "fields": fields,
        "issued": date(2026, 11, 23),
        "expires": date(2027, 11, 23),
        "original": original,
        "status": (2026, 77),
        "number": "482109375516",
        "check_code": "7KQ2M9XW4R",
        "replaces": None,
        "holder": None,
    }
    proposal = Proposal(**common | changes)
    law = {"title": {"ar": "قانون", "ckb": "یاسا"}, "article": "13", "number": 78, "year": 2012}
    words = Words(definition.texts, law, lambda field, code: definition.texts.get(f"choices.{field.name}.{code}"))
    code = make_qr(proposal.qr_payload(model), SEAL, HEAD.host)
    return paper(proposal, model, words, HEAD) | {"qr": qr_svg(code), "qr_url": code.url}


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "page.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", "page.pdf", "-"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def picture_of(pdf: bytes, folder: Path) -> Any:
    """The first page as an array of grey values."""
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-singlefile", "page.pdf", "page"], cwd=folder, check=True)
    _, size, _, pixels = (folder / "page.pgm").read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    return memoryview(pixels).cast("B", shape=[height, width])


def test_the_same_proposal_gives_the_same_page() -> None:
    data = printed()
    assert render_paper(TEMPLATE.encode(), data, AT) == render_paper(TEMPLATE.encode(), data, AT)


def test_a_paper_is_pdf_a_with_its_attachments() -> None:
    inside = {
        "document.json": Attachment(b'{"a":1}', "application/json"),
        "x.bin": Attachment(bytes(300), "application/x"),
    }
    pdf = render_paper(TEMPLATE.encode(), printed(), AT, inside)
    assert b"pdfaid" in pdf
    assert examine_pdf(pdf).attachments == {"document.json": b'{"a":1}', "x.bin": bytes(300)}


def test_the_code_on_the_page_scans_to_the_code_that_was_made(tmp_path: Path) -> None:
    data = printed()
    scanned = zxingcpp.read_barcodes(picture_of(render_paper(TEMPLATE.encode(), data, AT), tmp_path))
    assert [code.text for code in scanned] == [data["qr_url"]]
    assert read_qr(scanned[0].text)[0] == HEAD.host


def test_the_code_on_a_strip_scans_too(tmp_path: Path) -> None:
    data = printed(original=Original(bytes(32), 100))
    for width in (300, 595, 842):
        scanned = zxingcpp.read_barcodes(picture_of(render_strip(data, AT, width), tmp_path))
        assert [code.text for code in scanned] == [data["qr_url"]]


def test_number_and_code_stand_on_paper_and_strip_as_they_are_typed(tmp_path: Path) -> None:
    for pdf in (render_paper(TEMPLATE.encode(), printed(), AT), render_strip(printed(), AT, 595)):
        text = text_of(pdf, tmp_path)
        assert "4821 0937 5516" in text and "7KQ2M-9XW4R" in text and "https://v.example/" in text


def test_a_telephone_number_keeps_its_plus_in_front(tmp_path: Path) -> None:
    assert "+964 770 123 4567" in text_of(render_paper(TEMPLATE.encode(), printed(), AT), tmp_path)


def test_no_letter_is_missing_from_the_fonts(tmp_path: Path) -> None:
    letters = "ەێۆڕڵیکگچپژڤءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ÎîÊêÛûŞşÇç"
    pdf = render_paper(TEMPLATE.encode(), printed({**FIELDS, "name": letters}), AT)
    (tmp_path / "page.pdf").write_bytes(pdf)
    fonts = subprocess.run(["pdffonts", "page.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert all("Vazirmatn" in line for line in fonts.splitlines()[2:] if line)


def test_a_statement_speaks_with_the_fields_in_it() -> None:
    data = printed()
    assert data["statement"]["ar"].startswith("تشهد وزارة الداخلية بأن هێمن")
    assert "{" not in data["statement"]["ckb"]


def test_values_are_in_the_words_of_each_language() -> None:
    rows = {row["name"]: row for row in printed()["fields"]}
    assert (rows["kind"]["value"]["ar"], rows["kind"]["value"]["ckb"]) == ("كبير", "گەورە")
    assert rows["since"]["value"]["ckb"] == "١ی ئازاری ٢٠٢٠"
    assert "٥٬٠٠٠" in rows["fee"]["value"]["ar"]
    assert (rows["phone"]["direction"], rows["name"]["direction"]) == ("ltr", "rtl")


def test_a_field_left_empty_takes_no_row() -> None:
    assert [row["name"] for row in printed({"name": "زينب"})["fields"]] == ["name"]


def test_both_calendars_stand_on_the_paper() -> None:
    data = printed()
    assert data["issued"]["ar"] == "٢٣ تشرين الثاني ٢٠٢٦"
    assert data["issued"]["hijri"]["ar"].endswith("هـ")


@pytest.mark.parametrize(
    "template", [b"#nonsense()", b'#import "/elsewhere.typ": *', b'#read("/etc/passwd")', b"\xff\xfe"]
)
def test_a_template_that_fails_says_so_and_the_next_page_is_drawn(template: bytes) -> None:
    with pytest.raises(CodedError) as caught:
        render_paper(template, printed(), AT)
    assert caught.value.code == "documents.template_failed"
    assert render_paper(TEMPLATE.encode(), printed(), AT)


def test_a_long_paper_goes_on_to_another_page(tmp_path: Path) -> None:
    pdf = render_paper(b'#import "/layout.typ": *\n#show: paper\n#fields()\n#fields()\n#fields()\n', printed(), AT)
    (tmp_path / "page.pdf").write_bytes(pdf)
    told = subprocess.run(["pdfinfo", "page.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "Pages:           2" in told


def test_hostile_text_is_text_and_not_typst() -> None:
    hostile = '#read("/etc/passwd") $x$ *bold* <label> @ref \\ ] } "'
    assert render_paper(TEMPLATE.encode(), printed({"name": hostile}), AT)
