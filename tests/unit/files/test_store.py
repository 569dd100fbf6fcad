import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.files.api import FileRef, FileStore, require_free_space
from uruk.kernel.api import CodedError


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(st.binary(max_size=5000))
def test_what_is_stored_is_what_is_loaded(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = FileStore(tmp_path_factory.mktemp("files"))
    ref = store.store(data)
    assert ref == FileRef(hashlib.sha256(data).digest(), len(data))
    assert store.load(ref) == data


def test_the_same_bytes_are_kept_once(store: FileStore, tmp_path: Path) -> None:
    assert store.store(b"letter") == store.store(b"letter")
    assert len(files_in(tmp_path)) == 1


def test_only_its_owner_may_read_a_file(store: FileStore, tmp_path: Path) -> None:
    store.store(b"letter")
    assert [path.stat().st_mode & 0o777 for path in files_in(tmp_path)] == [0o600]


def test_bytes_that_were_never_stored_are_missing(store: FileStore) -> None:
    with pytest.raises(CodedError) as caught:
        store.load(FileRef.of(b"nothing"))
    assert caught.value.code == "files.missing"


def test_bytes_that_changed_on_disk_are_damaged(store: FileStore, tmp_path: Path) -> None:
    ref = store.store(b"letter")
    files_in(tmp_path)[0].write_bytes(b"Letter")
    with pytest.raises(CodedError) as caught:
        store.load(ref)
    assert caught.value.code == "files.damaged"


def test_forgotten_bytes_are_gone_and_forgetting_twice_is_harmless(store: FileStore, tmp_path: Path) -> None:
    ref = store.store(b"letter")
    store.forget(ref)
    store.forget(ref)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("room", [0, 1, 3])
def test_a_disk_that_fills_up_keeps_nothing_and_says_so(tmp_path: Path, number: int, room: int) -> None:
    left = [room]

    def write(handle: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(number, "full")
        written = os.write(handle, data[: left[0]])
        left[0] -= written
        return written

    with pytest.raises(CodedError) as caught:
        FileStore(tmp_path, write).store(b"letter")
    assert caught.value.code == "files.disk_full"
    assert files_in(tmp_path) == []


def test_another_failure_of_the_disk_is_not_called_full(tmp_path: Path) -> None:
    def write(handle: int, data: bytes) -> int:
        raise OSError(errno.EIO, "broken")

    with pytest.raises(OSError, match="broken"):
        FileStore(tmp_path, write).store(b"letter")
    assert files_in(tmp_path) == []


def test_a_write_in_small_pieces_is_a_whole_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path, lambda handle, data: os.write(handle, data[:7]))
    data = bytes(range(256)) * 10
    assert store.load(store.store(data)) == data


@pytest.mark.parametrize(("free", "accepted"), [(100, True), (99, False), (0, False), (1000, True)])
def test_below_a_tenth_of_free_disk_no_new_files_are_taken(tmp_path: Path, free: int, accepted: bool) -> None:
    def usage(folder: Path) -> tuple[int, int, int]:
        return 1000, 1000 - free, free

    if accepted:
        require_free_space(tmp_path, 10, usage)
    else:
        with pytest.raises(CodedError) as caught:
            require_free_space(tmp_path, 10, usage)
        assert caught.value.code == "files.disk_nearly_full"
