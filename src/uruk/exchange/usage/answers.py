"""What the tracker answers: the Estonian Data Tracker's v2, and under `uruk` what a citizen's page shows beside it."""

from typing import Annotated

import msgspec

from uruk.exchange.snapshot import Names
from uruk.exchange.usage.row import Source
from uruk.kernel.api import CodedError

Line = Annotated[str, msgspec.Meta(max_length=1000)]
MAX_RECEIPT_CHARACTERS = 1 << 20


class Detail(msgspec.Struct, frozen=True, rename="camel"):
    """Beyond the Estonian format: the sentences in three languages, purpose and law, and the act that proves it.

    `reference` is the act's id (a UUID), by which its receipt is asked for. `hidden_until` as RFC 3339, or None.
    """

    action: Names
    receiver: Names
    service: Line
    purpose: Line
    law: Line
    source: Source
    reference: Line
    hidden_until: Line | None = None
    hidden_law: Line = ""


class ShownUsage(msgspec.Struct, frozen=True, rename="camel"):
    """One reading: when (RFC 3339), a sentence why, and who: member code, name, subsystem."""

    logtime: Line
    action: Line
    receiver_code: Line
    receiver_name: Line
    receiver_system: Line
    uruk: Detail | None = None


class FindUsage(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of findUsage: how many there are in all, and the part that was asked for, newest first."""

    total_usages: Annotated[int, msgspec.Meta(ge=0)]
    usages: Annotated[list[ShownUsage], msgspec.Meta(max_length=1000)]


class UsagePeriod(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The answer of usagePeriod: from when on readings are kept."""

    period_start: Line
    period_end: Line | None = None


class Heartbeat(msgspec.Struct, frozen=True):
    """The answer of heartbeat."""

    status: str
    message: str


class ReceiptAnswer(msgspec.Struct, frozen=True):
    """The receipt of one reading, its JSON as text; where it names several persons, the salt (hex) for this one."""

    receipt: Annotated[str, msgspec.Meta(max_length=MAX_RECEIPT_CHARACTERS)]
    opening: Line = ""


def read_usages(body: bytes) -> FindUsage:
    """Read an answer of findUsage from another node; `exchange.usage_answer_malformed`."""
    try:
        return msgspec.json.decode(body, type=FindUsage)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CodedError("exchange.usage_answer_malformed") from None


def read_receipt_answer(body: bytes) -> ReceiptAnswer:
    """Read an answer with a receipt from another node; `exchange.usage_answer_malformed`."""
    try:
        return msgspec.json.decode(body, type=ReceiptAnswer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CodedError("exchange.usage_answer_malformed") from None
