"""Harnesses of the tracker: tokens of a sign-in institution, and what other nodes answer."""

from tests.fuzz.harness import Harness
from tests.fuzz.logs import receipt
from uruk.exchange.api import FindUsage, encode_token, read_usages
from uruk.exchange.usage.answers import read_receipt_answer
from uruk.exchange.usage.token import decode_token

USAGES = (
    b'{"totalUsages":1,"usages":[{"logtime":"2026-11-26T00:00:00Z","action":"a","receiverCode":"x",'
    b'"receiverName":"y","receiverSystem":"z"}]}'
)


def check_token(data: bytes) -> None:
    assert decode_token(encode_token(decode_token(data)).encode()) == decode_token(data)


def check_usages(data: bytes) -> None:
    assert isinstance(read_usages(data), FindUsage)


def check_receipt_answer(data: bytes) -> None:
    assert isinstance(read_receipt_answer(data).receipt, str)


HARNESSES = (
    Harness("usage_token", lambda: [encode_token(receipt()).encode()], check_token),
    Harness("usages", lambda: [USAGES], check_usages),
    Harness("receipt_answer", lambda: [b'{"receipt":"x","opening":"00"}'], check_receipt_answer),
)
