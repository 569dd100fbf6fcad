import shutil
import subprocess
from pathlib import Path

import pytest

from uruk.kernel.api import CodedError
from uruk.trust.keys import pkcs11
from uruk.trust.keys.pkcs11 import Pkcs11KeyStore
from uruk.trust.keys.signatures import key_id, load_p256, verify_ed25519, verify_p256

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((Path(each) for each in MODULES if Path(each).exists()), None)
TOKEN, PIN = "uruk", "1234"

pytestmark = pytest.mark.skipif(
    MODULE is None or shutil.which("softhsm2-util") is None, reason="Debian's softhsm2 is not installed"
)


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A new token of SoftHSM2, which reads its configuration once a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        command = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "5678"]
        subprocess.run(command, check=True, capture_output=True)
        yield


@pytest.fixture(scope="module")
def store(token):
    yield Pkcs11KeyStore(MODULE, TOKEN, PIN)
    pkcs11._session.cache_clear()


def test_a_seal_key_is_made_and_signs_in_the_token(store):
    made = store.create("interior/seal/1", "p256")
    opened = store.open("interior/seal/1")
    assert opened.algorithm == "p256"
    assert opened.public_key == opened.spki == made.spki
    assert load_p256(opened.spki).curve.name == "secp256r1"
    assert opened.key_id == key_id(opened.spki)
    signature = opened.sign(b"message")
    assert verify_p256(made.public_key, signature, b"message")
    assert not verify_p256(made.public_key, signature, b"another")
    assert "interior/seal/1" in store.names()


def test_a_log_key_is_made_where_the_token_can(store):
    made = store.create("interior/log/1", "ed25519")
    assert made.algorithm == "ed25519"
    assert len(made.public_key) == 32
    assert verify_ed25519(made.public_key, made.sign(b"message"), b"message")


def test_a_kind_that_the_token_cannot_make_is_a_coded_error(store, monkeypatch):
    monkeypatch.setitem(pkcs11._CURVES, "ed25519", "1.2.3.4.5")
    with pytest.raises(CodedError) as caught:
        store.create("interior/log/2", "ed25519")
    assert caught.value.code == "trust.key_algorithm"
    assert "interior/log/2" not in store.names()


def test_a_key_in_the_token_is_never_made_twice(store):
    store.create("interior/seal/2", "p256")
    with pytest.raises(CodedError) as caught:
        store.create("interior/seal/2", "p256")
    assert caught.value.code == "trust.key_exists"


def test_a_key_that_is_not_in_the_token_is_missing(store):
    with pytest.raises(CodedError) as caught:
        store.open("interior/seal/9")
    assert caught.value.code == "trust.key_missing"


def test_a_name_is_checked_before_the_token_is_asked(store):
    with pytest.raises(CodedError) as caught:
        store.open("../seal")
    assert caught.value.code == "trust.key_name"


@pytest.mark.parametrize(("label", "pin"), [("another", PIN), (TOKEN, "0000")])
def test_an_absent_token_or_a_wrong_pin_is_told(store, label, pin):
    with pytest.raises(CodedError) as caught:
        Pkcs11KeyStore(MODULE, label, pin)
    assert caught.value.code == "trust.token_missing"


def test_a_module_that_fails_while_signing_is_told(store, monkeypatch):
    signer = store.create("interior/seal/3", "p256")
    signer.__dict__["algorithm"] = "ed25519"  # a mechanism that does not fit the key
    with pytest.raises(CodedError) as caught:
        signer.sign(b"message")
    assert caught.value.code == "trust.token_missing"


def test_the_token_may_be_opened_as_often_as_one_likes(store):
    made = store.create("interior/seal/4", "p256")
    again = Pkcs11KeyStore(MODULE, TOKEN, PIN).open("interior/seal/4")
    assert verify_p256(made.public_key, again.sign(b"message"), b"message")


def test_without_python_pkcs11_the_error_names_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pkcs11", None)
    with pytest.raises(CodedError) as caught:
        Pkcs11KeyStore(MODULE, TOKEN, PIN)
    assert caught.value.code == "trust.token_software"
