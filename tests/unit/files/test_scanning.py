"""Uploads are looked at by clamd, by its real protocol; what was not looked at is never taken."""

import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.files.clamd import EICAR, LIMIT, clamd
from uruk.files.api import contribute_scanner, scan_upload
from uruk.files.scanning import _SCANNERS
from uruk.kernel.api import CodedError, Settings, load_settings


def settings(url: str = "", wait: int = 0) -> Settings:
    return load_settings({"URUK_SCAN_URL": url, "URUK_SCAN_WAIT_S": str(wait)})


def refusal(data: bytes, given: Settings) -> CodedError:
    with pytest.raises(CodedError) as caught:
        scan_upload(data, given)
    return caught.value


@pytest.mark.parametrize("unix", [True, False])
def test_a_clean_file_passes_and_eicar_is_refused_by_name(unix: bool, tmp_path: Path) -> None:
    with clamd(tmp_path / "c" if unix else None) as (server, url):
        scan_upload(b"%PDF-1.7 clean" * 20_000, settings(url))
        error = refusal(EICAR, settings(url))
    assert (error.code, error.values["name"]) == ("files.infected", "Eicar-Signature")
    assert server.asked == [b"zINSTREAM\0"] * 2 and server.seen == [b"%PDF-1.7 clean" * 20_000, EICAR]


def test_an_empty_file_and_one_of_exactly_a_piece_arrive_whole(tmp_path: Path) -> None:
    with clamd(tmp_path / "c") as (server, url):
        for data in (b"", b"x" * (1 << 16), b"y" * ((1 << 16) + 1)):
            scan_upload(data, settings(url))
            assert server.seen[-1] == data


def test_a_file_larger_than_the_scanner_takes_is_refused_although_it_hangs_up(tmp_path: Path) -> None:
    with clamd(tmp_path / "c") as (_, url):
        assert refusal(b"x" * (LIMIT * 8), settings(url)).code == "files.scan_refused"


def test_without_a_scanner_nothing_is_looked_at() -> None:
    scan_upload(EICAR, settings())


def test_a_scanner_that_is_away_refuses_at_once_where_nobody_shall_wait(tmp_path: Path) -> None:
    assert refusal(b"x", settings(f"clamd://{tmp_path}/nobody")).code == "files.scanner_away"
    assert refusal(b"x", settings("clamd://127.0.0.1:1")).code == "files.scanner_away"


def test_an_upload_waits_for_a_scanner_that_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "c"
    done: list[Any] = []

    def upload() -> None:
        done.append(refusal(EICAR, settings(f"clamd://{path}", wait=20)))

    thread = threading.Thread(target=upload)
    thread.start()
    time.sleep(0.7)
    assert not done
    with clamd(path):
        thread.join(20)
    assert [one.code for one in done] == ["files.infected"]


@pytest.mark.parametrize("answer", [b"stream: broken ERROR\0", b"\0", b"stream: OKAY\0", b"nonsense"])
def test_an_answer_that_is_none_is_no_pass(answer: bytes, tmp_path: Path) -> None:
    with clamd(tmp_path / "c") as (server, url):
        server.answer = answer
        assert refusal(b"x", settings(url)).code == "files.scanner_away"


def test_another_scanner_plugs_in_by_its_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.files.scanning._SCANNERS", dict(_SCANNERS))

    class Suspicious:
        def look(self, data: bytes) -> str:
            return "Everything"

    contribute_scanner("suspicious", lambda url: Suspicious())
    assert refusal(b"x", settings("suspicious://here")).values["name"] == "Everything"
    assert refusal(b"x", settings("unheard-of://here")).code == "files.scanner_unknown"


@pytest.mark.skipif(shutil.which("clamd") is None, reason="Debian's clamav-daemon is not installed")
def test_the_real_clamd_says_the_same(tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    # A signature of one's own instead of the whole base: the digest of EICAR.
    (base / "test.hdb").write_text("44d88612fea8a8f36de82e1278abb02f:68:Eicar-Own\n")
    config = tmp_path / "clamd.conf"
    config.write_text(f"LocalSocket {tmp_path}/c\nDatabaseDirectory {base}\nForeground yes\nStreamMaxLength 1M\n")
    process = subprocess.Popen([str(shutil.which("clamd")), "-c", str(config)], stdout=subprocess.DEVNULL)
    try:
        scan_upload(b"clean", settings(f"clamd://{tmp_path}/c", wait=60))
        assert refusal(EICAR, settings(f"clamd://{tmp_path}/c")).code == "files.infected"
        assert refusal(b"x" * (LIMIT * 8), settings(f"clamd://{tmp_path}/c")).code == "files.scan_refused"
    finally:
        process.terminate()
        process.wait(30)
