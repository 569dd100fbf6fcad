import stat
import subprocess

import pytest

from uruk.kernel.api import CodedError
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.keys.protocols import KEY_KINDS, KeyStore
from uruk.trust.keys.signatures import (
    MemorySigner,
    der_signature,
    key_id,
    load_p256,
    raw_signature,
    verify_ed25519,
    verify_p256,
)

PASSPHRASE = "a long enough passphrase"


@pytest.fixture
def store(tmp_path) -> KeyStore:
    return FileKeyStore(tmp_path / "keys", PASSPHRASE, stretching=1000)


def verifies(signer, signature, data):
    verify = verify_ed25519 if signer.algorithm == "ed25519" else verify_p256
    return verify(signer.public_key, signature, data)


@pytest.mark.parametrize("kind", KEY_KINDS)
def test_a_key_made_once_signs_the_same_after_it_is_opened_again(store, kind):
    made = store.create("interior/seal/1", kind)
    opened = store.open("interior/seal/1")
    assert opened.public_key == made.public_key
    assert opened.algorithm == kind
    assert opened.key_id == key_id(made.spki)
    signature = opened.sign(b"message")
    assert len(signature) == 64
    assert verifies(made, signature, b"message")
    assert not verifies(made, signature, b"another message")


@pytest.mark.parametrize("kind", KEY_KINDS)
def test_a_signature_of_another_key_is_not_accepted(kind):
    one, other = MemorySigner.generate(kind), MemorySigner.generate(kind)
    assert not verifies(one, other.sign(b"message"), b"message")
    assert not verifies(one, b"", b"message")


def test_key_files_are_encrypted_and_readable_by_their_owner_only(store, tmp_path):
    store.create("interior/seal/1", "p256")
    path = tmp_path / "keys/interior/seal/1.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert [child.name for child in path.parent.iterdir()] == ["1.pem"]


def test_openssl_reads_the_key_files(store, tmp_path):
    store.create("interior/seal/1", "p256")
    path = tmp_path / "keys/interior/seal/1.pem"
    command = ["openssl", "pkey", "-in", path, "-passin", f"pass:{PASSPHRASE}", "-noout", "-text"]
    assert "NIST CURVE: P-256" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_chosen_passphrase_is_stretched_against_guessing(tmp_path):
    FileKeyStore(tmp_path, PASSPHRASE).create("interior/seal/1", "p256")
    command = ["openssl", "asn1parse", "-in", tmp_path / "interior/seal/1.pem"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f":{600_000:06X}" in found
    assert "hmacWithSHA256" in found
    assert "aes-256-cbc" in found


def test_a_key_is_never_overwritten(store):
    first = store.create("interior/log/1", "ed25519")
    with pytest.raises(CodedError) as caught:
        store.create("interior/log/1", "ed25519")
    assert caught.value.code == "trust.key_exists"
    assert store.open("interior/log/1").public_key == first.public_key


def test_the_store_lists_its_keys(store):
    assert store.names() == ()
    store.create("interior/log/1", "ed25519")
    store.create("interior/identity", "ed25519")
    assert store.names() == ("interior/identity", "interior/log/1")


@pytest.mark.parametrize("name", ["", "/etc", "../x", "a//b", "A", "a/.b", "a/" * 9 + "a", "x" * 65])
def test_a_name_cannot_leave_the_folder(store, name):
    with pytest.raises(CodedError) as caught:
        store.create(name, "p256")
    assert caught.value.code == "trust.key_name"


def test_a_key_that_was_never_made_is_missing(store):
    with pytest.raises(CodedError) as caught:
        store.open("interior/seal/9")
    assert caught.value.code == "trust.key_missing"


def test_a_wrong_passphrase_opens_nothing(store, tmp_path):
    store.create("interior/seal/1", "p256")
    with pytest.raises(CodedError) as caught:
        FileKeyStore(tmp_path / "keys", "another passphrase").open("interior/seal/1")
    assert caught.value.code == "trust.key_unreadable"


def test_a_damaged_key_file_says_so(store, tmp_path):
    store.create("interior/seal/1", "p256")
    (tmp_path / "keys/interior/seal/1.pem").write_bytes(b"rubbish")
    with pytest.raises(CodedError) as caught:
        store.open("interior/seal/1")
    assert caught.value.code == "trust.key_unreadable"


def test_a_key_of_a_kind_we_do_not_use_is_refused(store, tmp_path):
    path = tmp_path / "keys/interior/seal/1.pem"
    path.parent.mkdir(parents=True)
    command = ["openssl", "genpkey", "-algorithm", "X25519", "-aes256", "-pass", f"pass:{PASSPHRASE}", "-out", path]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(CodedError) as caught:
        store.open("interior/seal/1")
    assert caught.value.code == "trust.key_unreadable"


def test_a_short_passphrase_is_refused(tmp_path):
    with pytest.raises(CodedError) as caught:
        FileKeyStore(tmp_path, "short")
    assert caught.value.code == "trust.passphrase_short"


def test_only_p256_is_read_where_p256_is_wanted():
    with pytest.raises(CodedError) as caught:
        load_p256(MemorySigner.generate("ed25519").spki)
    assert caught.value.code == "trust.key_unreadable"
    assert not verify_p256(b"rubbish", bytes(64), b"message")


def test_raw_and_der_signatures_say_the_same():
    raw = MemorySigner.generate("p256").sign(b"message")
    assert raw_signature(der_signature(raw)) == raw
