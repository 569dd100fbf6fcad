"""Verify receipts of records' versions with nothing of Uruk: `python record.py keys.json < receipts`, one a line.

A version's receipt is the receipt of the act that recorded it (verify.py reads it), and the way from the version to
the root that stands in the act's statement: a tree as of RFC 6962 §2.1 whose leaf hashes 0x00 ‖ "uruk/record/v1\\n" ‖
salt ‖ the version in CBOR: [record, number, kind, SHA-256 of its content, valid from, valid until, format, other].
Where the act was part of an import, its id and its rows are said.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from verify import b64, cbor, need, root_of, verify


def verify_version(given, keys):
    """Return what the line of bytes proves of a version by this directory: its members, else raise."""
    value = json.loads(given)
    need(json.dumps(value, separators=(",", ":"), sort_keys=True).encode() == given, "the JSON is not canonical")
    need(value.keys() - {"content"} == {"uruk", "receipt", "salt", "leaf", "index", "path"}, "not the members of one")
    need(value["uruk"] == "record-version/1" and type(value["index"]) is int, "not a version's receipt")
    verify(value["receipt"].encode("ascii"), keys)
    statement, _ = cbor(b64(json.loads(value["receipt"])["statement"]))
    need((statement["type"], statement["role"]) == ("record.changed", "recorded"), "the act changed no record")
    raw, salt = b64(value["leaf"]), b64(value["salt"], 32)
    version, rest = cbor(raw)
    need(rest == b"" and isinstance(version, list) and len(version) == 8, "not a version")
    leaf = sha256(b"\x00uruk/record/v1\n" + salt + raw).digest()
    path = [b64(item, 32) for item in value["path"]]
    body = statement["body"]
    need(root_of(leaf, value["index"], body["count"], path) == body["root"], "not among what the act recorded")
    if "content" in value:
        need(sha256(value["content"].encode()).digest() == version[3], "the content is not what was recorded")
    members = ("record", "number", "kind", "content", "from", "until", "format", "other")
    return dict(zip(members, version, strict=True)) | {"import": body.get("import")}


if __name__ == "__main__":
    directory = json.loads(Path(sys.argv[1]).read_bytes())
    for count, one in enumerate(sys.stdin.buffer.read().removesuffix(b"\n").split(b"\n"), 1):
        try:
            came = verify_version(one, directory)["import"]
            if came:
                told = f"one of {came['rows']} rows of the import {UUID(bytes=came['id'])}"
                sys.stdout.write(f"receipt {count}: {told}\n")
        except InvalidSignature:
            sys.exit(f"receipt {count}: a signature is wrong")
        except Exception as error:
            sys.exit(f"receipt {count}: {error or type(error).__name__}")
