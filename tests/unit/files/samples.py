"""Foreign PDFs: honest ones and such that must not come in."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import typst
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

Change = Callable[[IncrementalPdfFileWriter], None]


@cache
def letter(pages: int = 1) -> bytes:
    """A plain PDF of so many pages."""
    text = "#pagebreak()".join(f"page {number}" for number in range(pages))
    return typst.compile(f'#set page(paper: "a5")\n{text}'.encode(), timestamp=0)


def updated(change: Change, data: bytes | None = None) -> bytes:
    """The letter with one more revision."""
    writer = IncrementalPdfFileWriter(BytesIO(data or letter()))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def dictionary(**entries: Any) -> DictionaryObject:
    """A PDF dictionary; texts that begin with a slash become names."""

    def written(value: Any) -> Any:
        return NameObject(value) if isinstance(value, str) and value.startswith("/") else value

    return DictionaryObject({pdf_name(f"/{key}"): written(value) for key, value in entries.items()})


def in_catalogue(name: str, value: Any) -> bytes:
    """The letter with one more entry in its catalogue."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name(f"/{name}")] = value
        writer.update_root()

    return updated(change)


def with_attachment() -> bytes:
    """The letter with a file inside."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        stream = EmbeddedFileObject.from_file_data(writer, data=b"MZ", mime_type="application/octet-stream")
        embed_file(writer, FileSpec(file_spec_string="virus.exe", embedded_data=stream))

    return updated(change)


def hidden_in_an_older_revision() -> bytes:
    """A script that a later revision takes out of sight."""
    script = dictionary(S="/JavaScript", JS=TextStringObject("app.alert(1)"))
    first = in_catalogue("OpenAction", script)

    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/OpenAction"]
        writer.update_root()

    return updated(change, first)


def encrypted() -> bytes:
    """The letter under a password."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(letter())))
    writer.encrypt(owner_pass="secret")
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def with_object(found: Any) -> bytes:
    """The letter with one more object, on which the catalogue depends."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/Extra")] = writer.add_object(found)
        writer.update_root()

    return updated(change)


def nested(depth: int) -> Any:
    """Arrays in arrays."""
    found: Any = NumberObject(1)
    for _ in range(depth):
        found = ArrayObject([found])
    return found


ACTIVE = {
    "script at opening": in_catalogue("OpenAction", dictionary(S="/JavaScript", JS=TextStringObject("1"))),
    "launch": in_catalogue("OpenAction", dictionary(S="/Launch", F=TextStringObject("cmd.exe"))),
    "submit form": in_catalogue("AA", dictionary(WC=dictionary(S="/SubmitForm"))),
    "dynamic form": in_catalogue("AcroForm", dictionary(XFA=ArrayObject([]))),
    "script in the name tree": in_catalogue("Names", dictionary(JavaScript=dictionary(Names=ArrayObject([])))),
    "script in an unused object": with_object(dictionary(S="/JavaScript")),
    "script in an older revision": hidden_in_an_older_revision(),
    "rich media": with_object(dictionary(Type="/Annot", RichMediaContent=dictionary())),
    "other file": with_object(dictionary(S="/GoToE")),
}
