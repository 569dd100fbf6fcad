"""Hashes and proofs against RFC 6962 as it is written (naive.py) and against vectors made by others."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.log import naive

from uruk.trust.log.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    range_hash,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[5] / "shared/vectors/merkle"
ENTRIES = [bytes([number]) for number in range(70)]
SIZES = st.integers(1, len(ENTRIES))


def vectors(kind):
    found = sorted((VECTORS / kind).rglob("*.json"))
    return [pytest.param(path, id=path.relative_to(VECTORS).as_posix()) for path in found] or [None]


def case_of(path):
    if path is None:
        pytest.skip("../shared/vectors is not beside the repository")
    return json.loads(path.read_text())


def unpack(text):
    return base64.b64decode(text or "")


@pytest.mark.parametrize("path", vectors("inclusion"))
def test_an_inclusion_vector_of_others_is_judged_as_it_must_be(path):
    case = case_of(path)
    proof = [unpack(item) for item in case["proof"] or []]
    leaf, root = unpack(case["leafHash"]), unpack(case["root"])
    assert verify_inclusion(case["leafIdx"], case["treeSize"], leaf, proof, root) is not case["wantErr"]


@pytest.mark.parametrize("path", vectors("consistency"))
def test_a_consistency_vector_of_others_is_judged_as_it_must_be(path):
    case = case_of(path)
    proof = [unpack(item) for item in case["proof"] or []]
    roots = unpack(case["root1"]), unpack(case["root2"])
    assert verify_consistency(case["size1"], case["size2"], *roots, proof) is not case["wantErr"]


def test_all_vectors_of_others_are_there_where_any_is():
    counts = [len(list((VECTORS / kind).rglob("*.json"))) for kind in ("inclusion", "consistency")]
    assert counts in ([98, 98], [0, 0])


def test_the_empty_tree_has_the_root_of_the_standard():
    assert naive.root([]) == EMPTY_ROOT == range_hash(naive.node([]), 0, 0)


def test_leaves_and_nodes_are_told_apart_by_their_first_byte():
    assert naive.root(ENTRIES[:2]) != leaf_hash(leaf_hash(ENTRIES[0]) + leaf_hash(ENTRIES[1]))


@pytest.mark.parametrize("size", range(1, 41))
def test_roots_and_inclusion_proofs_are_those_of_the_standard(size):
    entries = ENTRIES[:size]
    node = naive.node(entries)
    assert range_hash(node, 0, size) == naive.root(entries)
    for index in range(size):
        proof = inclusion_proof(node, index, size)
        assert proof == naive.path(index, entries)
        assert verify_inclusion(index, size, leaf_hash(entries[index]), proof, naive.root(entries))


@given(SIZES, SIZES)
def test_consistency_proofs_are_those_of_the_standard(one, other):
    old, new = sorted((one, other))
    proof = consistency_proof(naive.node(ENTRIES[:new]), old, new)
    assert proof == naive.proof(old, ENTRIES[:new])
    assert verify_consistency(old, new, naive.root(ENTRIES[:old]), naive.root(ENTRIES[:new]), proof)


@given(SIZES, st.data())
def test_an_inclusion_proof_with_one_bit_changed_proves_nothing(size, data):
    index = data.draw(st.integers(0, size - 1))
    entries = ENTRIES[:size]
    parts = [leaf_hash(entries[index]), naive.root(entries), *naive.path(index, entries)]
    place, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[place] = flipped(parts[place], bit)
    leaf, root, *proof = parts
    assert not verify_inclusion(index, size, leaf, proof, root)


@given(SIZES, SIZES, st.data())
def test_a_consistency_proof_with_one_bit_changed_proves_nothing(one, other, data):
    old, new = sorted((one, other))
    parts = [naive.root(ENTRIES[:old]), naive.root(ENTRIES[:new]), *naive.proof(old, ENTRIES[:new])]
    place, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[place] = flipped(parts[place], bit)
    first, second, *proof = parts
    assert not verify_consistency(old, new, first, second, proof)


@given(SIZES, st.data())
def test_a_leaf_is_nowhere_else_than_where_it_is(size, data):
    index, claimed = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size + 3))
    proof = naive.path(index, ENTRIES[:size])
    found = verify_inclusion(claimed, size, leaf_hash(ENTRIES[index]), proof, naive.root(ENTRIES[:size]))
    assert found == (claimed == index)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_what_is_not_in_the_tree(index, size):
    with pytest.raises(IndexError):
        inclusion_proof(naive.node(ENTRIES), index, size)
    assert not verify_inclusion(index, size, bytes(32), [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 0)])
def test_there_is_no_proof_of_a_tree_that_did_not_grow(old, new):
    with pytest.raises(IndexError):
        consistency_proof(naive.node(ENTRIES), old, new)


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
