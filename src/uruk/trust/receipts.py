"""Receipts: a statement, its salt, the proof that its entry is in the author's log, and how they are checked."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from uruk.kernel.api import CodedError
from uruk.trust.log.merkle import HASH_BYTES, leaf_hash
from uruk.trust.log.proof import Proof, parse_proof, proof_text
from uruk.trust.log.strict import b64, unb64
from uruk.trust.log.tree import Tree

VERSION = "receipt/1"
MAX_RECEIPT_BYTES = 4 << 20
SALT_BYTES = 32
LEAF_PREFIX = b"uruk/leaf/v1\n"
Grade = Literal["signed", "timestamped", "witnessed"]
_KEYS = ({"uruk", "statement", "salt", "proof"}, {"uruk", "statement", "salt", "proof", "timestamp"})


def entry_of(statement: bytes, salt: bytes) -> bytes:
    """The log entry of a statement, 32 bytes: SHA-256("uruk/leaf/v1\\n" ‖ salt ‖ statement)."""
    return sha256(LEAF_PREFIX + salt + statement).digest()


@dataclass(slots=True)  # not frozen: thousands are made each second
class ReceiptParts:
    """A receipt without its statement, as bytes for the wire; `path` is the audit path, its hashes end to end."""

    salt: bytes
    index: int
    path: bytes
    checkpoint: bytes


class Receipt:
    """The proof that a statement is in a log. Holds bytes only; `verify_receipt` says whether they are true.

    `proof` is the text of a tlog-proof, or what it can be written from: the tree just after the entry's batch, the
    entry's index, the checkpoint. Receipts of a batch share its tree, and most are never printed. `timestamp` is an
    RFC 3161 token over SHA-256 of the checkpoint as its log signed it, in the form of `receipt_timestamp`, or None.
    Under the log's signature may stand cosignatures of witnesses, in the order of their names.
    """

    __slots__ = ("_proof", "salt", "statement", "timestamp")

    def __init__(
        self, statement: bytes, salt: bytes, proof: str | tuple[Tree, int, bytes], timestamp: bytes | None = None
    ) -> None:
        self.statement = statement
        self.salt = salt
        self.timestamp = timestamp
        self._proof = proof

    @property
    def proof(self) -> str:
        """The tlog-proof: index, audit path and signed checkpoint."""
        if not isinstance(self._proof, str):
            tree, index, checkpoint = self._proof
            self._proof = proof_text(index, tree.proof(index), checkpoint)
        return self._proof

    @property
    def parts(self) -> ReceiptParts:
        """Salt, index, audit path and checkpoint: what somebody needs who can write the statement himself."""
        if isinstance(self._proof, str):
            proof = self.parsed_proof
            return ReceiptParts(self.salt, proof.index, b"".join(proof.path), proof.checkpoint.raw)
        tree, index, checkpoint = self._proof
        return ReceiptParts(self.salt, index, b"".join(tree.proof(index)), checkpoint)

    @classmethod
    def of_parts(cls, statement: bytes, parts: ReceiptParts) -> "Receipt":
        """The receipt of a statement from its parts; `trust.proof_malformed` where they are none."""
        path = [parts.path[at : at + HASH_BYTES] for at in range(0, len(parts.path), HASH_BYTES)]
        try:
            proof = proof_text(parts.index, path, parts.checkpoint)
        except UnicodeDecodeError:
            raise CodedError("trust.proof_malformed") from None
        return cls(statement, parts.salt, proof)

    @property
    def parsed_proof(self) -> Proof:
        """The proof read apart; `trust.proof_malformed` and the like where it cannot be."""
        return parse_proof(self.proof)

    @property
    def origin(self) -> str:
        """The log that the checkpoint says it is of."""
        return self.parsed_proof.checkpoint.origin

    @property
    def index(self) -> int:
        """The entry's number in that log, from 0."""
        return self.parsed_proof.index

    @property
    def entry(self) -> bytes:
        """The 32 bytes that stand in the log."""
        return entry_of(self.statement, self.salt)

    @property
    def leaf(self) -> bytes:
        """The Merkle leaf hash of the entry."""
        return leaf_hash(self.entry)

    @property
    def grade(self) -> Grade:
        """What this receipt claims to be: signed by its log, timestamped as well, or witnessed by others."""
        if len(self.parsed_proof.checkpoint.note.signatures) > 1:
            return "witnessed"
        return "signed" if self.timestamp is None else "timestamped"

    def without_cosignatures(self) -> "Receipt":
        """The same receipt as the log alone signed it, for whoever has keys.json and no directory of witnesses."""
        proof = self.parsed_proof
        return Receipt(
            self.statement, self.salt, proof_text(proof.index, proof.path, proof.checkpoint.own), self.timestamp
        )

    def to_json(self) -> str:
        """The canonical JSON of the receipt, on one line, ASCII only."""
        value = {"uruk": VERSION, "statement": b64(self.statement), "salt": b64(self.salt), "proof": self.proof}
        if self.timestamp is not None:
            value["timestamp"] = b64(self.timestamp)
        return _canonical(value)

    @classmethod
    def parse(cls, data: str | bytes) -> "Receipt":
        """Read a receipt; anything that `to_json` would not write raises `trust.receipt_malformed`."""
        text = _text(data)
        value = _loads(text)
        if not isinstance(value, dict) or set(value) not in _KEYS or value["uruk"] != VERSION:
            raise CodedError("trust.receipt_malformed")
        if not all(isinstance(item, str) for item in value.values()) or _canonical(value) != text:
            raise CodedError("trust.receipt_malformed")
        statement, salt, timestamp = (_bytes(value.get(name)) for name in ("statement", "salt", "timestamp"))
        if statement is None or salt is None or len(salt) != SALT_BYTES:
            raise CodedError("trust.receipt_malformed")
        return cls(statement, salt, str(value["proof"]), timestamp)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Receipt) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((self.statement, self.salt))

    def __repr__(self) -> str:
        return f"Receipt({self.origin} {self.index})"


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _text(data: str | bytes) -> str:
    if len(data) > MAX_RECEIPT_BYTES:
        raise CodedError("trust.receipt_malformed")
    try:
        return data if isinstance(data, str) else data.decode("ascii")
    except UnicodeDecodeError:
        raise CodedError("trust.receipt_malformed") from None


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise CodedError("trust.receipt_malformed") from None


def _bytes(text: str | None) -> bytes | None:
    if text is None:
        return None
    data = unb64(text)
    if data is None:
        raise CodedError("trust.receipt_malformed")
    return data
