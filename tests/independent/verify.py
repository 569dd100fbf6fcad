"""Verify receipts of Uruk with nothing of Uruk: `python verify.py keys.json [members.json] < receipts`, one a line.

Exits 0 if each verifies, else 1 with the reason. The country's list of members names the witnesses whose cosignatures
receipts may bring; without it there are none. Written from the standards alone: RFC 8949 (CBOR), RFC 6962 §2.1.1
(inclusion), C2SP signed-note, tlog-checkpoint, tlog-proof and tlog-cosignature. Beside it, timestamp.py reads
RFC 3161 timestamps.
"""

import base64
import json
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(true, reason):
    if not true:
        raise ValueError(reason)


def b64(text, length=None):
    """Standard base64 in its one spelling: alphabet, padding, zero trailing bits."""
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 is not canonical")
    need(length in (None, len(data)), f"not {length} bytes")
    return data


def head(major, number):
    """The one deterministic encoding of a CBOR head (RFC 8949 §4.2.1)."""
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + number.to_bytes(size, "big")


def cbor(data):
    """The value at the beginning of deterministic CBOR, and the bytes behind it."""
    major, short = data[0] >> 5, data[0] & 31
    size = 1 + {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
    number, rest = int.from_bytes(data[1:size], "big") if size > 1 else short, data[size:]
    need((major == 7 and short in (20, 21, 22)) or head(major, number) == data[:size], "CBOR is not deterministic")
    if major in (2, 3):
        need(number <= len(rest), "CBOR is cut short")
        return (rest[:number] if major == 2 else rest[:number].decode()), rest[number:]
    items, places = [], [rest]
    for _ in range(number * {4: 1, 5: 2}.get(major, 0)):
        item, rest = cbor(rest)
        items, places = [*items, item], [*places, rest]
    keys = [place[: len(place) - len(after)] for place, after in zip(places[:-1:2], places[1::2], strict=False)]
    need(major != 6 and (major != 5 or keys == sorted(set(keys))), "CBOR is not deterministic")
    if major == 5:
        return dict(zip(items[::2], items[1::2], strict=True)), rest
    return {0: number, 1: -1 - number, 4: items, 7: short == 21}[major], rest


def root_of(leaf, index, size, path):
    """The root that an audit path leads to: PATH of RFC 6962 §2.1.1, read backwards."""
    need(0 <= index < size and bool(path) == (size > 1), "the inclusion proof does not fit the tree")
    if size == 1:
        return leaf
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        return sha256(b"\x01" + root_of(leaf, index, left, path[:-1]) + path[-1]).digest()
    return sha256(b"\x01" + path[-1] + root_of(leaf, index - left, size - left, path[:-1])).digest()


def delegated(entry, code, use, key, listed):
    """The institution's identity key signed that this key (text or bytes) serves it for this use."""
    said = {"key": key, "use": use, "from": listed["from"], "uruk": "delegation/1", "institution": code}
    items = [one if isinstance(one, bytes) else one.encode() for pair in said.items() for one in pair]
    majors = [2 if isinstance(one, bytes) else 3 for pair in said.items() for one in pair]
    parts = [head(major, len(item)) + item for major, item in zip(majors, items, strict=True)]
    identity = Ed25519PublicKey.from_public_bytes(b64(entry["identity"], 32))
    identity.verify(b64(listed["delegation"], 64), head(5, len(said)) + b"".join(parts))


def log_key(keys, author, origin):
    """The author's log of this origin as the directory lists it, its key delegated by the author's identity key."""
    entry = keys["institutions"].get(author, {"logs": []})
    log = next((log for log in entry["logs"] if log["origin"] == origin), None)
    need(log, f"{origin} is not a log of {author}")
    delegated(entry, author, "log", log["key"], log)
    name, key_id, encoded = log["key"].split("+", 2)
    key = b64(encoded, 33)
    need(name == origin and key[0] == 1, "not an Ed25519 key of this log")
    need(key_id == sha256(name.encode() + b"\n" + key).hexdigest()[:8], "the key has another id")
    return log, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(key[1:])


def check_period(log, made, proved):
    """The key must count when the statement was made; a stolen one only for what a timestamp shows to be older."""
    start, retired, stolen = (
        log[name] and datetime.fromisoformat(log[name]) for name in ("from", "retired_at", "compromised_since")
    )
    need(start <= made and not (retired and made >= retired), "the log's key was not in use then")
    need(not stolen or (proved and proved < stolen), "the log's key was stolen, and no timestamp is older than that")


def witnesses_of(nodes, operator):
    """The keys of the witnesses that count for this operator's logs, by name: never its own."""
    keys = [node["witness_key"].split("+", 2) for node in nodes.values() if node["operator"] != operator]
    return {parts[0]: b64(parts[2], 33) for parts in keys if len(parts) == 3}


def cosigned(text, lines, witnesses):
    """Each line is a known witness's, in the order of their names (cosignature/v1)."""
    names = [line.split(" ")[1] for line in lines]
    need(names == sorted(set(names)), "cosignatures out of order")
    for name, line in zip(names, lines, strict=True):
        need(name in witnesses, f"{name} is no witness of this log")
        key, blob = witnesses[name], b64(line.removeprefix(f"— {name} ").removesuffix("\n"), 76)
        need(key[0] == 4 and blob[:4] == sha256(f"{name}\n".encode() + key).digest()[:4], "another witness's key")
        said = f"cosignature/v1\ntime {int.from_bytes(blob[4:12], 'big')}\n{text}\n"
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(blob[12:], said.encode())


def verify(given, keys, witnesses=None):
    """Return if the receipt (one line of bytes) proves its statement by this directory, else raise."""
    receipt = json.loads(given)
    need(json.dumps(receipt, separators=(",", ":"), sort_keys=True).encode() == given, "the JSON is not canonical")
    need(receipt.keys() - {"timestamp"} == {"uruk", "statement", "salt", "proof"}, "not the members of a receipt")
    raw, salt = b64(receipt["statement"]), b64(receipt["salt"], 32)
    statement, rest = cbor(raw)
    need((receipt["uruk"], statement["uruk"], rest) == ("receipt/1", "statement/1", b""), "not a receipt")
    proof, checkpoint = receipt["proof"].split("\n\n", 1)
    (first, place, *path), (text, lines) = proof.split("\n"), checkpoint.split("\n\n")
    line, *others = lines.splitlines(keepends=True)
    (origin, size, root), index = text.split("\n"), int(place.removeprefix("index "))
    need((first, place, size) == ("c2sp.org/tlog-proof@v1", f"index {index}", str(int(size))), "not a tlog-proof")
    leaf = sha256(b"\x00" + sha256(b"uruk/leaf/v1\n" + salt + raw).digest()).digest()
    need(root_of(leaf, index, int(size), [b64(item, 32) for item in path]) == b64(root, 32), "not in the log's tree")
    log, key_id, key = log_key(keys, statement["author"], origin)
    signature = b64(line.removeprefix(f"— {origin} ").removesuffix("\n"), 68)
    need(line == f"— {origin} {base64.b64encode(signature).decode()}\n" and signature[:4] == key_id, "another's note")
    key.verify(signature[4:], f"{text}\n".encode())
    cosigned(text, others, witnesses or {})
    proved = None
    if "timestamp" in receipt:
        from timestamp import timestamped  # only who meets a timestamp needs it

        # As its log signed it: witnesses' lines came afterwards.
        signed = sha256(f"{text}\n\n{line}".encode()).digest()
        proved = timestamped(b64(receipt["timestamp"]), signed, keys["timestampers"])
    check_period(log, datetime.fromtimestamp(statement["time"], UTC), proved)


if __name__ == "__main__":
    directory = json.loads(Path(sys.argv[1]).read_bytes())
    nodes = json.loads(Path(sys.argv[2]).read_bytes())["signed"]["nodes"] if len(sys.argv) > 2 else {}
    known = witnesses_of(nodes, nodes[directory["node"]]["operator"]) if nodes else {}
    for count, one in enumerate(sys.stdin.buffer.read().removesuffix(b"\n").split(b"\n"), 1):
        try:
            verify(one, directory, known)
        except InvalidSignature:
            sys.exit(f"receipt {count}: a signature is wrong")
        except Exception as error:
            sys.exit(f"receipt {count}: {error or type(error).__name__}")
