"""Files that answers are: looked at, kept with the draft and its case, handed out to who is shown the answer."""

import struct
import zlib
from typing import Any

import pytest

from tests.unit.services.conftest import ANSWERS, Office, refused
from tests.unit.services.samples import NUMBER, STALL
from tests.unit.services.test_pins import publish_newer
from uruk.files.api import media_of
from uruk.services.api import (
    Applicant,
    begin_draft,
    case_file,
    discard_draft,
    draft_file,
    keep_draft_file,
    save_draft,
    submit_draft,
)
from uruk.services.models import KeptFile

pytestmark = pytest.mark.database
QUESTION = "      well: {type: text, max: 20}\n"


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND")
)
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 40 + b"\xff\xd9"


@pytest.fixture
def draft(office: Office) -> Any:
    """A draft of a service that asks for a picture of at most one KiB."""
    newer = STALL.replace(QUESTION, f"{QUESTION}      street: {{type: file, types: [png, jpeg], max_kib: 1}}\n")
    publish_newer(office, stall=newer)
    return begin_draft(office.citizen.actor, "interior", "stall", 1980)[0].id


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "services.file_empty"),
        (JPEG + b"x" * 1024, "services.file_too_large"),
        (b"MZ" + b"x" * 60, "services.file_type"),
        (b"%PDF-1.7 x", "services.file_type"),
        (b"\xff\xd8\xff and no end", "services.file_type"),
        (PNG[:-4], "services.file_type"),
        (PNG + b"PK\x03\x04", "services.file_type"),
        (b"<svg onload='x'/>", "services.file_type"),
    ],
)
def test_what_the_question_does_not_take_is_refused(office: Office, draft: Any, data: bytes, code: str) -> None:
    with refused(code):
        keep_draft_file(office.citizen.actor, draft, "street", data)
    assert not KeptFile.objects.exists()


def test_a_file_is_asked_for_by_a_question_alone(office: Office, draft: Any) -> None:
    for name in ("name", "nothing"):
        with refused("services.file_question"):
            keep_draft_file(office.citizen.actor, draft, name, PNG)


def test_a_file_goes_with_its_draft_into_the_case(office: Office, draft: Any, citizen: Any) -> None:
    actor = office.citizen.actor
    sha256 = keep_draft_file(actor, draft, "street", PNG)
    assert draft_file(actor, draft, sha256) == PNG
    save_draft(actor, draft, {**ANSWERS, "street": sha256})
    case = submit_draft(actor, draft, Applicant(NUMBER)).case
    assert case_file(actor, case, sha256) == PNG
    with refused("services.file_unknown"):
        case_file(actor, case, "0" * 64)
    with refused("services.case_unknown"):
        case_file(citizen("199912345678").actor, case, sha256)


def test_what_nobody_has_any_more_is_deleted(office: Office, draft: Any) -> None:
    actor = office.citizen.actor
    other = begin_draft(actor, "interior", "stall", 1980)[0].id
    sha256 = keep_draft_file(actor, draft, "street", PNG)
    assert keep_draft_file(actor, other, "street", PNG) == sha256
    path = office.settings.data / "files" / "services" / sha256[:2] / sha256
    discard_draft(actor, draft)
    assert path.exists() and draft_file(actor, other, sha256) == PNG
    discard_draft(actor, other)
    assert not path.exists()


def test_too_many_files_are_refused(office: Office, draft: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.services.applying.keeping.MAX_FILES", 1)
    keep_draft_file(office.citizen.actor, draft, "street", PNG)
    with refused("services.too_many_files"):
        keep_draft_file(office.citizen.actor, draft, "street", JPEG)


def test_what_a_file_is_stands_in_it() -> None:
    assert [media_of(one) for one in (PNG, JPEG, JPEG + b"trailer", b"%PDF-1.4", b"GIF89a", b"")] == [
        "png", "jpeg", "jpeg", "pdf", None, None,
    ]  # fmt: skip
    assert media_of(b"\x89PNG\r\n\x1a\n") is None
