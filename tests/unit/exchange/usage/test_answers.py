"""Answers of another node's tracker: read in their one shape, and refused in any other."""

import pytest

from uruk.exchange.api import read_receipt_answer, read_usages
from uruk.kernel.api import CodedError

DETAIL = (
    '{"action":{"ar":"a","ckb":"b"},"receiver":{"ar":"a","ckb":"b"},"service":"s","purpose":"p","law":"l",'
    '"source":"exchange","reference":"r"}'
)
USAGE = '{"logtime":"t","action":"a","receiverCode":"c","receiverName":"n","receiverSystem":"s","uruk":' + DETAIL + "}"


def test_an_answer_with_or_without_our_part_is_read() -> None:
    found = read_usages(f'{{"totalUsages":7,"usages":[{USAGE}]}}'.encode())
    assert found.total_usages == 7 and found.usages[0].uruk is not None
    assert read_usages(b'{"totalUsages":0,"usages":[]}').usages == []
    bare = b'{"logtime":"t","action":"a","receiverCode":"c","receiverName":"n","receiverSystem":"s"}'
    assert read_usages(b'{"totalUsages":1,"usages":[' + bare + b"]}").usages[0].uruk is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"totalUsages":-1,"usages":[]}',
        b'{"totalUsages":"1","usages":[]}',
        f'{{"totalUsages":1,"usages":[{USAGE.replace("exchange", "hearsay")}]}}'.encode(),
        f'{{"totalUsages":1,"usages":[{USAGE.replace("p", "p" * 1001, 1)}]}}'.encode(),
        b'{"totalUsages":1,"usages":[' + b",".join([USAGE.encode()] * 1001) + b"]}",
    ],
    ids=["nothing", "html", "negative", "text", "source", "long", "many"],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(CodedError) as caught:
        read_usages(body)
    assert caught.value.code == "exchange.usage_answer_malformed"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"receipt":7}'])
def test_a_receipts_answer_too(body: bytes) -> None:
    assert read_receipt_answer(b'{"receipt":"{}"}').opening == ""
    with pytest.raises(CodedError) as caught:
        read_receipt_answer(body)
    assert caught.value.code == "exchange.usage_answer_malformed"
