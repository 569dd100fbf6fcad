import subprocess
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import ArrayObject, FloatObject, NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from tests.unit.trust.pdf.papers import LETTER, STRIP

from uruk.trust.pdf.strip import PageFrame, first_page_frame, place_strip

TURNS = (0, 90, 180, 270)


def with_page(**entries):
    """The letter with other entries in its page dictionary."""
    writer = IncrementalPdfFileWriter(BytesIO(LETTER))
    page = writer.find_page_for_modification(0)[0].get_object()
    for name, value in entries.items():
        page[pdf_name(f"/{name}")] = value
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def with_strip(data):
    writer = IncrementalPdfFileWriter(BytesIO(data))
    place_strip(writer, STRIP)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def dark_rows(data, tmp_path):
    """Whether each row of the first page, as a reader sees it, holds anything dark; at 36 dots an inch."""
    (tmp_path / "page.pdf").write_bytes(data)
    command = ["pdftoppm", "-r", "36", "-gray", "-f", "1", "-l", "1", "page.pdf", "page"]
    subprocess.run(command, cwd=tmp_path, check=True)
    raw = next(tmp_path.glob("page*.pgm")).read_bytes()
    _, size, _, pixels = raw.split(b"\n", 3)
    width, height = map(int, size.split())
    return [min(pixels[row * width : (row + 1) * width]) < 128 for row in range(height)]


@pytest.mark.parametrize("turn", TURNS)
def test_the_page_grows_downwards_by_the_strips_height_however_it_is_turned(turn):
    before = with_page(Rotate=NumberObject(turn))
    frame = first_page_frame(PdfFileReader(BytesIO(before)))
    after = first_page_frame(PdfFileReader(BytesIO(with_strip(before))))
    assert after.width == pytest.approx(frame.width)
    strip = first_page_frame(PdfFileReader(BytesIO(STRIP)))
    height = (strip.box[3] - strip.box[1]) * frame.width / strip.width
    area = (after.box[2] - after.box[0]) * (after.box[3] - after.box[1])
    grown = (frame.box[2] - frame.box[0]) * (frame.box[3] - frame.box[1]) + height * frame.width
    assert area == pytest.approx(grown, rel=1e-4)


@pytest.mark.parametrize("turn", TURNS)
def test_the_strip_is_seen_at_the_foot_and_the_letter_stays_where_it_was(turn, tmp_path):
    before = with_page(Rotate=NumberObject(turn))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    seen, with_foot = dark_rows(before, tmp_path / "a"), dark_rows(with_strip(before), tmp_path / "b")
    assert with_foot[: len(seen) - 1] == seen[:-1]
    assert any(with_foot[len(seen) :])


def test_a_crop_box_and_a_user_unit_are_honoured():
    data = with_page(CropBox=ArrayObject([FloatObject(n) for n in (10, 20, 310, 420)]), UserUnit=FloatObject(2))
    frame = first_page_frame(PdfFileReader(BytesIO(data)))
    assert (frame.width, frame.unit) == (600, 2)
    assert first_page_frame(PdfFileReader(BytesIO(with_strip(data)))).width == 600


def test_a_crop_box_outside_the_page_is_ignored():
    data = with_page(CropBox=ArrayObject([NumberObject(n) for n in (9000, 9000, 9100, 9100)]))
    frame = first_page_frame(PdfFileReader(BytesIO(data)))
    assert frame.box == frame.media


@given(
    st.sampled_from(TURNS),
    st.tuples(*[st.integers(-500, 500)] * 2),
    st.integers(50, 1000),
    st.integers(50, 1000),
    st.integers(1, 200),
)
def test_the_foot_lies_beside_the_page_and_never_on_it(turn, corner, width, height, foot):
    left, bottom = corner
    box = (left, bottom, left + width, bottom + height)
    frame = PageFrame(box, box, turn, 1)
    a, b, c, d, e, f = frame.foot_matrix(foot, 1)
    corners = [(0, 0), (frame.width, foot)]
    xs = sorted(a * x + c * y + e for x, y in corners)
    ys = sorted(b * x + d * y + f for x, y in corners)
    grown = frame.with_foot(foot)
    assert grown[0] <= xs[0] and xs[1] <= grown[2] and grown[1] <= ys[0] and ys[1] <= grown[3]
    overlap = min(xs[1], box[2]) > max(xs[0], box[0]) and min(ys[1], box[3]) > max(ys[0], box[1])
    assert not overlap
