import hashlib
import socket
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.world import NOW

from uruk.kernel.api import CodedError, FixedClock, Text
from uruk.trust.certificates import DemonstrationAuthority
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.timestamp_authority import DemonstrationTimestamper
from uruk.trust.timestamps import HttpTimestamper, read_answer, timestamp_query, verify_timestamp

DATA = b"a checkpoint"
DIGEST = hashlib.sha256(DATA).digest()
CLOCK = FixedClock(NOW)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    folder = tmp_path_factory.mktemp("timestamps")
    store = FileKeyStore(folder / "keys", "a long passphrase", stretching=1000)
    authority = DemonstrationAuthority.open(store, folder, "iq", NOW - timedelta(days=1))
    return folder, store, authority


@pytest.fixture(scope="module")
def timestamper(node):
    folder, store, authority = node
    return DemonstrationTimestamper.open(store, folder, authority, "iq", CLOCK)


def told(token, digest, certificates):
    with pytest.raises(CodedError) as caught:
        verify_timestamp(token, digest, certificates)
    return caught.value.code


def test_a_timestamp_tells_when_the_digest_existed(timestamper):
    token = timestamper.stamp(DIGEST)
    assert verify_timestamp(token, DIGEST, [timestamper.certificate]) == NOW
    assert len(token) < 2000


def test_a_timestamp_holds_for_its_digest_only(timestamper):
    token = timestamper.stamp(DIGEST)
    assert told(token, bytes(32), [timestamper.certificate]) == "trust.timestamp_other"


def test_a_timestamp_of_an_authority_that_is_not_listed_proves_nothing(timestamper, node):
    token = timestamper.stamp(DIGEST)
    assert told(token, DIGEST, []) == "trust.timestamp_untrusted"
    seal_certificate = node[2].roots[0]
    assert told(token, DIGEST, [seal_certificate]) == "trust.timestamp_untrusted"


def test_a_certificate_for_another_use_stamps_nothing(node):
    folder, store, authority = node
    stamper = DemonstrationTimestamper.open(store, folder, authority, "iq", CLOCK)
    names = Text("وزارة", "وەزارەت")
    plain = authority.issue(stamper._signer.spki, "interior", names, NOW - timedelta(days=1))
    token = DemonstrationTimestamper(stamper._signer, plain, CLOCK).stamp(DIGEST)
    assert told(token, DIGEST, [plain]) == "trust.timestamp_untrusted"


def test_a_timestamp_outside_its_certificates_validity_proves_nothing(timestamper):
    early = DemonstrationTimestamper(timestamper._signer, timestamper.certificate, FixedClock(NOW - timedelta(days=2)))
    assert told(early.stamp(DIGEST), DIGEST, [timestamper.certificate]) == "trust.timestamp_untrusted"


def test_the_timestamper_is_made_once_and_says_demonstration(timestamper, node):
    folder, store, authority = node
    again = DemonstrationTimestamper.open(store, folder, authority, "iq", CLOCK)
    assert again.certificate == timestamper.certificate
    assert "demonstration" in x509.load_der_x509_certificate(again.certificate).subject.rfc4514_string()


def test_openssl_accepts_our_answers(timestamper, node):
    folder, _, authority = node
    query = timestamp_query(DIGEST, 12345)
    (folder / "query").write_bytes(query)
    (folder / "answer").write_bytes(timestamper.answer(query))
    root = x509.load_der_x509_certificate(authority.roots[0]).public_bytes(Encoding.PEM)
    (folder / "root.pem").write_bytes(root)
    moment = str(int(NOW.timestamp()))
    command = f"openssl ts -verify -attime {moment} -queryfile query -in answer -CAfile root.pem"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


def test_a_timestamp_of_openssl_verifies_with_us(node):
    """An RSA authority of another make; the CMS is not ours."""
    folder = node[0] / "openssl"
    folder.mkdir()
    (folder / "conf").write_text(
        "[req]\ndistinguished_name=dn\n[dn]\n[ext]\nextendedKeyUsage=critical,timeStamping\n"
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\n"
    )
    (folder / "serial").write_text("01")
    (folder / "data").write_bytes(DATA)
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=other -config conf -extensions ext",
        "x509 -in cert -outform der -out cert.der",
        "ts -query -data data -sha256 -cert -out query",
        "ts -reply -config conf -section t -queryfile query -signer cert -inkey key -out token -token_out",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    token, certificate = (folder / "token").read_bytes(), (folder / "cert.der").read_bytes()
    found = verify_timestamp(token, DIGEST, [certificate])
    assert abs(found - datetime.now(UTC)) < timedelta(hours=1)
    assert told(token, bytes(32), [certificate]) == "trust.timestamp_other"


@pytest.fixture(scope="module")
def token(timestamper):
    return timestamper.stamp(DIGEST)


