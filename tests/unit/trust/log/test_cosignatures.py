"""Witnesses' cosignatures under a checkpoint, and what a receipt under one proves."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.unit.trust.log.support import INTERIOR, NOW, Node, act, key_of, signer_of
from tests.unit.trust.world import START, World

from uruk.kernel.api import CodedError
from uruk.trust.delegations import delegate
from uruk.trust.directory_entries import LogKey
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.log.checkpoint import checkpoint_text, parse_checkpoint
from uruk.trust.log.cosignature import Witness, WitnessKey, cosign, cosigned_at, with_cosignatures
from uruk.trust.log.note import NoteKey, sign_note
from uruk.trust.log.public_log import FolderFiles, PublicLog
from uruk.trust.receipt_check import verify_receipt
from uruk.trust.receipts import Receipt
from uruk.trust.statements import build_statement

IDENTITY = MemorySigner.generate("ed25519")
AT = int(NOW.timestamp())
NAMES = ("iq/health-node/witness/1", "iq/water-node/witness/1")
SIGNERS = {name: MemorySigner.generate("ed25519") for name in NAMES}
KEYS = {name: WitnessKey(name, SIGNERS[name].public_key) for name in NAMES}
WITNESSES = tuple(Witness(KEYS[name], name.split("/")[1]) for name in NAMES)


def checkpoint(size=5):
    return parse_checkpoint(sign_note(checkpoint_text(INTERIOR, size, bytes(32)), INTERIOR, signer_of(INTERIOR)))


def directory(**period):
    key = str(key_of(INTERIOR))
    listed = LogKey(
        origin=INTERIOR, key=key, delegation=delegate(IDENTITY, "interior", "log", key, START), start=START, **period
    )
    world = World.make().directory
    entry = replace(world.institutions["interior"], identity=IDENTITY.public_key, logs=(listed,), seals=())
    return replace(world, institutions={"interior": entry})


@pytest.fixture
def node(tmp_path):
    return Node(tmp_path)


@pytest.fixture
def receipt(node):
    """A receipt whose log three more entries follow."""
    statement = build_statement(
        statement_type="document", role="issued", author="interior", act=act(1), time=AT, directory_version=1,
        directory_digest=bytes(32), body={},
    )  # fmt: skip
    writer = node.open()
    found = writer.append("interior", act(1), statement)
    for number in range(2, 5):
        writer.append("interior", act(number), b"another")
    writer.close()
    return found


def witnessed(node, receipt, *lines, at=AT + 60):
    log = PublicLog(FolderFiles(node.public), INTERIOR)
    newest = log.checkpoint()
    lines = lines or [cosign(newest, name, SIGNERS[name], at) for name in NAMES]
    return log.receipt_under(receipt, with_cosignatures(newest, lines))


def code(receipt, witnesses=WITNESSES, keys=None):
    with pytest.raises(CodedError) as caught:
        verify_receipt(receipt, keys or directory(), witnesses=witnesses)
    return caught.value.code


def test_a_cosignature_is_what_the_standard_says():
    line = cosign(checkpoint(), NAMES[0], SIGNERS[NAMES[0]], AT)
    name, encoded = line.removeprefix("— ").removesuffix("\n").split(" ")
    blob = base64.b64decode(encoded)
    public = SIGNERS[NAMES[0]].public_key
    assert name == NAMES[0] and len(blob) == 4 + 8 + 64
    assert blob[:4] == hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    assert int.from_bytes(blob[4:12], "big") == AT
    signed = f"cosignature/v1\ntime {AT}\n{INTERIOR}\n5\n{base64.b64encode(bytes(32)).decode()}\n"
    SIGNERS[NAMES[0]]._key.public_key().verify(blob[12:], signed.encode())


def test_the_key_of_a_witness_is_not_that_of_a_log():
    key = KEYS[NAMES[0]]
    assert WitnessKey.parse(str(key)) == key
    with pytest.raises(CodedError) as refused:
        NoteKey.parse(str(key))
    assert refused.value.code == "trust.note_key"
    assert key != NoteKey(key.name, key.public_key)


def test_a_cosignature_tells_its_time_and_holds_for_its_checkpoint_only():
    name, key = NAMES[0], KEYS[NAMES[0]]
    line = cosign(checkpoint(), name, SIGNERS[name], AT)
    assert cosigned_at(with_cosignatures(checkpoint(), [line]).note, key) == AT
    assert cosigned_at(with_cosignatures(checkpoint(6), [line]).note, key) is None
    assert cosigned_at(checkpoint().note, key) is None
    assert cosigned_at(with_cosignatures(checkpoint(), [line]).note, KEYS[NAMES[1]]) is None


def test_cosignatures_stand_in_the_order_of_names_and_once_each():
    lines = [cosign(checkpoint(), name, SIGNERS[name], AT) for name in reversed(NAMES)]
    later = cosign(checkpoint(), NAMES[0], SIGNERS[NAMES[0]], AT + 1)
    both = with_cosignatures(with_cosignatures(checkpoint(), lines), [later])
    assert [signature[0] for signature in both.note.signatures] == [INTERIOR, *NAMES]
    assert cosigned_at(both.note, KEYS[NAMES[0]]) == AT + 1
    assert both.own == checkpoint().raw and both.verified_by(key_of(INTERIOR))


@pytest.mark.parametrize("line", ["", "nothing\n", "— name\n", "— iq/x/witness/1 AAAA\n"])
def test_a_line_that_is_no_signature_is_refused(line):
    with pytest.raises(CodedError) as refused:
        with_cosignatures(checkpoint(), [line] if line else ["\n"])
    assert refused.value.code == "trust.note_malformed"


def test_a_receipt_is_witnessed_by_so_many_operators(node, receipt):
    found = verify_receipt(witnessed(node, receipt), directory(), witnesses=WITNESSES)
    assert (found.grade, found.operators) == ("witnessed", ("health-node", "water-node"))
    assert found.proved_at == datetime.fromtimestamp(AT + 60, UTC)
    one_voice = tuple(replace(witness, operator="ministry") for witness in WITNESSES)
    assert verify_receipt(witnessed(node, receipt), directory(), witnesses=one_voice).operators == ("ministry",)
    assert verify_receipt(receipt, directory(), witnesses=WITNESSES).grade == "signed"


def test_the_receipt_reads_back_as_it_was_written(node, receipt):
    good = witnessed(node, receipt)
    assert Receipt.parse(good.to_json()) == good and good.grade == "witnessed"


def test_without_its_cosignatures_a_receipt_is_verified_with_keys_json_alone(node, receipt):
    plain = witnessed(node, receipt).without_cosignatures()
    found = verify_receipt(plain, directory())
    assert (found.grade, found.operators) == ("signed", ())


def test_the_signature_of_an_unknown_witness_is_refused(node, receipt):
    assert code(witnessed(node, receipt), WITNESSES[:1]) == "trust.receipt_witness"
    assert code(witnessed(node, receipt), ()) == "trust.receipt_witness"


def test_no_byte_of_the_cosignatures_goes_unread(node, receipt):
    good = witnessed(node, receipt).proof
    start = good.index("— iq/health")
    for place in range(start, len(good)):
        other = chr(ord(good[place]) ^ 1) if good[place].isascii() else "-"
        damaged = Receipt(receipt.statement, receipt.salt, good[:place] + other + good[place + 1 :])
        with pytest.raises(CodedError):
            verify_receipt(damaged, directory(), witnesses=WITNESSES)


def test_cosignatures_in_another_order_or_twice_are_refused(node, receipt):
    good = witnessed(node, receipt)
    head, _, lines = good.proof.rpartition("\n\n")
    log, first, second = lines.splitlines(keepends=True)
    for wrong in ([log, second, first], [log, first, first], [first, log, second], [log, log, first]):
        assert code(Receipt(good.statement, good.salt, f"{head}\n\n{''.join(wrong)}")) == "trust.receipt_signature"


def test_a_time_that_no_calendar_has_is_refused(node, receipt):
    newest = PublicLog(FolderFiles(node.public), INTERIOR).checkpoint()
    for at in ((1 << 63) - 1, 1 << 63):
        line = cosign(newest, NAMES[0], SIGNERS[NAMES[0]], at)
        assert code(witnessed(node, receipt, line)) == "trust.receipt_signature"


def test_after_a_theft_of_the_logs_key_what_was_witnessed_before_still_counts(node, receipt):
    stolen = directory(compromised_since=datetime.fromtimestamp(AT + 100, UTC))
    assert code(receipt, keys=stolen) == "trust.log_compromised"
    assert verify_receipt(witnessed(node, receipt, at=AT + 99), stolen, witnesses=WITNESSES).grade == "witnessed"
    assert code(witnessed(node, receipt, at=AT + 101), keys=stolen) == "trust.log_compromised"


def test_the_log_of_another_name_is_not_read_as_this_one(node, receipt):
    (node.public / "iq/health/demo/0/1").mkdir(parents=True)
    taken = (node.public / INTERIOR / "checkpoint").read_bytes()
    (node.public / "iq/health/demo/0/1/checkpoint").write_bytes(taken)
    with pytest.raises(CodedError) as refused:
        PublicLog(FolderFiles(node.public), "iq/health/demo/0/1").checkpoint()
    assert refused.value.code == "trust.log_unknown"
    with pytest.raises(CodedError) as missing:
        PublicLog(FolderFiles(node.public), "iq/nobody/demo/0/1").checkpoint()
    assert missing.value.code == "trust.log_unknown"


def test_the_check_of_a_log_reads_the_cosigned_checkpoint_beside_it(node, receipt):
    from uruk.trust.log.check import check_log

    path = node.public / INTERIOR / "cosigned"
    newest = PublicLog(FolderFiles(node.public), INTERIOR).checkpoint()
    path.write_bytes(with_cosignatures(newest, [cosign(newest, NAMES[0], SIGNERS[NAMES[0]], AT)]).raw)
    assert check_log(node.folder, node.public) == []
    path.write_bytes(b"nothing")
    assert [problem.code for problem in check_log(node.folder, node.public)] == ["trust.check_bits"]
    path.write_bytes(checkpoint(3).raw)
    assert [problem.code for problem in check_log(node.folder, node.public)] == ["trust.check_checkpoint"]
