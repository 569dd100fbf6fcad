"""Public files handed out by nginx, as docs/operations.md sets it up, with no Uruk running: they suffice to verify."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.demonstration import ROOT, Demonstration
from tests.ports import free_port
from uruk.trust.api import (
    CODE_NAME,
    Directory,
    Receipt,
    base32,
    examine_pdf,
    parse_statement,
    read_status_lists,
    verify_qr,
    verify_receipt,
)
from uruk.trust.log.checkpoint import parse_checkpoint
from uruk.trust.log.merkle import inclusion_proof
from uruk.trust.log.proof import proof_text
from uruk.trust.log.tiles import Tiles

PAGE = ROOT / "docs" / "operations.md"
MAIN = """
daemon off; user root; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def documented_server(public: Path, port: int) -> str:
    """The server of the page, without TLS, on a port of this test, with the public folder of a node."""
    found = re.search(r"^```nginx\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    server = re.sub(r"^ +ssl_certificate.*\n", "", found[1], flags=re.MULTILINE)
    server = server.replace("127.0.0.1:8000", "127.0.0.1:9")  # no pages behind it
    return server.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace("/srv/uruk/public", str(public))


@pytest.fixture(scope="module")
def fetch(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], bytes]]:
    """Fetch a file from nginx by its path."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    server = documented_server(demonstration.public(), port)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, server=server), encoding="utf-8")
    process = subprocess.Popen([program, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")])
    try:
        wait_for(process, port)
        yield lambda path: fetched(f"http://127.0.0.1:{port}/{path}")
    finally:
        process.terminate()
        process.wait(timeout=20)


class RefusedError(OSError):
    """Another answer than the file."""


def fetched(url: str) -> bytes:
    try:
        with urlopen(url, timeout=10) as answer:
            data: bytes = answer.read()
    except HTTPError as error:
        error.close()
        raise RefusedError(error.code) from None
    return data


def wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until nginx listens; a nginx that ended instead fails at once."""
    limit = datetime.now(UTC).timestamp() + 30
    while process.poll() is None and datetime.now(UTC).timestamp() < limit:
        try:
            fetched(f"http://127.0.0.1:{port}/keys.json")
            return
        except OSError:
            continue
    raise AssertionError("nginx did not start")


class Fetched:
    """The log's files, read over HTTP: what `Tiles` asks of a file system."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self._fetch = fetch

    def read(self, path: Path) -> bytes:
        try:
            return self._fetch(path.as_posix())
        except RefusedError as error:
            raise FileNotFoundError(path) from error


@pytest.fixture(scope="module")
def directory(fetch: Callable[[str], bytes]) -> Directory:
    return Directory.parse(fetch("keys.json"))


def test_an_inclusion_proof_is_made_of_fetched_files_alone(
    fetch: Callable[[str], bytes], directory: Directory, demonstration: Demonstration
) -> None:
    proved = 0
    receipts = demonstration.receipts(demonstration.home)
    for text in receipts:
        held = Receipt.parse(text)
        checkpoint = parse_checkpoint(fetch(f"log/{held.origin}/checkpoint"))
        tiles = Tiles(Fetched(fetch), Path("log") / held.origin, checkpoint.size)
        assert tiles.entry(held.index) == held.entry
        proof = proof_text(held.index, inclusion_proof(tiles.node, held.index, checkpoint.size), checkpoint.raw)
        newest = Receipt(held.statement, held.salt, proof)
        proved += verify_receipt(newest, directory, author=parse_statement(held.statement).author).index >= 0
    assert proved == len(receipts) > 10


def test_every_code_of_the_journey_is_judged_by_fetched_keys_and_lists(
    fetch: Callable[[str], bytes], directory: Directory, demonstration: Demonstration
) -> None:
    paths = {path for entry in directory.institutions.values() for path in entry.status_lists.values()}
    lists = read_status_lists([fetch(path) for path in sorted(paths)], directory)
    assert len(lists) == len(paths)
    judged = {}
    for step in demonstration.step("released", demonstration.home):
        code = examine_pdf(Path(step["path"]).read_bytes()).attachments[CODE_NAME]
        verdict = verify_qr(f"{directory.host}#{base32.encode(code)}", directory, lists, datetime.now(UTC))
        judged[step["document"]] = verdict.code
    revoked = {step["document"] for step in demonstration.step("revoked")}
    assert {name for name, code in judged.items() if code == "trust.document_revoked"} == revoked
    assert {code for name, code in judged.items() if name not in revoked} <= {"trust.issued", "trust.issued_original"}


def test_nothing_else_of_the_data_folder_can_be_fetched(fetch: Callable[[str], bytes]) -> None:
    for path in ("db.sqlite3", "log/../../db.sqlite3", "status/../../secret", "log/../../keys/", "secret"):
        with pytest.raises(RefusedError) as refused:
            fetch(path)
        assert refused.value.args[0] in {400, 403, 404, 502}


def test_the_public_folder_holds_no_word_of_the_journey(demonstration: Demonstration) -> None:
    """Keys, lists and logs are for everybody: no field, number or check code of a document stands in them."""
    steps = demonstration.step("released")
    words = {step["number"] for step in steps} | {step["check_code"] for step in steps}
    words |= {word for step in demonstration.step("people") for word in step["sign_in"].values()}
    public = [path for node in demonstration.nodes for path in demonstration.public(node).rglob("*")]
    files = [path.read_bytes() for path in public if path.is_file()]
    # As words: four letters of a name stand in hashes and signatures by chance.
    known = {
        word: re.compile(rb"(?<![A-Za-z0-9])%s(?![A-Za-z0-9])" % re.escape(json.dumps(word)[1:-1].encode()))
        for word in words
    }
    assert [word for word, found in known.items() if any(found.search(data) for data in files)] == []


def test_the_address_in_the_codes_is_that_of_the_node(directory: Directory) -> None:
    assert urlsplit(directory.host).path == "/"
