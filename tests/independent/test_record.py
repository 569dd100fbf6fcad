"""Two verifiers of a version's receipt that share no code agree, on every version and on every changed bit."""

import importlib.util
import json
import secrets
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from tests.independent.test_verify import MADE, directory, each_bit_changed, statement
from tests.unit.trust.log.support import Node, act
from uruk.kernel.api import CodedError, new_id
from uruk.trust.directory import Directory
from uruk.trust.record_versions import VersionLeaf, VersionReceipt, verify_version, version_leaf, version_tree

HERE = Path(__file__).parent
CONTENT = '{"area":40,"name":"مخبز"}'
FORM = sha256(b"a definition").digest()


def leaf(number, **changed):
    digest = sha256(CONTENT.encode()).digest()
    facts = {"record": new_id(), "number": number, "kind": "create", "content": digest, "valid_from": "2026-11-23"}
    return VersionLeaf(**{**facts, "valid_until": None, "format": FORM, **changed})


def change_set(writer, number, count, more=(), **changed):
    """The receipts of an act's versions."""
    leaves = [leaf(place + 1).to_bytes() for place in range(count)]
    salts = [secrets.token_bytes(32) for _ in leaves]
    tree = version_tree([version_leaf(salt, one) for salt, one in zip(salts, leaves, strict=True)])
    body = {"registry": "shops", "format": FORM, "count": count, "root": tree.root, **dict(more)}
    facts = {"statement_type": "record.changed", "role": "recorded", "body": body, **changed}
    receipt = writer.append("interior", act(number), statement(number, **facts))
    return [
        VersionReceipt(receipt, salt, one, place, tuple(tree.proof(place)), CONTENT if place % 2 else None)
        for place, (salt, one) in enumerate(zip(salts, leaves, strict=True))
    ]


@pytest.fixture(scope="module")
def writer(tmp_path_factory):
    opened = Node(tmp_path_factory.mktemp("node")).open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def independent():
    sys.path.insert(0, str(HERE))
    specification = importlib.util.spec_from_file_location("independent_record", HERE / "record.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    yield module
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def accept(independent):
    """Ask both; they must be of one mind."""
    text = directory().to_json()
    ours, theirs = Directory.parse(text), json.loads(text)

    def asked(line):
        try:
            mine = bool(verify_version(VersionReceipt.parse(line), ours, author="interior", at=MADE))
        except CodedError:
            mine = False
        try:
            other = bool(independent.verify_version(line, theirs))
        except Exception:
            other = False
        assert mine == other, f"ours {mine}, theirs {other}: {line[:200]!r}"
        return mine

    return asked


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 100])
def test_both_accept_each_version_of_an_act(writer, accept, count):
    assert all(accept(one.to_json().encode()) for one in change_set(writer, 1_000 + count, count))


def test_both_refuse_a_receipt_with_any_one_bit_changed(writer, accept):
    line = change_set(writer, 2_000, 5)[3].to_json().encode()
    assert accept(line)
    assert not any(accept(changed) for changed in each_bit_changed(line))


def test_both_refuse_a_version_that_the_act_did_not_record(writer, accept):
    mine, other = change_set(writer, 3_000, 4), change_set(writer, 3_001, 4)
    for changed in (
        {"receipt": other[1].receipt},
        {"leaf": mine[2].leaf},
        {"salt": mine[2].salt},
        {"index": 2},
        {"path": mine[1].path[:-1]},
        {"content": CONTENT.replace("40", "41")},
    ):
        facts = {name: getattr(mine[1], name) for name in ("receipt", "salt", "leaf", "index", "path", "content")}
        assert not accept(VersionReceipt(**{**facts, **changed}).to_json().encode())


def test_both_refuse_a_root_in_a_statement_of_another_kind(writer, accept):
    assert not accept(change_set(writer, 4_000, 2, statement_type="document")[0].to_json().encode())
    assert not accept(change_set(writer, 4_001, 2, role="decided")[0].to_json().encode())


def test_each_reason_has_its_own_code(writer):
    keys, (first, second, *_) = directory(), change_set(writer, 5_000, 3)
    for given, code in (
        (VersionReceipt(first.receipt, first.salt, b"\xa0", 0, first.path), "trust.record_leaf_malformed"),
        (VersionReceipt(first.receipt, second.salt, first.leaf, 0, first.path), "trust.record_inclusion"),
        (VersionReceipt(first.receipt, first.salt, first.leaf, 0, first.path, "{}"), "trust.record_content"),
    ):
        with pytest.raises(CodedError) as refused:
            verify_version(given, keys)
        assert refused.value.code == code
    with pytest.raises(CodedError, match=r"trust\.record_receipt_malformed"):
        VersionReceipt.parse(first.to_json() + " ")


def test_what_is_no_leaf_is_refused():
    good = leaf(1)
    assert VersionLeaf.from_bytes(good.to_bytes()) == good
    for changed in ({"number": 0}, {"valid_from": "2026-13-01"}, {"valid_until": "1.1.2027"}, {"format": b"short"}):
        with pytest.raises(CodedError, match=r"trust\.record_leaf_malformed"):
            VersionLeaf.from_bytes(replace(good, **changed).to_bytes())


def test_the_command_exits_0_when_each_verifies_and_1_with_the_reason_of_the_first_that_does_not(writer, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(directory().to_json(), encoding="utf-8")
    good = [one.to_json().encode() for one in change_set(writer, 6_000, 3)]
    command = [sys.executable, str(HERE / "record.py"), str(keys)]
    done = subprocess.run(command, input=b"\n".join(good), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    came = change_set(writer, 6_001, 1, more={"import": {"id": bytes(16), "rows": 7}})[0].to_json().encode()
    done = subprocess.run(command, input=b"\n".join([good[0], came]), capture_output=True, check=False, timeout=60)
    assert done.stdout.decode() == f"receipt 2: one of 7 rows of the import {UUID(int=0)}\n"
    bad = good[1].replace(b"\\u0645", b"\\u0646", 1)
    done = subprocess.run(command, input=b"\n".join([good[0], bad]), capture_output=True, check=False, timeout=60)
    assert done.returncode == 1 and done.stderr.startswith(b"receipt 2: the content")


def test_it_is_short_and_imports_nothing_of_ours():
    source = (HERE / "record.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 60 and "uruk." not in source.replace('"uruk', "")
    imported = {line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import", "from"))}
    assert imported <= {*sys.stdlib_module_names, "cryptography", "verify"}
