import pytest

from uruk.kernel.api import CodedError
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.keys.token_first import TokenFirstKeyStore


class Store:
    """A store in memory that makes only some kinds of keys."""

    def __init__(self, *kinds):
        self.kinds = kinds
        self.keys = {}

    def create(self, name, kind):
        if kind not in self.kinds:
            raise CodedError("trust.key_algorithm", kind=kind)
        self.keys[name] = MemorySigner.generate(kind)
        return self.keys[name]

    def open(self, name):
        if name not in self.keys:
            raise CodedError("trust.key_missing", name=name)
        return self.keys[name]

    def names(self):
        return tuple(self.keys)


@pytest.fixture
def store():
    return TokenFirstKeyStore(Store("p256"), Store("p256", "ed25519"))


def test_a_key_goes_into_the_token_where_the_token_can(store):
    made = store.create("interior/seal/1", "p256")
    assert store.place("interior/seal/1") == "token"
    assert store.open("interior/seal/1").public_key == made.public_key


def test_a_log_key_stays_a_file_where_the_token_cannot_hold_it_and_that_is_told(store):
    made = store.create("interior/log/1", "ed25519")
    assert store.place("interior/log/1") == "file"
    assert store.open("interior/log/1").public_key == made.public_key
    assert store.names() == ("interior/log/1",)


def test_a_name_is_used_once_over_both_places(store):
    store.create("interior/log/1", "ed25519")
    with pytest.raises(CodedError) as caught:
        store.create("interior/log/1", "p256")
    assert caught.value.code == "trust.key_exists"


def test_a_key_in_neither_place_is_missing(store):
    for ask in (store.open, store.place):
        with pytest.raises(CodedError) as caught:
            ask("interior/seal/9")
        assert caught.value.code == "trust.key_missing"


def test_a_token_that_fails_is_not_quietly_replaced_by_a_file():
    class Broken(Store):
        def create(self, name, kind):
            raise CodedError("trust.token_missing", token="uruk")

    files = Store("p256")
    with pytest.raises(CodedError) as caught:
        TokenFirstKeyStore(Broken(), files).create("interior/seal/1", "p256")
    assert caught.value.code == "trust.token_missing"
    assert files.names() == ()
