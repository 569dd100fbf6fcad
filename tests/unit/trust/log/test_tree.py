"""The growing tree, its edge and its tiles are the tree of the standard, whatever the batches were."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.trust.log import naive

from uruk.kernel.api import CodedError
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.log.merkle import consistency_proof, inclusion_proof, leaf_hash, range_hash
from uruk.trust.log.tiles import EMPTY_EDGE, Edge, Tiles, tile_levels, tile_path
from uruk.trust.log.tree import EMPTY

BATCHES = st.lists(st.integers(1, 40), min_size=1, max_size=8)


def entries_of(count, start=0):
    return [number.to_bytes(32, "big") for number in range(start, start + count)]


def grow(batches):
    """The tree, its edge and its files after batches of these sizes."""
    tree, edge, files = EMPTY, EMPTY_EDGE, {}
    for count in batches:
        entries = entries_of(count, tree.size)
        since, tree = tree.size, tree.grow([leaf_hash(entry) for entry in entries])
        nodes = [tree.new_nodes(8 * level, since) for level in range(tile_levels(tree.size))]
        edge, written = edge.grow(entries, nodes)
        files |= written
    return tree, edge, files


@given(BATCHES)
def test_a_tree_grown_in_batches_has_the_root_of_the_standard(batches):
    tree, _, _ = grow(batches)
    assert tree.root == naive.root(entries_of(sum(batches)))


@given(BATCHES)
def test_each_entry_of_the_newest_batch_gets_the_proof_of_the_standard(batches):
    tree, _, _ = grow(batches)
    entries = entries_of(tree.size)
    for index in range(tree.size - batches[-1], tree.size):
        assert tree.proof(index) == naive.path(index, entries)


@given(BATCHES)
@example([255])
@example([256])
@example([257])
@example([65536, 1])
@example([255, 1, 300])
def test_the_edge_alone_brings_the_tree_back(batches):
    tree, edge, _ = grow(batches)
    assert Edge.from_bytes(edge.to_bytes()) == edge
    assert (edge.tree().root, edge.tree().size) == (tree.root, tree.size)
    more = [leaf_hash(b"one more")] * 3
    assert edge.tree().grow(more).root == tree.grow(more).root


@given(st.binary(max_size=80))
def test_an_edge_of_any_other_length_is_refused(data):
    try:
        edge = Edge.from_bytes(data)
    except CodedError as error:
        assert error.code == "trust.log_damaged"
    else:
        assert edge.to_bytes() == data


def test_tiles_have_the_paths_of_the_standard():
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(3, 5, 17) == "tile/3/005.p/17"
    assert tile_path("entries", 1000) == "tile/entries/x001/000"


def test_a_tree_of_70000_has_the_tiles_that_the_standard_counts():
    _, _, files = grow([70_000])
    full = [name for name in files if ".p/" not in name and not name.startswith("tile/entries")]
    assert sum(name.startswith("tile/0/") for name in full) == 273
    assert sum(name.startswith("tile/1/") for name in full) == 1
    assert {name for name in files if ".p/" in name} == {
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/273.p/112",
    }
    assert all(len(files[name]) == 8192 for name in full)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 700])
def test_proofs_from_tiles_are_those_of_the_standard(size, tmp_path):
    tree, _, files = grow([size])
    for name, data in files.items():
        RealFileSystem().replace(tmp_path / name, data)
    entries = entries_of(size)
    assert range_hash(Tiles(RealFileSystem(), tmp_path, size).node, 0, size) == tree.root
    for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
        tiles = Tiles(RealFileSystem(), tmp_path, size)
        assert inclusion_proof(tiles.node, index, size) == naive.path(index, entries)
        assert tiles.entry(index) == entries[index]
        old = index + 1
        assert consistency_proof(tiles.node, old, size) == naive.proof(old, entries)


def test_a_proof_reads_as_many_tiles_as_the_tree_has_levels(tmp_path):
    size = 70_000
    _, _, files = grow([size])
    for name, data in files.items():
        RealFileSystem().replace(tmp_path / name, data)
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        tiles = Tiles(RealFileSystem(), tmp_path, size)
        inclusion_proof(tiles.node, index, size)
        assert tiles.reads <= 2 * tile_levels(size)


def test_a_partial_tile_that_is_gone_is_read_from_its_full_one(tmp_path):
    _, _, files = grow([300])
    for name, data in files.items():
        if ".p/" not in name:
            RealFileSystem().replace(tmp_path / name, data)
    early = entries_of(200)
    assert range_hash(Tiles(RealFileSystem(), tmp_path, 200).node, 0, 200) == naive.root(early)


def test_a_missing_tile_is_named(tmp_path):
    with pytest.raises(CodedError) as caught:
        Tiles(RealFileSystem(), tmp_path, 5).node(0, 0)
    assert (caught.value.code, caught.value.values["path"]) == ("trust.log_damaged", "tile/0/000.p/5")
