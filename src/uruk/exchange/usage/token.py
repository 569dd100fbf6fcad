"""The token without which no member tells a person anything: the receipt of an act of the sign-in institution.

A citizen who is signed in asks; the institution that signed them in says so in its log, for whom, at which members, by
which node, for five minutes: `usage.asked` for who read their data, `records.asked` for what is known about them. So a
member believes no node's bare word about whose data is asked for, and a token of one question opens no other.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uruk.exchange.directory.model import CountryDirectory, MemberEntry
from uruk.kernel.api import CodedError
from uruk.trust.api import Receipt, Statement, parse_statement, verify_receipt

ASKED, RECORDS_ASKED = "usage.asked", "records.asked"
ROLE = "asked"
HEADER = "Uruk-Usage-Token"
LIFETIME_S = 300
NONCE_BYTES = 16
MAX_NONCES = 100_000
_FIELDS = {"audience", "node", "nonce", "subject", "until"}


def token_body(subject: str, audience: Sequence[str], node: str, nonce: bytes, now: datetime) -> dict[str, Any]:
    """The body of either act: whose data, which members (addresses) are asked, by which node, until when."""
    until = int(now.timestamp()) + LIFETIME_S
    return {"subject": subject, "audience": sorted(audience), "node": node, "nonce": nonce, "until": until}


@dataclass(frozen=True)
class Question:
    """Who asks whom about whose data: `member` (address) is asked, `node` hosts the member that asks.

    `act` is the type of the act that lets this be asked.
    """

    member: str
    node: str
    subject: str
    act: str = ASKED


def check_token(receipt: Receipt, directory: CountryDirectory, question: Question, now: datetime) -> bytes:
    """Check that a token lets this question be asked; return its nonce.

    Errors: `exchange.usage_token_refused`, with what is wrong with it (`author`, `signature`, `audience`, `node`,
    `subject`, `body`), and `exchange.usage_token_expired`.
    """
    statement = _statement(receipt)
    signer = _signer(directory, statement.author)
    _verify(receipt, directory, signer, question.act, now)
    body = _body(statement)
    wrong = [
        name
        for name, holds in (
            ("audience", question.member in body["audience"]),
            ("node", body["node"] == question.node == signer.node),
            ("subject", body["subject"] == question.subject),
        )
        if not holds
    ]
    if wrong:
        raise _refused(wrong[0])
    if not statement.time <= body["until"] <= statement.time + LIFETIME_S or now.timestamp() > body["until"]:
        raise CodedError("exchange.usage_token_expired")
    return bytes(body["nonce"])


def encode_token(receipt: Receipt) -> str:
    """The token as the header carries it: the receipt's JSON in base64url."""
    return urlsafe_b64encode(receipt.to_json().encode()).decode().rstrip("=")


def decode_token(value: bytes) -> Receipt:
    """Read the header's value; `exchange.usage_token_refused` for anything that is no receipt."""
    try:
        return Receipt.parse(urlsafe_b64decode(value + b"=" * (-len(value) % 4)))
    except (ValueError, CodedError) as error:
        raise _refused("body") from error


class Nonces:
    """The questions that were asked with a token already: the same is not answered twice. Not for threads."""

    def __init__(self, maximum: int = MAX_NONCES) -> None:
        self._maximum = maximum
        self._seen: dict[tuple[bytes, str], float] = {}

    def take(self, nonce: bytes, target: str, now: float) -> None:
        """Note a question; asked before: `exchange.usage_token_used`; too many at once: `exchange.usage_busy`."""
        key = (nonce, target)
        if key in self._seen:
            raise CodedError("exchange.usage_token_used")
        if len(self._seen) >= self._maximum:
            self._forget(now)
        self._seen[key] = now

    def _forget(self, now: float) -> None:
        self._seen = {key: at for key, at in self._seen.items() if abs(now - at) <= 2 * LIFETIME_S}
        if len(self._seen) >= self._maximum:
            raise CodedError("exchange.usage_busy")


def _statement(receipt: Receipt) -> Statement:
    try:
        return parse_statement(receipt.statement)
    except CodedError as error:
        raise _refused("body") from error


def _signer(directory: CountryDirectory, code: str) -> MemberEntry:
    """The member that signs citizens in under this code."""
    for member in directory.members.values():
        if member.code == code and member.signs_in and member.left_at is None:
            return member
    raise _refused("author")


def _verify(receipt: Receipt, directory: CountryDirectory, signer: MemberEntry, act: str, now: datetime) -> None:
    try:
        keys = directory.keys(str(signer.member))
        proved = verify_receipt(receipt, keys, type=act, role=ROLE, author=signer.code, at=now)
    except CodedError as error:
        raise _refused("signature") from error
    if directory.is_quarantined(proved.origin):
        raise _refused("signature")


def _body(statement: Statement) -> dict[str, Any]:
    body = statement.body
    shaped = set(body) == _FIELDS and isinstance(body["audience"], list) and isinstance(body["until"], int)
    if not shaped or not isinstance(body["nonce"], bytes) or len(body["nonce"]) != NONCE_BYTES:
        raise _refused("body")
    return body


def _refused(reason: str) -> CodedError:
    return CodedError("exchange.usage_token_refused", reason=reason)
