"""The strip: the first page of a foreign letter grows downwards, and what was on it stays as it was."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, FloatObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class PageFrame:
    """The visible part of a page in user space, and how the page is turned for reading.

    ``box`` (visible) and ``media`` (all of it) are (left, bottom, right, top); ``turn`` is 0, 90, 180 or 270 degrees
    clockwise; ``unit`` is the length of one unit in points (ISO 32000-2 §14.11.2, table 31).
    """

    box: Box
    media: Box
    turn: int
    unit: float

    @property
    def width(self) -> float:
        """The width that the reader sees, in points."""
        left, bottom, right, top = self.box
        return (top - bottom if self.turn in {90, 270} else right - left) * self.unit

    def with_foot(self, height: float) -> Box:
        """The box grown by ``height`` points at the edge that the reader sees as the lower one."""
        left, bottom, right, top = self.box
        more = height / self.unit
        grown: dict[int, Box] = {
            0: (left, bottom - more, right, top),
            90: (left, bottom, right + more, top),
            180: (left, bottom, right, top + more),
            270: (left - more, bottom, right, top),
        }
        return grown[self.turn]

    def foot_matrix(self, height: float, scale: float) -> Matrix:
        """The matrix that puts a drawing of ``height`` points, scaled, into the foot, upright for the reader."""
        left, bottom, right, top = self.box
        more, s = height / self.unit, scale / self.unit
        matrices: dict[int, Matrix] = {
            0: (s, 0, 0, s, left, bottom - more),
            90: (0, s, -s, 0, right + more, bottom),
            180: (-s, 0, 0, -s, right, top + more),
            270: (0, -s, s, 0, left - more, top),
        }
        return matrices[self.turn]


def first_page_frame(reader: Any) -> PageFrame:
    """Read the visible box, the turn and the unit of a file's first page."""
    page = reader.root["/Pages"]
    inherited: dict[str, Any] = {}
    while True:
        inherited |= {name: page[name] for name in ("/MediaBox", "/CropBox", "/Rotate") if name in page}
        if "/Kids" not in page:
            break
        page = page["/Kids"][0]
    media = _box(inherited["/MediaBox"])
    box = _intersection(media, _box(inherited["/CropBox"])) if "/CropBox" in inherited else media
    turn = int(inherited.get("/Rotate", 0)) % 360 // 90 * 90
    return PageFrame(box, media, turn, float(page.get("/UserUnit", 1)))


def place_strip(writer: IncrementalPdfFileWriter, strip: bytes) -> None:
    """Add a one-page PDF below the first page, as wide as the page; nothing on the page is covered."""
    frame = first_page_frame(writer.prev)
    drawing = writer.import_page_as_xobject(PdfFileReader(BytesIO(strip)))
    left, bottom, right, top = _box(drawing.get_object()["/BBox"])
    scale = frame.width / (right - left)
    height = (top - bottom) * scale
    _draw(writer, drawing, frame.foot_matrix(height, scale))
    page = writer.find_page_for_modification(0)[0].get_object()
    box = frame.with_foot(height)
    page[pdf_name("/CropBox")] = _array(box)
    page[pdf_name("/MediaBox")] = _array(_union(frame.media, box))
    writer.update_container(page)


def _draw(writer: IncrementalPdfFileWriter, drawing: Any, matrix: Matrix) -> None:
    numbers = " ".join(f"{number:.4f}" for number in matrix)
    # The page's own content may leave its graphics state changed, so it is put between q and Q.
    after = f"\nQ /Artifact BMC q {numbers} cm /UrukStrip Do Q EMC\n".encode()
    page = writer.find_page_for_modification(0)[0].get_object()
    if "/Contents" not in page:  # an empty page may have none (ISO 32000-1, table 30)
        page[pdf_name("/Contents")] = ArrayObject()
    resources = DictionaryObject({pdf_name("/XObject"): DictionaryObject({pdf_name("/UrukStrip"): drawing})})
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=b"q\n")), prepend=True)
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=after)), resources=resources)


def _box(array: Any) -> Box:
    x1, y1, x2, y2 = (float(number) for number in array)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _array(box: Box) -> ArrayObject:
    return ArrayObject(FloatObject(f"{number:.4f}") for number in box)


def _intersection(a: Box, b: Box) -> Box:
    box = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return box if box[0] < box[2] and box[1] < box[3] else a


def _union(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