@given(st.floats(0, 1, exclude_max=True))
def test_no_bit_of_a_token_may_differ_where_it_matters(timestamper, token, place):
    position = int(place * 8 * len(token))
    changed = bytearray(token)
    changed[position // 8] ^= 1 << position % 8
    try:
        found = verify_timestamp(bytes(changed), DIGEST, [timestamper.certificate])
    except CodedError as error:
        assert error.code.startswith("trust.timestamp_")
    else:
        assert found == NOW  # the bit stood in the copy of the certificate, which is not read


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_timestamp(data):
    assert told(data, DIGEST, []).startswith("trust.timestamp_")


def test_a_token_over_the_limit_is_refused_unread():
    assert told(bytes((1 << 16) + 1), DIGEST, []) == "trust.timestamp_malformed"


def rebuilt(token, change):
    info = cms.ContentInfo.load(token)
    change(info["content"])
    return cms.ContentInfo({"content_type": "signed_data", "content": info["content"].copy()}).dump(force=True)


def test_a_token_without_or_with_two_signers_is_refused(timestamper):
    token = timestamper.stamp(DIGEST)

    def none(data):
        data["signer_infos"] = []

    def two(data):
        data["signer_infos"] = [data["signer_infos"][0].copy(), data["signer_infos"][0].copy()]

    for change in (none, two):
        assert told(rebuilt(token, change), DIGEST, [timestamper.certificate]) == "trust.timestamp_malformed"


def test_a_token_that_signs_something_else_is_refused(timestamper):
    token = timestamper.stamp(DIGEST)

    def plain(data):
        data["encap_content_info"] = {"content_type": "data", "content": b"hello"}

    assert told(rebuilt(token, plain), DIGEST, [timestamper.certificate]) == "trust.timestamp_malformed"


@pytest.mark.parametrize("query", [b"", b"rubbish", b"\x30\x00"])
def test_a_broken_query_gets_a_rejection(timestamper, query):
    answer = timestamper.answer(query)
    assert tsp.PKIStatusInfo.load(answer[2:])["status"].native == "rejection"
    with pytest.raises(CodedError) as caught:
        read_answer(answer, DIGEST, 1)
    assert caught.value.code == "trust.timestamp_refused"


def test_a_query_of_another_hash_gets_a_rejection(timestamper):
    asked = tsp.TimeStampReq.load(timestamp_query(DIGEST, 1)).copy()
    asked["message_imprint"] = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
    answer = timestamper.answer(asked.dump(force=True))
    assert tsp.PKIStatusInfo.load(answer[2:])["fail_info"].native == {"bad_alg"}


@pytest.mark.parametrize(("digest", "nonce"), [(bytes(32), 7), (DIGEST, 8)])
def test_an_answer_to_another_question_is_refused(timestamper, digest, nonce):
    answer = timestamper.answer(timestamp_query(DIGEST, 7))
    assert read_answer(answer, DIGEST, 7)
    with pytest.raises(CodedError) as caught:
        read_answer(answer, digest, nonce)
    assert caught.value.code == "trust.timestamp_refused"


def test_an_answer_over_the_limit_is_refused():
    with pytest.raises(CodedError) as caught:
        read_answer(bytes((1 << 16) + 1), DIGEST, 7)
    assert caught.value.code == "trust.timestamp_refused"


@contextmanager
def service(reply, status=200):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def unreachable(url, timeout_s=5.0):
    with pytest.raises(CodedError) as caught:
        HttpTimestamper(url, timeout_s).stamp(DIGEST)
    return caught.value.code


def test_a_service_over_http_stamps(timestamper):
    with service(timestamper.answer) as url:
        token = HttpTimestamper(url).stamp(DIGEST)
    assert verify_timestamp(token, DIGEST, [timestamper.certificate]) == NOW


def test_a_service_that_answers_an_error_is_unreachable(timestamper):
    with service(timestamper.answer, status=503) as url:
        assert unreachable(url) == "trust.timestamp_unreachable"


def test_a_service_that_answers_rubbish_is_refused():
    with service(lambda _: b"<html>sign in to this network</html>") as url:
        assert unreachable(url) == "trust.timestamp_refused"


def test_a_dead_service_is_told_and_blocks_nobody():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert unreachable(f"http://127.0.0.1:{taken.getsockname()[1]}/") == "trust.timestamp_unreachable"


def test_a_service_that_never_answers_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert unreachable(f"http://127.0.0.1:{silent.getsockname()[1]}/", 0.05) == "trust.timestamp_unreachable"


def test_a_service_that_drips_is_given_up():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        stop = threading.Event()
        thread = threading.Thread(target=drip, args=(listening, stop))
        thread.start()
        try:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
            assert unreachable(url, 0.2) == "trust.timestamp_unreachable"
        finally:
            stop.set()
            thread.join()


def drip(listening, stop):
    connection, _ = listening.accept()
    with connection:
        while not stop.wait(0.01):
            try:
                connection.sendall(b"H")
            except OSError:
                return


@pytest.mark.parametrize("url", ["ftp://example/", "file:///etc/passwd", ""])
def test_only_http_is_spoken(url):
    assert unreachable(url) == "trust.timestamp_unreachable"
