"""Keys in a hardware module, and as files where the module cannot hold them."""

from typing import Literal

from uruk.kernel.api import CodedError
from uruk.trust.keys.protocols import KeyKind, KeyStore, Signer

Place = Literal["token", "file"]


class TokenFirstKeyStore:
    """Two stores behind one: a key goes into the token, or into a file where the token cannot do its algorithm.

    ``place`` says where a key is, so that nobody takes a file for a token.
    """

    def __init__(self, token: KeyStore, files: KeyStore) -> None:
        self._token = token
        self._files = files

    def create(self, name: str, kind: KeyKind) -> Signer:
        """Make a key in the token, or as a file where the token answers ``trust.key_algorithm``."""
        if name in self.names():
            raise CodedError("trust.key_exists", name=name)
        try:
            return self._token.create(name, kind)
        except CodedError as error:
            if error.code != "trust.key_algorithm":
                raise
        return self._files.create(name, kind)

    def open(self, name: str) -> Signer:
        """Open a key wherever it is; an unknown name raises ``trust.key_missing``."""
        return self._token.open(name) if name in self._token.names() else self._files.open(name)

    def names(self) -> tuple[str, ...]:
        """The names of the keys of both stores, sorted."""
        return tuple(sorted({*self._token.names(), *self._files.names()}))

    def place(self, name: str) -> Place:
        """Where a key is; an unknown name raises ``trust.key_missing``."""
        if name in self._token.names():
            return "token"
        self._files.open(name)
        return "file"
