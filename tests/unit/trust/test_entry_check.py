"""A receipt in parts is judged as a whole one is, and the signature of a batch is verified once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz import logs
from tests.unit.trust.world import START

from uruk.kernel.api import CodedError
from uruk.trust import entry_check
from uruk.trust.entry_check import SeenCheckpoint, VerifiedCheckpoints, verify_entry
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.log.checkpoint import checkpoint_text, parse_checkpoint
from uruk.trust.log.merkle import leaf_hash, verify_inclusion
from uruk.trust.log.note import sign_note
from uruk.trust.log.tree import EMPTY
from uruk.trust.receipt_check import verify_receipt
from uruk.trust.receipts import Receipt, ReceiptParts

TIME = int(START.timestamp()) + 100


def judged(parts: ReceiptParts, statement: bytes = logs.STATEMENT, **changes: object) -> str:
    """The code of the refusal, or the origin of the log that proves it."""
    asked = {"author": "interior", "time": TIME, "directory": logs.directory()} | changes
    try:
        return verify_entry(statement, parts, checkpoints=VerifiedCheckpoints(), **asked).origin  # type: ignore[arg-type]
    except CodedError as error:
        return error.code


def test_a_receipt_says_the_same_in_parts() -> None:
    receipt = logs.receipt()
    assert Receipt.of_parts(receipt.statement, receipt.parts) == receipt
    assert judged(receipt.parts) == logs.ORIGIN


def test_parts_that_are_no_proof_are_refused() -> None:
    parts = logs.receipt().parts
    wrong = [replace(parts, salt=b"short"), replace(parts, path=parts.path[:-1]), replace(parts, path=parts.path * 99)]
    assert {judged(one) for one in wrong} == {"trust.proof_malformed"}
    with pytest.raises(CodedError, match=r"trust\.proof_malformed"):
        Receipt.of_parts(b"statement", replace(parts, checkpoint=b"\xff"))


@pytest.mark.parametrize("place", range(0, 32, 5))
def test_every_changed_part_is_refused_as_a_whole_receipt_would_be(place: int) -> None:
    parts = logs.receipt().parts
    for name in ("salt", "path"):
        changed = bytearray(getattr(parts, name))
        changed[place] ^= 1
        assert judged(replace(parts, **{name: bytes(changed)})) == "trust.receipt_inclusion"
    assert judged(replace(parts, index=parts.index + 1)) == "trust.receipt_inclusion"
    assert judged(parts, logs.STATEMENT + b"x") == "trust.receipt_inclusion"


def test_another_authors_log_and_another_time_are_refused() -> None:
    parts = logs.receipt().parts
    assert judged(parts, author="justice") == "trust.log_unlisted"
    assert judged(parts, time=TIME - int(timedelta(days=9999).total_seconds())) == "trust.log_not_yet"
    assert judged(parts, time=1 << 70) == "trust.statement_shape"


def test_a_signature_of_another_key_or_a_second_one_is_refused() -> None:
    parts = logs.receipt().parts
    text = parts.checkpoint.decode().rpartition("\n\n")[0] + "\n"
    forged = sign_note(text, logs.ORIGIN, MemorySigner.generate("ed25519"))
    assert judged(replace(parts, checkpoint=forged)) == "trust.receipt_signature"
    twice = parts.checkpoint + forged.rpartition(b"\n\n")[2]
    assert judged(replace(parts, checkpoint=twice)) == "trust.receipt_signature"
    with pytest.raises(CodedError, match=r"trust\.receipt_signature"):
        verify_receipt(Receipt.of_parts(logs.STATEMENT, replace(parts, checkpoint=twice)), logs.directory())


def test_a_checkpoint_is_verified_once_for_each_key(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    original = entry_check.NoteKey.parse
    monkeypatch.setattr(entry_check.NoteKey, "parse", lambda text: asked.append(text) or original(text))
    checkpoints, parts = VerifiedCheckpoints(), logs.receipt().parts
    for _ in range(3):
        verify_entry(
            logs.STATEMENT, parts, author="interior", time=TIME, directory=logs.directory(), checkpoints=checkpoints
        )
    assert len(asked) == 1


def test_the_oldest_checkpoints_are_dropped_and_verified_again() -> None:
    checkpoints = VerifiedCheckpoints(limit=2)
    raw = logs.checkpoint()
    for size in range(1, 4):
        checkpoints.read(sign_note(checkpoint_text(logs.ORIGIN, size, bytes(32)), logs.ORIGIN, logs.LOG))
    assert len(checkpoints._found) == 2
    assert checkpoints.read(raw).raw == raw


@given(st.integers(1, 70), st.data())
def test_what_is_remembered_of_paths_lets_in_nothing_that_a_whole_look_would_refuse(size: int, data: Any) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    tree = EMPTY.grow(leaves)
    checkpoint = replace(parse_checkpoint(logs.checkpoint()), size=size, root=tree.root)
    seen = SeenCheckpoint(checkpoint)
    for _ in range(12):
        index = data.draw(st.integers(0, size))
        path = b"".join(tree.proof(min(index, size - 1)))
        leaf = leaves[data.draw(st.integers(0, size - 1))] if data.draw(st.booleans()) else leaves[min(index, size - 1)]
        if path and data.draw(st.booleans()):
            place = data.draw(st.integers(0, len(path) - 1))
            path = path[:place] + bytes([path[place] ^ 1]) + path[place + 1 :]
        path = path[: len(path) - 32 * data.draw(st.integers(0, 1))] + bytes(32 * data.draw(st.integers(0, 1)))
        hashes = [path[at : at + 32] for at in range(0, len(path), 32)]
        assert seen._includes(index, leaf, path) == verify_inclusion(index, size, leaf, hashes, tree.root)
