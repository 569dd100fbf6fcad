"""Origins: the names of logs, `instance/institution/node/shard/generation`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from uruk.kernel.api import CodedError
from uruk.trust.keys.protocols import KeyStore, Signer

LogKeys = Callable[[str], Signer]
_PART = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class LogNames:
    """What the origins of a node's logs have in common."""

    instance: str
    node: str
    shard: int = 0

    def origin(self, institution: str, generation: int) -> str:
        """The origin of an institution's log here; a part of another alphabet raises `trust.log_name`."""
        for part in (self.instance, institution, self.node):
            if not _PART.fullmatch(part):
                raise CodedError("trust.log_name", name=part[:64])
        return f"{self.instance}/{institution}/{self.node}/{self.shard}/{generation}"


def institution_of(origin: str) -> str:
    """The institution whose log an origin names."""
    return origin.split("/")[1]


def log_keys(store: KeyStore) -> LogKeys:
    """The keys of a node's logs in a key store, made at first use: `interior/log/1` signs generation 1."""

    def signer(origin: str) -> Signer:
        _, institution, _, _, generation = origin.split("/")
        name = f"{institution}/log/{generation}"
        return store.open(name) if name in store.names() else store.create(name, "ed25519")

    return signer
