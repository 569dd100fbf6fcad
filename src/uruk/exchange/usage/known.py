"""What a member answers a person of its records: in the words of the language they were asked for in."""

from typing import Annotated, Literal

import msgspec

from uruk.exchange.snapshot import Names
from uruk.exchange.usage.answers import Line
from uruk.kernel.api import CodedError

MAX_RECORDS = 200
KEEP_DAYS = 31  # of the evidence on both sides: nobody is to gather by it what others know of a person
# What the person is told of it among who read their data: their sign-in institution was given it for them.
GIVEN = Names(
    "أُعطيت قيودك لصفحة «ما تعرفه الدولة عني» التي سجّلت الدخول فيها",
    "تۆمارەکانت درانە پەڕەی «دەوڵەت چی لەبارەی منەوە دەزانێت» کە تێیدا چوویتە ژوورەوە",
    "Your records were given to the page “What the state knows about me” where you had signed in",
)
Value = Annotated[str, msgspec.Meta(max_length=4000)]
Status = Literal["live", "withdrawn", "merged", "dormant", "forgotten"]


class Known(msgspec.Struct, frozen=True):
    """A field of a record as its person reads it; of one that is withheld `value` names the offices that read it."""

    label: Line
    value: Value


class KnownRecord(msgspec.Struct, frozen=True, rename="camel"):
    """A record about the person who asks: its registry by code and title, what names it, and what it says.

    `record` is its id, `act` that of its newest act, whose receipt its holder's page shows; `valid_from` an ISO date;
    `changed_at` as RFC 3339.
    """

    registry: Line
    title: Line
    name: Line
    record: Line
    act: Line
    status: Status
    changed_at: Line
    valid_from: Line | None = None
    facts: Annotated[list[Known], msgspec.Meta(max_length=300)] = []
    withheld: Annotated[list[Known], msgspec.Meta(max_length=300)] = []


class KnownRecords(msgspec.Struct, frozen=True):
    """The answer: all records of the member's registries about the person who asks; empty where there are none."""

    records: Annotated[list[KnownRecord], msgspec.Meta(max_length=MAX_RECORDS)]


def read_known(body: bytes) -> KnownRecords:
    """Read an answer of another node; `exchange.usage_answer_malformed`."""
    try:
        return msgspec.json.decode(body, type=KnownRecords)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CodedError("exchange.usage_answer_malformed") from None
