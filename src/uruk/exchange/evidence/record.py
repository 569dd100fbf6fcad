"""What is kept of a message beside its statement in the log."""

import msgspec

from uruk.exchange.messages.wire import Proof


class Record(msgspec.Struct, frozen=True, array_like=True):
    """One of the four places of an exchange (`role`: SENT, RECEIVED, ANSWERED, ANSWER_RECEIVED of `statements`).

    `header_part` is what was hashed of the headers; `body` the body, or empty where it lies in a file of its own, which
    `spooled` names together with its key. `statement` and `proof` are the other party's (RECEIVED, ANSWER_RECEIVED): a
    complete receipt. `keep_until` in Unix seconds. `institution` is whose log has the statement.
    `usage` (ANSWERED): the rows of the usage index that follow from it, so that they survive a crash.
    """

    request: bytes
    role: int
    keep_until: int
    header_part: bytes
    body: bytes
    spooled: str = ""
    statement: bytes = b""
    proof: Proof | None = None
    institution: str = ""
    usage: bytes = b""
