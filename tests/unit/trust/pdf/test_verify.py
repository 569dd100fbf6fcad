from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NumberObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from tests.unit.trust.passkey import Passkey
from tests.unit.trust.pdf.papers import LETTER, STRIP, office, page, sha256
from tests.unit.trust.world import NAMES, NOW, TODAY

from uruk.kernel.api import CodedError
from uruk.trust.api import examine_pdf, judge_pdf, verify_pdf
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.pdf.model import ORIGINAL_NAME, Attachment, PdfSealer
from uruk.trust.pdf.seal import seal_pdf
from uruk.trust.pdf.timestamp import add_timestamp

OFFICE = office()
PAPER = OFFICE.paper()
SEALED_LETTER = OFFICE.letter()


def code_of(data, **changes):
    verdict = OFFICE.verify(data, **changes)
    return verdict.exit, verdict.code


def with_seals(**period):
    """The directory with the seal key's period changed."""
    entry = OFFICE.directory.institutions["interior"]
    seals = (replace(entry.seals[0], **period),)
    return replace(OFFICE.directory, institutions={"interior": replace(entry, seals=seals)})


def updated(data, change):
    """The file with one more revision."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def draw_over(writer):
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=b"0 0 50 50 re f")))


def turn_page(writer):
    page_object = writer.find_page_for_modification(0)[0].get_object()
    page_object[pdf_name("/Rotate")] = NumberObject(180)
    writer.update_container(page_object)


def test_a_sealed_paper_says_who_sealed_it_and_that_two_persons_approved():
    verdict = OFFICE.verify(PAPER)
    assert (verdict.exit, verdict.code, verdict.two_persons) == (0, "trust.pdf_issued", True)
    assert verdict.institution_code == "interior"
    assert {entry.name for entry in verdict.fields} == {"name", "born", "children", "married", "fee", "grade"}
    assert "valid" not in verdict.sentence("en").lower()


def test_a_sealed_letter_shows_the_originals_digest():
    verdict = OFFICE.verify(SEALED_LETTER)
    assert (verdict.exit, verdict.original) == (0, sha256(LETTER))


def test_an_original_attached_to_a_cover_page_counts_as_sealed():
    inside = OFFICE.inside(original=LETTER) | {ORIGINAL_NAME: Attachment(LETTER, "application/pdf", "Source")}
    cover = seal_pdf(page("Cover"), OFFICE.sealer, at=NOW, attachments=inside)
    assert code_of(cover) == (0, "trust.pdf_issued")


def test_a_timestamp_is_shown_as_the_stronger_proof_of_time():
    assert OFFICE.verify(PAPER).grade == "sealed"
    verdict = OFFICE.verify(add_timestamp(PAPER, OFFICE.timestamper.stamp))
    assert (verdict.exit, verdict.grade, verdict.proved_at) == (0, "timestamped", NOW + timedelta(minutes=1))


def test_a_timestamp_of_an_authority_we_do_not_list_proves_nothing_and_harms_nothing():
    stamped = add_timestamp(PAPER, OFFICE.timestamper.stamp)
    verdict = OFFICE.verify(stamped, directory=replace(OFFICE.directory, timestampers=()))
    assert (verdict.exit, verdict.grade) == (0, "sealed")


def open_a_page(writer):
    action = DictionaryObject(
        {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): TextStringObject("http://evil.test")}
    )
    writer.root["/OpenAction"] = action
    writer.update_root()


def redraw_the_form(writer):
    form = writer.root["/AcroForm"]
    form["/NeedAppearances"] = BooleanObject(True)
    writer.update_container(form)


def store_certificates(writer):
    writer.root["/DSS"] = DictionaryObject({pdf_name("/Certs"): ArrayObject()})
    writer.update_root()


def write_a_note(writer):
    page_object = writer.find_page_for_modification(0)[0].get_object()
    box = ArrayObject(NumberObject(number) for number in (0, 0, 99, 99))
    kind = {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText"), pdf_name("/Rect"): box}
    page_object[pdf_name("/Annots")] = ArrayObject([writer.add_object(DictionaryObject(kind))])
    writer.update_container(page_object)


@pytest.mark.parametrize("sealed", [PAPER, SEALED_LETTER])
@pytest.mark.parametrize("change", [draw_over, open_a_page, redraw_the_form, store_certificates, write_a_note])
def test_a_timestamp_hides_nothing_that_was_added_before_it(sealed, change):
    hidden = add_timestamp(updated(sealed, change), OFFICE.timestamper.stamp)
    assert code_of(hidden) == (1, "trust.pdf_changed_after")


@pytest.mark.parametrize("sealed", [PAPER, SEALED_LETTER, add_timestamp(PAPER, OFFICE.timestamper.stamp)])
@pytest.mark.parametrize("change", [draw_over, turn_page])
def test_anything_added_after_the_seal_is_refused(sealed, change):
    assert code_of(updated(sealed, change)) == (1, "trust.pdf_changed_after")


@pytest.mark.parametrize("sealed", [PAPER, SEALED_LETTER, add_timestamp(PAPER, OFFICE.timestamper.stamp)])
def test_a_changed_byte_that_leaves_the_file_readable_is_called_altered(sealed):
    assert sealed.startswith(b"%PDF-1.7\n%\x80")
    assert code_of(sealed.replace(b"\n%\x80", b"\n%\x81", 1)) == (1, "trust.pdf_altered")


def test_bytes_that_follow_the_file_are_refused():
    assert code_of(PAPER + b"\n% more")[0] != 0
    assert code_of(PAPER + LETTER)[0] != 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from([PAPER, SEALED_LETTER]), st.data())
def test_no_changed_byte_passes_as_issued(sealed, data):
    place = data.draw(st.integers(0, len(sealed) - 1))
    flipped = data.draw(st.integers(1, 255))
    damaged = bytearray(sealed)
    damaged[place] ^= flipped
    verdict = OFFICE.verify(bytes(damaged))
    # The signature's own padding (zeros after the CMS object) is covered by nothing; a digit there changes nothing.
    untouched = examine_or_none(bytes(damaged)) == examine_or_none(sealed)
    assert verdict.exit != 0 or untouched


def examine_or_none(data):
    try:
        found = examine_pdf(data)
    except CodedError:
        return None
    return [(entry.intact, entry.genuine, entry.digest, entry.end) for entry in found.signatures], found.attachments


def test_a_pdf_without_seal_cannot_be_told():
    assert code_of(LETTER) == (2, "trust.pdf_not_sealed")


def test_a_pdf_sealed_by_somebody_unlisted_cannot_be_told():
    foreign = seal_pdf(LETTER, PdfSealer(MemorySigner.generate("p256"), OFFICE.certificate), at=NOW)
    assert code_of(foreign)[0] != 0


def test_a_genuine_strip_pasted_on_another_letter_is_refused():
    pasted = seal_pdf_unsigned(page("Another letter"), OFFICE.inside(original=LETTER))
    assert code_of(pasted) == (1, "trust.pdf_strip_alone")


def test_a_genuine_strip_on_another_letter_under_a_foreign_seal_is_refused():
    stranger = MemorySigner.generate("p256")
    certificate = OFFICE.authority.issue(stranger.spki, "stranger", NAMES, NOW)
    forged = seal_pdf(
        page("Another letter"),
        PdfSealer(stranger, certificate),
        at=NOW,
        strip=STRIP,
        attachments=OFFICE.inside(original=LETTER),
    )
    assert code_of(forged) == (1, "trust.pdf_strip_alone")


def test_a_letter_that_is_not_the_one_sealed_is_refused():
    inside = OFFICE.inside(original=LETTER)
    swapped = seal_pdf(page("Another letter"), OFFICE.sealer, at=NOW, strip=STRIP, attachments=inside)
    assert code_of(swapped) == (1, "trust.pdf_original_changed")


def seal_pdf_unsigned(data, attachments):
    from uruk.trust.pdf.seal import _attach
    from uruk.trust.pdf.strip import place_strip

    def change(writer):
        place_strip(writer, STRIP)
        for name, attachment in attachments.items():
            _attach(writer, name, attachment)

    return updated(data, change)


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": {"uruk": "document/1"}},
        {"code": OFFICE.code(id=bytes([1] * 16))},
        {"code": OFFICE.code(issued=TODAY - timedelta(days=1))},
        {"code": OFFICE.code(fields={1: "اسم آخر"})},
        {"code": OFFICE.code(fields={2: 10_001})},
        {"proposal": OFFICE.proposal(institution="other")},
        {"proposal": OFFICE.proposal(status=[2026, 78])},
        {"proposal": OFFICE.proposal(fields={})},
        {"proposal": OFFICE.proposal(original=LETTER)},
        {"proposal": {"anything": 1}},
    ],
)
def test_parts_that_contradict_each_other_are_refused(changes):
    assert code_of(OFFICE.paper(**changes)) == (1, "trust.pdf_disagrees")


def test_a_field_shortened_in_the_code_agrees_with_the_whole_one():
    long_name = "عبد الرحمن محمد عبد الله الجبوري"
    code = OFFICE.code(fields={1: long_name[:20] + "…"}, shortened=(1,))
    proposal = OFFICE.proposal(fields={"name": long_name})
    assert code_of(OFFICE.paper(code=code, proposal=proposal))[0] == 0


def test_a_missing_attachment_is_refused():
    inside = OFFICE.inside()
    for name in inside:
        rest = {other: attachment for other, attachment in inside.items() if other != name}
        assert OFFICE.verify(seal_pdf(page("Paper"), OFFICE.sealer, at=NOW, attachments=rest)).exit != 0


@pytest.mark.parametrize(
    "officers",
    [
        [(OFFICE.registrar, "registrar")],
        [(OFFICE.registrar, "registrar"), (OFFICE.registrar, "registrar")],
        [(OFFICE.registrar, "registrar"), (Passkey(), "registrar-head")],
        [(OFFICE.registrar, "registrar"), (OFFICE.head, "minister")],
    ],
)
def test_without_two_listed_persons_it_says_by_the_node(officers):
    verdict = OFFICE.verify(OFFICE.paper(officers=officers))
    assert (verdict.exit, verdict.two_persons) == (0, False)
    assert "trust.pdf_not_two_persons" in {remark.code for remark in verdict.warnings}


def test_revoked_and_replaced_documents_are_refused():
    assert code_of(PAPER, lists=OFFICE.world.lists({77: "revoked"})) == (1, "trust.document_revoked")
    assert code_of(PAPER, lists=OFFICE.world.lists({77: "replaced"})) == (1, "trust.document_replaced")


def test_an_altered_file_of_a_revoked_document_is_called_altered():
    swapped = seal_pdf(page("Another"), OFFICE.sealer, at=NOW, attachments=OFFICE.inside(original=LETTER))
    assert code_of(swapped, lists=OFFICE.world.lists({77: "revoked"})) == (1, "trust.pdf_original_changed")


def test_a_compromised_seal_key_refuses_what_no_timestamp_proves_to_be_older():
    directory = with_seals(compromised_since=NOW + timedelta(hours=1))
    assert code_of(PAPER, directory=directory) == (1, "trust.seal_compromised")
    stamped = add_timestamp(PAPER, OFFICE.timestamper.stamp)
    assert code_of(stamped, directory=directory) == (0, "trust.pdf_issued")
    earlier = with_seals(compromised_since=NOW)
    assert code_of(stamped, directory=earlier) == (1, "trust.seal_compromised")


def test_a_token_over_other_bytes_of_the_file_proves_nothing_about_its_seal():
    # A thief of the key puts an older file and its genuine token into a new one; the byte range points at the old one.
    stamped = add_timestamp(PAPER, OFFICE.timestamper.stamp)
    evidence = examine_pdf(stamped)
    seal, stamp = evidence.signatures
    elsewhere = replace(evidence, signatures=(seal, replace(stamp, end=0), stamp))
    within = replace(evidence, signatures=(seal, replace(stamp, end=seal.end - 1)))
    directory = with_seals(compromised_since=NOW + timedelta(hours=1))
    lists = OFFICE.world.lists()
    assert judge_pdf(stamped, elsewhere, directory, lists, NOW).exit == 0
    assert judge_pdf(stamped, within, directory, lists, NOW).code == "trust.seal_compromised"
    alone = replace(evidence, signatures=(seal, replace(stamp, end=0)))
    assert judge_pdf(stamped, alone, directory, lists, NOW).code == "trust.seal_compromised"


def test_without_a_status_list_it_cannot_be_told():
    assert code_of(PAPER, lists=()) == (2, "trust.status_missing")


@given(st.binary(max_size=2000))
def test_no_bytes_raise_anything_but_a_verdict(data):
    assert verify_pdf(data, OFFICE.directory, (), NOW).exit == 2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(PAPER)), st.integers(0, 400), st.binary(max_size=40))
def test_a_damaged_pdf_raises_nothing_but_a_verdict(place, cut, inserted):
    damaged = PAPER[:place] + inserted + PAPER[place + cut :]
    verdict = verify_pdf(damaged, OFFICE.directory, OFFICE.world.lists(), NOW)
    assert verdict.exit != 0 or damaged == PAPER or (cut == len(inserted) == 0)
