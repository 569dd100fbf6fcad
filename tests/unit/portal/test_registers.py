"""The public pages of registries, on what the General Secretariat really knows: commitments as they were published."""

import csv
import io
import json
import re
from typing import Any

import pytest

from tests.unit.services.conftest import refused
from tests.unit.services.cooperation import OWNER, STAMPS, Cooperation, cooperation
from tests.unit.visitor import Visitor
from uruk.registries.api import BOM, PageQuery, public_records, public_registries, public_statistics
from uruk.trust.api import VersionReceipt

__all__ = ["cooperation"]
pytestmark = pytest.mark.database
LIST = f"registers/{OWNER}/commitments/"
MAX_BYTES = 60_000


def opened(visitor: Visitor, path: str) -> str:
    """The page, which anybody may open."""
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    assert len(answer.content) < MAX_BYTES
    return visitor.text


def found(visitor: Visitor, query: str) -> int:
    """How many records the list says that it has."""
    number = re.search(r'id="found">[^:]*: (\d+)<', opened(visitor, f"{LIST}?{query}"))
    assert number is not None
    return int(number[1])


def lines(visitor: Visitor, query: str = "") -> list[dict[str, Any]]:
    """The same as open data."""
    answer = visitor.client.get(f"/{visitor.language}/{LIST}data.jsonl?{query}")
    assert answer.headers["Content-Type"] == "application/jsonl"
    return [json.loads(line) for line in answer.getvalue().splitlines()]


def test_everybody_reads_what_was_promised_and_that_a_finding_accuses_nobody(cooperation: Cooperation) -> None:
    said = {"ar": "وليست اتهاماً لأحد", "ckb": "تۆمەت نییە بۆ کەس", "en": "it accuses nobody"}
    titles = {"ar": "طوابع بريدية مشتركة", "ckb": "پوولی پۆستەی هاوبەش", "en": "Joint stamps"}
    for language, words in said.items():
        visitor = Visitor(language)
        page = opened(visitor, LIST)
        assert words in page and titles[language] in page and "<script" not in page
        address = re.search(rf'href="/{language}/({LIST}[0-9a-f-]+/)"><bdi>{titles[language]}', page)
        assert address is not None
        record = opened(visitor, address[1])
        assert words in record and "create joint stamps" in record and f"commitments.yaml#{STAMPS}" in record
        assert LIST in opened(visitor, "registers/")
        assert f"/{language}/registers/" in opened(visitor, "")


def test_the_list_is_searched_in_any_spelling_narrowed_and_counted(cooperation: Cooperation) -> None:
    visitor = Visitor("en")
    page = opened(visitor, LIST)
    assert found(visitor, "") == 39
    counted = dict(re.findall(r"(?:<a [^>]*>|<span>)([A-Z][a-z ]+)(?:</a>|</span>) <strong>(\d+)</strong>", page))
    assert (counted["No public evidence"], counted["Signed"], counted["Done"]) == ("28", "2", "0")
    assert found(visitor, "f-state=no_public_evidence") == 28
    assert found(visitor, "f-owner=post") == 4 == found(visitor, "f-owner=post&f-partner=")
    assert "Post and Savings" in visitor.text
    assert found(visitor, "f-partner=ee") == 4 and found(visitor, "f-area=post&f-partner=ir") == 2
    assert found(visitor, "f-promised=2024") == 7 and found(visitor, "f-promised=٢٠٢٤") == 7
    assert found(visitor, "f-promised=nonsense") == 39 == found(visitor, "f-unknown=1")
    for spelling in ("طوابع", "طَوَابِع", "STAMPS", "پوولی", "پوولي"):
        assert found(visitor, f"q={spelling}") >= 1, spelling
    assert found(visitor, "q=nothing-of-this") == 0


def test_further_records_follow_page_by_page_and_each_stands_once(cooperation: Cooperation) -> None:
    visitor, seen, query = Visitor("ckb"), [], ""
    for _ in range(3):
        page = opened(visitor, f"{LIST}{query}")
        seen += re.findall(rf'{LIST}([0-9a-f-]{{36}})/"', page)
        more = re.search(r'class="button" href="(\?after=[^"]+)"', page)
        if more is None:
            break
        query = more[1]
    assert len(seen) == 39 == len(set(seen))


def test_the_same_is_open_data_of_all_and_of_what_was_asked_for(cooperation: Cooperation) -> None:
    visitor = Visitor("ar")
    everything = lines(visitor)
    assert len(everything) == 39 and {one["code"] for one in everything} >= {STAMPS}
    assert [one["partner"] for one in lines(visitor, "f-partner=ee&q=committee")] == ["ee"]
    answer = visitor.client.get(f"/ar/{LIST}data.csv?f-owner=post")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode().removeprefix(BOM))))
    assert {one["owner"] for one in rows} == {"post"} and len(rows) == 4


def test_a_record_shows_what_changed_when_with_receipts_and_not_who_or_why(cooperation: Cooperation) -> None:
    cooperation.report()
    cooperation.decide("report-progress", "accept", cooperation.officer, cooperation.head)
    visitor = Visitor("en")
    address = re.search(rf'/en/({LIST}[0-9a-f-]+/)"', opened(visitor, f"{LIST}?q=joint+stamps"))
    assert address is not None
    page = opened(visitor, address[1])
    assert "No public evidence" in page and "Done" in page and "https://example.iq/stamps" in page
    assert "letter" not in page and "first" not in page, "no reason of an officer"
    for number in (1, 2):
        text = visitor.client.get(f"/en/{address[1]}receipts/{number}.json").content.decode()
        receipt = VersionReceipt.parse(text)
        assert receipt.content is not None and json.loads(receipt.content)["code"] == STAMPS


def test_what_is_not_public_is_refused_whichever_way_it_is_asked_for(cooperation: Cooperation) -> None:
    known = {one.code for one in public_registries()}
    assert known == {"commitments", "committees", "initiatives", "institutions", "meetings", "memoranda", "missions"}
    visitor = Visitor("en")
    for path in ("liaisons/", "travels/", "nothing/", "travels/data.csv"):
        assert visitor.get(f"registers/{OWNER}/{path}").status_code == 404
    page = visitor.get(f"{LIST}01a21897-d92f-700e-a578-d9f6e1127eb2/")
    assert page.status_code == 404
    with refused("registries.not_public"):
        public_statistics(OWNER, "liaisons", "officer")
    with refused("registries.not_indexed"):
        public_records(OWNER, "commitments", PageQuery(order="phrase"))
