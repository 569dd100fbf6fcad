import re
from datetime import date

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.trust.world import HOST, World, payload

from uruk.kernel.api import CodedError
from uruk.trust.cose import parse_sign1
from uruk.trust.qr import MAX_COSE_BYTES, QrField, QrPayload, make_qr, read_qr, worst_case_size
from uruk.trust.qr_image import qr_matrix, qr_svg

WORLD = World.make()
days = st.dates(date(1970, 1, 1))
values = st.text(max_size=60) | st.integers(-(2**63), 2**64 - 1) | st.booleans()
payloads = st.builds(
    QrPayload,
    institution=st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20),
    type=st.integers(0, 2**32),
    id=st.binary(min_size=16, max_size=16),
    issued=days,
    expires=st.none() | days,
    list_year=st.integers(1970, 9999),
    index=st.integers(0, 2**32),
    fields=st.dictionaries(st.integers(0, 60), values, max_size=5),
    original=st.none() | st.binary(min_size=32, max_size=32),
    shortened=st.lists(st.integers(0, 60), max_size=3, unique=True).map(lambda found: tuple(sorted(found))),
)


@given(payloads)
def test_a_payload_reads_back_as_it_was_written(found):
    assert QrPayload.from_bytes(found.to_bytes()) == found


def test_a_code_reads_back_from_its_text():
    code = WORLD.qr()
    assert read_qr(code.url) == (HOST, code.cose)
    assert QrPayload.from_bytes(parse_sign1(code.cose).payload) == code.payload


def test_a_usual_document_needs_few_bytes():
    assert len(WORLD.qr().cose) < 200


@given(st.text(max_size=3000), st.text(max_size=3000))
@settings(deadline=None)
def test_texts_too_long_are_shortened_and_marked_never_refused(first, second):
    code = make_qr(payload(fields={1: first, 2: second, 3: 7}), WORLD.seal, HOST)
    assert len(code.cose) <= MAX_COSE_BYTES
    assert code.payload.fields[3] == 7
    for number, text in ((1, first), (2, second)):
        found = code.payload.fields[number]
        assert (number in code.payload.shortened) == (found != text)
        if found != text:
            assert found.endswith("…")
            assert text.startswith(found[:-1])


def test_a_mark_never_loses_its_letter():
    found = make_qr(payload(fields={1: "بِ" * 300}), WORLD.seal, HOST).payload.fields[1]
    assert found.removesuffix("…").endswith("بِ")


def test_the_longest_text_is_shortened_first():
    code = make_qr(payload(fields={1: "ا" * 300, 2: "قصير"}), WORLD.seal, HOST)
    assert code.payload.shortened == (1,)
    assert code.payload.fields[2] == "قصير"


def test_a_code_of_a_choice_is_never_cut():
    fields = {1: "x" * 200, 2: "ا" * 300}
    assert make_qr(payload(fields=fields), WORLD.seal, HOST, keep=(1,)).payload.fields[1] == "x" * 200


def test_what_cannot_fit_is_told():
    with pytest.raises(CodedError) as caught:
        make_qr(payload(fields={1: "x" * 500}), WORLD.seal, HOST, keep=(1,))
    assert caught.value.code == "trust.qr_too_long"
    with pytest.raises(CodedError) as caught:
        make_qr(payload(fields=dict.fromkeys(range(60), 2**63)), WORLD.seal, HOST)
    assert caught.value.code == "trust.qr_too_long"


kinds = st.sampled_from(["text", "text", "choice", "integer", "date", "yes_no"])


@st.composite
def types_and_values(draw):
    fields, found = [], {}
    for number in range(1, draw(st.integers(1, 12))):
        kind, most = draw(kinds), draw(st.integers(1, 40))
        fields.append(QrField(number, kind, most))
        found[number] = {
            "text": st.text(max_size=most * 5),
            "choice": st.text("abcdefghij-", min_size=1, max_size=most),
            "integer": st.integers(-(2**63), 2**63),
            "date": st.integers(0, 2_900_000),
            "yes_no": st.booleans(),
        }[kind]
    return fields, draw(st.fixed_dictionaries(found))


@given(types_and_values(), st.booleans())
@settings(deadline=None)
def test_a_type_that_can_fit_never_fails_at_release(type_and_values, sealed):
    fields, found = type_and_values
    if worst_case_size(fields, "higher-education", sealed) > MAX_COSE_BYTES:
        return
    original = bytes(32) if sealed else None
    keep = [entry.number for entry in fields if entry.kind == "choice"]
    summary = payload(institution="higher-education", fields=found, original=original, expires=date.max)
    assert len(make_qr(summary, WORLD.seal, HOST, keep).cose) <= MAX_COSE_BYTES


def test_the_worst_case_grows_with_what_a_type_prints():
    few = [QrField(1, "text", 60), QrField(2, "date")]
    many = [QrField(number, "text", 60) for number in range(1, 20)]
    assert worst_case_size(few, "interior", False) < worst_case_size(few, "interior", True)
    assert worst_case_size(few, "interior", True) < MAX_COSE_BYTES < worst_case_size(many, "interior", False)


def picture(matrix, scale=4, quiet=4):
    width = (len(matrix) + 2 * quiet) * scale
    pixels = bytearray(b"\xff" * width * width)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            for line in range(scale) if dark else ():
                start = ((y + quiet) * scale + line) * width + (x + quiet) * scale
                pixels[start : start + scale] = bytes(scale)
    return memoryview(bytes(pixels)).cast("B", (width, width))


@pytest.mark.parametrize("fields", [{1: "زينب كاظم"}, {1: "ا" * 500}, {}])
def test_a_camera_reads_the_code_as_the_page_and_the_fragment(fields):
    code = make_qr(payload(fields=fields), WORLD.seal, HOST)
    (found,) = zxingcpp.read_barcodes(picture(qr_matrix(code)))
    assert found.text == code.url


def test_the_fragment_is_stored_in_the_alphanumeric_mode():
    code = make_qr(payload(fields={1: "ا" * 500}), WORLD.seal, HOST)
    modules = len(qr_matrix(code))
    assert modules <= 4 * 20 + 17  # as bytes this would need version 23


def test_the_image_scales_and_speaks_no_script():
    svg = qr_svg(WORLD.qr())
    assert re.match(r"<svg [^>]*viewBox=", svg)
    assert "script" not in svg
