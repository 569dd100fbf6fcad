"""Harnesses of the log's formats: signed notes, checkpoints, proofs, receipts, tiles, edges, frames, the socket."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.fuzz.harness import Harness, as_text
from tests.unit.trust.test_statements import COMMON
from tests.unit.trust.world import START, World
from uruk.trust.delegations import delegate
from uruk.trust.directory_entries import LogKey
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.log.checkpoint import checkpoint_text, parse_checkpoint
from uruk.trust.log.frames import ENTRY, ENTRY_BODY_BYTES, frame, read_batch, seal_batch, split_frames
from uruk.trust.log.merkle import inclusion_proof, leaf_hash, node_hash, range_hash
from uruk.trust.log.note import NoteKey, note_bytes, parse_note, sign_note
from uruk.trust.log.proof import parse_proof, proof_text
from uruk.trust.log.tiles import EMPTY_EDGE, Edge, Tiles
from uruk.trust.log.wire import pack, take
from uruk.trust.receipt_check import verify_receipt
from uruk.trust.receipts import Receipt, entry_of
from uruk.trust.statements import build_statement

ORIGIN = "iq/interior/demo/0/1"
LOG = MemorySigner.generate("ed25519")
WORLD = World.make()
SALT = bytes(range(32))
ENTRIES = [bytes([number]) * 32 for number in range(4)]
STATEMENT = build_statement(**COMMON | {"time": int(START.timestamp()) + 100})


LEAVES = [leaf_hash(entry_of(STATEMENT, SALT)), *map(leaf_hash, ENTRIES)]


@cache
def checkpoint() -> bytes:
    root = range_hash(small_node, 0, len(LEAVES))
    return sign_note(checkpoint_text(ORIGIN, len(LEAVES), root), ORIGIN, LOG)


def small_node(level: int, index: int) -> bytes:
    """The node of a complete subtree, computed anew: the tree has five leaves."""
    if level == 0:
        return LEAVES[index]
    return node_hash(small_node(level - 1, 2 * index), small_node(level - 1, 2 * index + 1))


@cache
def proof() -> str:
    return proof_text(0, inclusion_proof(small_node, 0, len(LEAVES)), checkpoint())


@cache
def receipt() -> Receipt:
    return Receipt(STATEMENT, SALT, proof())


@cache
def directory():
    vkey = str(NoteKey(ORIGIN, LOG.public_key))
    delegation = delegate(WORLD.identity, "interior", "log", vkey, START)
    log = LogKey(origin=ORIGIN, key=vkey, start=START, delegation=delegation)
    entry = replace(WORLD.directory.institutions["interior"], logs=(log,))
    return replace(WORLD.directory, institutions={"interior": entry})


def check_note(data: bytes) -> None:
    note = parse_note(data)
    if len(note.signatures) == 1:
        assert note_bytes(note.text, *note.signatures[0]) == data
    if note.verified_by(NoteKey(ORIGIN, LOG.public_key)):
        assert note.text == parse_note(checkpoint()).text, "a forged note"


def check_note_key(data: bytes) -> None:
    text = as_text(data)
    assert str(NoteKey.parse(text)) == text


def check_checkpoint(data: bytes) -> None:
    found = parse_checkpoint(data)
    assert found.raw == data
    if found.verified_by(NoteKey(ORIGIN, LOG.public_key)):
        assert found.root == parse_checkpoint(checkpoint()).root


def check_proof(data: bytes) -> None:
    text = as_text(data)
    found = parse_proof(text)
    assert proof_text(found.index, found.path, found.checkpoint.raw) == text
    found.includes(LEAVES[0])


def check_receipt(data: bytes) -> None:
    found = Receipt.parse(data)
    assert found.to_json().encode() == data
    verify_receipt(found, directory(), type="document", role="issued", author="interior")
    assert found == receipt(), "a forged receipt"


def check_edge(data: bytes) -> None:
    found = Edge.from_bytes(data)
    assert found.to_bytes() == data


class OneFile:
    """A file system in which every path holds the same bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, path: Path) -> bytes:
        return self.data


def check_tile(data: bytes) -> None:
    size = len(data) // 32 or 1
    tiles = Tiles(OneFile(data), Path("log"), size)
    assert len(tiles.node(0, size - 1)) == 32


def check_entries(data: bytes) -> None:
    size = len(data) // 34 or 1
    assert len(Tiles(OneFile(data), Path("log"), size).entry(size - 1)) == 32


def check_batch(data: bytes) -> None:
    found = read_batch(data, 0, bytes(32), 1)
    try:
        frames = list(split_frames(data))
    except ValueError:
        frames = []
    assert sum(len(each.body) for each in frames) <= len(data)
    if found is not None:
        assert (
            b"".join(seal_batch(bytes(32), 1, found[0])[:1])[: len(data)]
            == data[: len(seal_batch(bytes(32), 1, found[0])[0])]
        )


def check_wire(data: bytes) -> None:
    buffer = bytearray(data)
    message = take(buffer)
    if message is not None:
        assert pack(message) + bytes(buffer) == data


def edges() -> list[bytes]:
    edge, _ = EMPTY_EDGE.grow(ENTRIES, [LEAVES[1:]])
    return [EMPTY_EDGE.to_bytes(), edge.to_bytes()]


def bundle() -> bytes:
    return b"".join(b"\x00\x20" + entry for entry in ENTRIES)


def batches() -> list[bytes]:
    frames = frame(ENTRY, 0, bytes(ENTRY_BODY_BYTES) + b"statement") + frame(ENTRY + 1, 1, b"checkpoint")
    return [seal_batch(bytes(32), 1, frames)[0], seal_batch(bytes(32), 1, b"")[0], frames]


HARNESSES = (
    Harness("note", lambda: [checkpoint(), sign_note("two\nlines\n", "example/x", LOG)], check_note),
    Harness("note_key", lambda: [str(NoteKey(ORIGIN, LOG.public_key)).encode()], check_note_key),
    Harness("checkpoint", lambda: [checkpoint()], check_checkpoint),
    Harness("proof", lambda: [proof().encode()], check_proof),
    Harness("receipt", lambda: [receipt().to_json().encode()], check_receipt),
    Harness("edge", edges, check_edge),
    Harness("tile", lambda: [b"".join(LEAVES), bytes(8192)], check_tile),
    Harness("entries", lambda: [bundle()], check_entries),
    Harness("batch", batches, check_batch),
    Harness("wire", lambda: [pack({"ask": "append", "statement": b"x"}), pack({})], check_wire),
)
