"""One read of one person's data, as the index keeps it and as evidence carries it."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from uruk.exchange.snapshot import Names

Source = Literal["exchange", "officer", "claimed", "check", "program"]


class Usage(msgspec.Struct, frozen=True, array_like=True):
    """That somebody was given (or asked for) data about a person.

    `subject` is the normalised number; it is never stored, only its keyed hash. `time` in Unix seconds. `holder`: the
    institution (code) whose records were read. `consumer`: the subsystem (address) that asked, or the holder itself
    where its own officer read. `service`: the address of the service, or what kind of reading an officer's was.
    `action`: a sentence that a person understands (an agreement's purpose). `purpose`: as the caller or officer gave
    it, possibly empty. `law`: the article's code. `reference`: the id of the act in the holder's log that proves it, 16
    bytes. `source`: taken by the provider's gateway from the message itself ("exchange"), by an officer ("officer") or
    a program ("program") of the holder, only said by the caller in Uruk-Subject ("claimed"), or by somebody unknown who
    had the paper ("check"). `hidden_until` (Unix
    seconds, 0: never hidden) on `hidden_law`. `receipt`: the receipt's JSON where the gateway cannot find it in its own
    log; `opening`: the salt under which its statement names this subject, where it names several.
    """

    subject: str
    time: int
    holder: str
    consumer: str
    service: str
    action: Names
    purpose: str
    law: str
    reference: bytes
    source: Source = "exchange"
    hidden_until: int = 0
    hidden_law: str = ""
    receipt: str = ""
    opening: bytes = b""

    @property
    def shown_from(self) -> int:
        """When its subject may see it: retention counts from then, so that nothing is destroyed unseen."""
        return max(self.time, self.hidden_until)


class Found(msgspec.Struct, frozen=True):
    """What the index says of one person: how many reads in all, and the part that was asked for, newest first."""

    total: int
    usages: tuple[Usage, ...]


_decode = msgspec.msgpack.Decoder(list[Usage]).decode
_encode = msgspec.msgpack.Encoder().encode


def pack_usages(usages: Iterable[Usage]) -> bytes:
    """The bytes in which evidence keeps the rows of a message until the index has them."""
    return _encode(list(usages))


def unpack_usages(data: bytes) -> list[Usage]:
    """Read them again; only for bytes that `pack_usages` wrote."""
    return _decode(data) if data else []
