import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from uruk.kernel.api import CodedError, Text
from uruk.trust.certificates import VALIDITY, DemonstrationAuthority, certificate_key, open_or_create
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.keys.signatures import MemorySigner

START = datetime(2026, 11, 23, 9, 0, 0, 123, tzinfo=UTC)
NAMES = Text("وزارة التعليم العالي والبحث العلمي", "وەزارەتی خوێندنی باڵا و توێژینەوەی زانستی", "Higher Education")
SEAL = MemorySigner.generate("p256")


@pytest.fixture
def node(tmp_path):
    store = FileKeyStore(tmp_path / "keys", "a long passphrase", stretching=1000)
    return partial(DemonstrationAuthority.open, store, tmp_path / "public", "iq", START), tmp_path


def issue(authority, start=START):
    return authority.issue(SEAL.spki, "higher-education", NAMES, start)


def test_everything_the_demonstration_authority_issues_says_demonstration(node):
    authority = node[0]()
    for der in (*authority.roots, issue(authority)):
        certificate = x509.load_der_x509_certificate(der)
        assert "demonstration" in certificate.subject.rfc4514_string()
        assert "not official" in certificate.issuer.rfc4514_string()


def test_a_certificate_holds_the_institutions_key_and_name(node):
    der = issue(node[0]())
    certificate = x509.load_der_x509_certificate(der)
    assert certificate_key(der) == SEAL.spki
    assert NAMES.ar[:24] in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    assert certificate.subject.get_attributes_for_oid(x509.NameOID.COUNTRY_NAME)[0].value == "IQ"
    assert certificate.not_valid_before_utc == START.replace(microsecond=0)
    assert certificate.not_valid_after_utc == START.replace(microsecond=0) + VALIDITY


def test_openssl_accepts_the_chain_in_its_strict_mode(node):
    opener, folder = node
    authority = opener()
    certificate = x509.load_der_x509_certificate(issue(authority))
    root = x509.load_der_x509_certificate(authority.roots[0])
    for name, each in (("leaf.pem", certificate), ("root.pem", root)):
        (folder / name).write_bytes(each.public_bytes(Encoding.PEM))
    moment = str(int((START + timedelta(days=1)).timestamp()))
    command = ["openssl", "verify", "-x509_strict", "-attime", moment, "-CAfile", "root.pem", "leaf.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def test_the_authority_is_made_once(node):
    opener = node[0]
    assert opener().roots == opener().roots
    assert issue(opener()) != issue(opener())  # each certificate has its own serial number


def test_a_certificate_far_in_the_future_still_has_a_date(node):
    certificate = x509.load_der_x509_certificate(issue(node[0](), datetime(2049, 6, 1, tzinfo=UTC)))
    assert certificate.not_valid_after_utc.year == 2054


def test_a_key_once_made_is_opened_again(tmp_path):
    store = FileKeyStore(tmp_path, "a long passphrase", stretching=1000)
    assert open_or_create(store, "x").spki == open_or_create(store, "x").spki


def test_an_instance_that_is_no_country_code_is_left_out(tmp_path):
    store = FileKeyStore(tmp_path, "a long passphrase", stretching=1000)
    authority = DemonstrationAuthority.open(store, tmp_path, "example", START)
    assert "C=" not in x509.load_der_x509_certificate(issue(authority)).subject.rfc4514_string()


@pytest.mark.parametrize("der", [b"", b"rubbish", b"\x30\x03\x02\x01\x05"])
def test_bytes_that_are_no_certificate_are_told(der):
    with pytest.raises(CodedError) as caught:
        certificate_key(der)
    assert caught.value.code == "trust.certificate_unreadable"
