"""Bodies: small ones in memory, large ones encrypted on the disk."""

import asyncio
from hashlib import sha256, sha512
from pathlib import Path

import pytest

from uruk.gateway.bodies import MEMORY_BYTES, Bodies, Body
from uruk.kernel.api import CodedError

LARGE = b"0123456789abcdef" * (MEMORY_BYTES // 8)


async def pieces(body: Body) -> bytes:
    return b"".join([piece async for piece in body.chunks()])


def taken(folder: Path, data: bytes, limit: int = 1 << 30) -> Body:
    intake = Bodies(folder).intake(limit)
    for start in range(0, len(data), 10_000):
        intake.feed(data[start : start + 10_000])
    return intake.finish()


@pytest.mark.parametrize("data", [b"", b"a short one", LARGE])
def test_a_body_comes_back_as_it_was_taken_in(tmp_path: Path, data: bytes) -> None:
    body = taken(tmp_path, data)
    assert (body.length, body.sha256, body.sha512) == (len(data), sha256(data).digest(), sha512(data).digest())
    assert asyncio.run(pieces(body)) == data


def test_a_large_body_lies_encrypted_on_the_disk_and_goes_when_it_is_released(tmp_path: Path) -> None:
    body = taken(tmp_path, LARGE)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert body.data is None
    assert b"0123456789abcdef" not in file.read_bytes()
    body.release()
    assert not file.exists()


def test_a_changed_byte_of_a_spooled_body_is_noticed(tmp_path: Path) -> None:
    body = taken(tmp_path, LARGE)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    with pytest.raises(CodedError) as refused:
        asyncio.run(pieces(body))
    assert refused.value.code == "exchange.spool_damaged"


def test_a_body_beyond_its_limit_is_refused_as_it_comes(tmp_path: Path) -> None:
    with pytest.raises(CodedError) as refused:
        taken(tmp_path, LARGE, limit=MEMORY_BYTES + 1)
    assert refused.value.code == "exchange.request_too_large"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_that_takes_no_body_is_told(tmp_path: Path) -> None:
    intake = Bodies(tmp_path / "spool").intake(1 << 30)
    for path in sorted((tmp_path / "spool").rglob("*"), reverse=True):
        path.rmdir()
    (tmp_path / "spool").rmdir()
    with pytest.raises(CodedError) as refused:
        intake.feed(LARGE)
    assert refused.value.code == "exchange.spool_full"
