"""Two histories of one log: what proves them, and what does not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.log.support import INTERIOR, key_of, signer_of

from uruk.kernel.api import CodedError
from uruk.trust.log.checkpoint import checkpoint_text, parse_checkpoint
from uruk.trust.log.forks import Fork, find_fork, fork_of_path
from uruk.trust.log.merkle import consistency_path, leaf_hash, range_hash, verify_consistency
from uruk.trust.log.note import sign_note
from uruk.trust.log.tree import EMPTY

KEY = key_of(INTERIOR)


class History:
    """A log's tree, and the checkpoints it signs."""

    def __init__(self, *entries: bytes) -> None:
        self.leaves = [leaf_hash(entry) for entry in entries]

    def node(self, level: int, index: int) -> bytes:
        tree = EMPTY.grow(self.leaves[index << level : (index + 1) << level])
        return tree.root

    def checkpoint(self, size: int, origin: str = INTERIOR):
        root = range_hash(self.node, 0, size)
        return parse_checkpoint(sign_note(checkpoint_text(origin, size, root), origin, signer_of(origin)))


def entries(count: int, word: bytes = b"one") -> list[bytes]:
    return [b"%s %d" % (word, number) for number in range(count)]


TRUE = History(*entries(40))
OTHER = History(*entries(7), *entries(33, b"other"))


def test_two_roots_for_one_size_are_two_histories():
    found = find_fork(TRUE.checkpoint(9), OTHER.checkpoint(9))
    assert found is not None and found.proved_by(KEY) and found.origin == INTERIOR


def test_a_log_that_only_grew_has_one_history():
    assert find_fork(TRUE.checkpoint(9), TRUE.checkpoint(9)) is None
    for old in range(1, 40):
        assert find_fork(TRUE.checkpoint(old), TRUE.checkpoint(40), TRUE.node) is None
    assert find_fork(TRUE.checkpoint(9), TRUE.checkpoint(40)) is None, "without the tree nothing is seen"


@given(old=st.integers(8, 39), new=st.integers(9, 40))
def test_a_tree_that_does_not_hold_what_was_signed_before_proves_it(old, new):
    if old >= new:
        return
    found = find_fork(OTHER.checkpoint(new), TRUE.checkpoint(old), OTHER.node)
    assert found is not None and found.proved_by(KEY)
    assert (found.older.size, found.newer.size) == (old, new)


@given(old=st.integers(1, 39), new=st.integers(2, 40))
def test_nobody_can_blame_an_honest_log(old, new):
    if old >= new:
        return
    older, newer = TRUE.checkpoint(old), TRUE.checkpoint(new)
    for path in (consistency_path(OTHER.node, old, new), consistency_path(TRUE.node, old, new), [], [bytes(32)] * 3):
        assert fork_of_path(older, newer, tuple(path)) is None
        assert not Fork(older, newer, tuple(path)).proved_by(KEY)


@given(old=st.integers(1, 39), new=st.integers(2, 40))
def test_the_proof_of_consistency_is_the_path_without_what_the_verifier_has(old, new):
    if old >= new:
        return
    path = consistency_path(TRUE.node, old, new)
    proof = path if old & (old - 1) else path[1:]
    assert verify_consistency(old, new, TRUE.checkpoint(old).root, TRUE.checkpoint(new).root, proof)


def test_checkpoints_of_another_key_or_log_prove_nothing():
    found = find_fork(TRUE.checkpoint(9), OTHER.checkpoint(9))
    assert found is not None and not found.proved_by(key_of("iq/health/demo/0/1"))
    foreign = Fork(TRUE.checkpoint(9), OTHER.checkpoint(9, "iq/health/demo/0/1"))
    assert not foreign.proved_by(KEY)


def test_a_path_beside_two_roots_of_one_size_is_refused():
    assert not Fork(TRUE.checkpoint(9), OTHER.checkpoint(9), (bytes(32),)).proved_by(KEY)


def test_the_evidence_travels_as_json():
    for found in (
        find_fork(TRUE.checkpoint(9), OTHER.checkpoint(9)),
        find_fork(TRUE.checkpoint(9), OTHER.checkpoint(30), OTHER.node),
    ):
        assert found is not None
        assert Fork.from_map(json.loads(json.dumps(found.to_map()))) == found


@pytest.mark.parametrize(
    "change",
    [
        {"path": "x"},
        {"path": ["x"]},
        {"path": [1]},
        {"path": [""] * 65},
        {"older": 1},
        {"more": 1},
    ],
)
def test_anything_else_is_no_evidence(change):
    found = find_fork(TRUE.checkpoint(9), OTHER.checkpoint(9))
    assert found is not None
    with pytest.raises(CodedError) as refused:
        Fork.from_map(found.to_map() | change)
    assert refused.value.code == "trust.fork_malformed"
    for wrong in (None, [], "text"):
        with pytest.raises(CodedError):
            Fork.from_map(wrong)
