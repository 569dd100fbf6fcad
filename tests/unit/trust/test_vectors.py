"""The vectors that the browser's verifier is tried with are judged the same by Python."""

import base64
import json
from pathlib import Path

import pytest

from uruk.kernel.api import parse_rfc3339
from uruk.trust.directory import Directory
from uruk.trust.verify import read_status_lists, verify_qr

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/qr.json").read_text(encoding="utf-8"))
DIRECTORY = Directory.parse(json.dumps(VECTORS["keys"]))
LISTS = {name: base64.b64decode(token) for name, token in VECTORS["lists"].items()}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_each_vector_gets_the_verdict_it_must_get(case):
    lists = read_status_lists([LISTS[name] for name in case["lists"]], DIRECTORY)
    verdict = verify_qr(case["text"], DIRECTORY, lists, parse_rfc3339(case["at"]))
    found, expected = verdict.to_map("en"), dict(case["expected"])
    assert [[f.number, f.value, f.shortened] for f in verdict.fields] == expected.pop("fields")
    assert [remark.code for remark in verdict.warnings] == expected.pop("warnings")
    assert (verdict.original.hex() if verdict.original else None) == expected.pop("original")
    assert {key: found[key] for key in expected} == expected


def test_the_vectors_hold_every_outcome():
    assert {case["expected"]["exit"] for case in VECTORS["cases"]} == {0, 1, 2}
    assert len({case["expected"]["code"] for case in VECTORS["cases"]}) >= 20
