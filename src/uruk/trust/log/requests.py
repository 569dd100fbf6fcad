"""What callers ask of a writer: one entry each, and its outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.trust.receipts import SALT_BYTES, Receipt

MAX_STATEMENT_BYTES = 1 << 20


@dataclass(slots=True)
class Request:
    """One entry asked for, and its outcome: a receipt or an error once `done`; `repeated`: the act was there before.

    `aside`: what is kept beside the entry, if the entry is new (see `Asides`), or None.
    """

    institution: str
    act: bytes
    statement: bytes
    salt: bytes | None
    receipt: Receipt | None = None
    error: CodedError | None = None
    done: bool = False
    repeated: bool = False
    aside: Any = None

    def grant(self, receipt: Receipt) -> None:
        """End it with its receipt."""
        self.receipt, self.done = receipt, True

    def refuse(self, error: CodedError) -> None:
        """End it with an error."""
        self.error, self.done = error, True


def make_request(institution: str, act: UUID, statement: bytes, salt: bytes | None) -> Request:
    """A checked request: `trust.statement_too_long`, `trust.salt_length`."""
    if not 0 < len(statement) <= MAX_STATEMENT_BYTES:
        raise CodedError("trust.statement_too_long", limit=MAX_STATEMENT_BYTES)
    if salt is not None and len(salt) != SALT_BYTES:
        raise CodedError("trust.salt_length")
    return Request(institution, act.bytes, statement, salt)


def refuse_all(requests: Iterable[Request], error: CodedError) -> None:
    """End those that have no outcome yet with an error."""
    for request in requests:
        if not request.done:
            request.refuse(error)


def outcomes(requests: Sequence[Request]) -> list[Receipt]:
    """The receipts in order; the first error is raised."""
    receipts = []
    for request in requests:
        if request.error is not None:
            raise request.error
        if request.receipt is not None:
            receipts.append(request.receipt)
    return receipts
