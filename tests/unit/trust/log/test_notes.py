"""Signed notes, checkpoints, proofs and receipts are read in their one spelling and in no other."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.log.support import INTERIOR, act, key_of, signer_of

from uruk.kernel.api import CodedError
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.log.checkpoint import checkpoint_text, parse_checkpoint
from uruk.trust.log.note import NoteKey, parse_note, sign_note
from uruk.trust.log.proof import parse_proof, proof_text
from uruk.trust.log.strict import b64, unb64, undecimal
from uruk.trust.receipts import Receipt, entry_of

# The example of C2SP signed-note, with its verifier key.
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaq"
    "P3ZekRwNtIc=\n"
)
NOTE = sign_note(checkpoint_text(INTERIOR, 5, bytes(32)), INTERIOR, signer_of(INTERIOR))


def code(function, *args):
    with pytest.raises(CodedError) as caught:
        function(*args)
    return caught.value.code


def test_the_example_of_the_standard_is_read_with_its_empty_line():
    note = parse_note(POEM.encode())
    assert note.text.endswith("\n\ned è subito sera.\n")
    ((name, key_id, signature),) = note.signatures
    assert (name, len(key_id), len(signature)) == ("quasimodo.example/salvatore", 4, 64)


def test_a_note_is_verified_by_its_own_key_alone():
    checkpoint = parse_checkpoint(NOTE)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (INTERIOR, 5, bytes(32))
    assert checkpoint.verified_by(key_of(INTERIOR))
    assert not checkpoint.verified_by(key_of("another"))
    assert not checkpoint.verified_by(NoteKey(INTERIOR, signer_of("another").public_key))
    renamed = sign_note(checkpoint_text("iq/health/demo/0/1", 5, bytes(32)), INTERIOR, signer_of(INTERIOR))
    assert not parse_checkpoint(renamed).verified_by(key_of(INTERIOR)), "the origin must be the key's name"


def test_an_unknown_signature_is_ignored_and_a_wrong_one_of_a_known_key_is_not():
    other = sign_note("x\n", "witness", MemorySigner.generate("ed25519")).decode().rpartition("\n\n")[2]
    note = parse_note(NOTE + other.encode())
    assert note.verified_by(key_of(INTERIOR))
    wrong = f"— {INTERIOR} {b64(key_of(INTERIOR).key_id + bytes(64))}\n"
    assert not parse_note(NOTE + wrong.encode()).verified_by(key_of(INTERIOR))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no signature\n",
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace("— ".encode(), b"- "),
        NOTE.replace(b"=\n", b"\n"),
        NOTE.replace(b"iq/", b"iq\t/"),
        NOTE.replace(b"iq/", b"iq\x00/"),
        NOTE + b"\xff",
        NOTE.rpartition("— ".encode())[0] + "— name AAAA\n".encode(),
        NOTE.rpartition("— ".encode())[0] + "— two names AAAAAAAA\n".encode(),
        NOTE + NOTE.rpartition(b"\n\n")[2] * 40,
        b"x" * 70_000 + NOTE,
    ],
)
def test_what_is_no_note_is_refused(data):
    assert code(parse_note, data) == "trust.note_malformed"


@pytest.mark.parametrize(
    "text",
    [
        "origin\n5\n",
        f"origin\n05\n{b64(bytes(32))}\n",
        f"origin\n-5\n{b64(bytes(32))}\n",
        f"origin\n٥\n{b64(bytes(32))}\n",
        f"origin\n{1 << 63}\n{b64(bytes(32))}\n",
        f"origin\n5\n{b64(bytes(31))}\n",
        f"origin\n5\n{b64(bytes(32))}\nextension\n",
        f"\n5\n{b64(bytes(32))}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    assert code(parse_checkpoint, sign_note(text, "origin", signer_of("origin"))) == "trust.checkpoint_malformed"


def test_a_verifier_key_reads_back_as_it_was_written():
    assert NoteKey.parse(str(key_of(INTERIOR))) == key_of(INTERIOR)
    # From the Go checksum database, which C2SP's format comes from.
    assert (
        NoteKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").name == "sum.golang.org"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "+00000000+" + b64(b"\x01" + bytes(32)),
        str(key_of(INTERIOR)).replace("+", "-", 1),
        str(key_of(INTERIOR))[:-4],
        str(key_of(INTERIOR)).upper(),
        f"name+00000000+{b64(bytes([1]) * 33)}",
        f"a b+{NoteKey('a b', bytes(32)).key_id.hex()}+{b64(bytes([1]) + bytes(32))}",
    ],
)
def test_what_is_no_verifier_key_is_refused(text):
    assert code(NoteKey.parse, text) == "trust.note_key"


def test_a_proof_reads_back_as_it_was_written():
    text = proof_text(3, [bytes(32), b"1" * 32], NOTE)
    found = parse_proof(text)
    assert (found.index, found.path, found.checkpoint.raw) == (3, (bytes(32), b"1" * 32), NOTE)


PROOF = proof_text(3, [bytes(32)], NOTE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        PROOF.replace("@v1", "@v2"),
        PROOF.replace("index 3", "index 03"),
        PROOF.replace("index 3", "index -3"),
        PROOF.replace("index 3", "place 3"),
        PROOF.replace("index 3", "extra AAAA\nindex 3"),
        PROOF.replace("index 3\n", "index 3\n" + b64(bytes(31)) + "\n"),
        PROOF.replace("index 3\n", "index 3\n" + (b64(bytes(32)) + "\n") * 64),
        PROOF.replace("iq/", "\udc80/"),
    ],
)
def test_what_is_no_proof_is_refused(text):
    assert code(parse_proof, text) == "trust.proof_malformed"


def test_a_receipt_reads_back_as_it_was_written():
    for token in (None, b"token"):
        receipt = Receipt(b"statement", bytes(32), PROOF, token)
        again = Receipt.parse(receipt.to_json())
        assert (again, hash(again), again.grade) == (receipt, hash(receipt), "timestamped" if token else "signed")
        assert Receipt.parse(receipt.to_json().encode()).timestamp == token
        assert repr(again) == f"Receipt({INTERIOR} 3)"
    assert receipt != "something else"


RECEIPT = Receipt(b"statement", bytes(32), PROOF).to_json()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        RECEIPT + " ",
        RECEIPT.replace('"salt":"', '"salt":"='),
        RECEIPT.replace(b64(bytes(32)), b64(bytes(31))),
        RECEIPT.replace(b64(b"statement"), b64(b"statement")[:-1] + "\\u0041"),
        RECEIPT.replace('"uruk":"receipt/1"', '"uruk":"receipt/2"'),
        RECEIPT.replace('"uruk":"receipt/1"', '"uruk":1'),
        RECEIPT.replace('"uruk"', '"timestamp":7,"uruk"'),
        b"\xff" + RECEIPT.encode(),
        RECEIPT.encode() + b" " * (5 << 20),
    ],
)
def test_what_is_no_receipt_is_refused(text):
    assert code(Receipt.parse, text) == "trust.receipt_malformed"


@given(st.binary(max_size=40))
def test_base64_has_one_spelling(data):
    assert unb64(b64(data)) == data
    assert b64(data).encode() == base64.b64encode(data)


@given(st.text(alphabet="AQgw=+/ \n-_é", max_size=9))
def test_any_other_spelling_of_base64_is_refused(text):
    data = unb64(text)
    assert data is None or b64(data) == text


@given(st.integers(0, (1 << 63) - 1))
def test_a_decimal_has_one_spelling(number):
    assert undecimal(str(number)) == number
    assert undecimal(f"0{number}") is None
    assert undecimal(f"+{number}") is None


def test_an_entry_is_what_the_design_says():
    statement, salt = act(1).bytes, bytes(range(32))
    assert entry_of(statement, salt) == hashlib.sha256(b"uruk/leaf/v1\n" + salt + statement).digest()
